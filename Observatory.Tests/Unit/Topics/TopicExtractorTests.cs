using Observatory.Core.Topics;
using Xunit;

namespace Observatory.Tests.Unit.Topics;

public sealed class TopicExtractorTests
{
    [Fact]
    public void What_is_said_again_and_again_is_a_topic_and_stop_words_are_none()
    {
        var topics = Of(
            "Please fix the database migration for orders", "Can you look at the database migration again?", "The database migration fails on the server",
            "Write a unit test for the login page", "The login page is slow, why is the login page slow?", "Return null; public static void main");
        Assert.Equal("database migration", topics[0]);
        Assert.Contains("login page", topics);
        Assert.DoesNotContain(topics, t => t.Split(' ').Any(w => w is "the" or "please" or "null" or "public" or "static" or "void" or "fix"));
        // A part that is only said within the longer phrase is no topic of its own.
        Assert.DoesNotContain("database", topics);
    }

    [Fact]
    public void Each_of_a_group_is_set_apart_from_the_others_and_who_says_little_has_none()
    {
        var said = Enumerable.Range(0, 12).SelectMany(i => new (int, TopicText)[]
        {
            (1, new TopicText(i, "deploy pipeline and invoice totals", true)), (2, new TopicText(100 + i, "deploy pipeline and parser tests", true)),
        }).Append((3, new TopicText(300, "deploy pipeline and hello world", true)));
        var topics = TopicExtractor.ByGroup(said, 3);
        Assert.Equal("invoice totals", topics[1][0]);
        Assert.Equal("parser tests", topics[2][0]);
        Assert.DoesNotContain(topics[1].Concat(topics[2]), t => t.Contains("deploy", StringComparison.Ordinal));
        Assert.False(topics.ContainsKey(3));
        Assert.Empty(TopicExtractor.ByGroup([], 3));
    }

    [Fact]
    public void What_others_say_as_often_sets_nobody_apart()
    {
        string Said(int i) => i % 2 == 0 ? "deploy pipeline and invoice layout" : "deploy pipeline and search index";
        var texts = Enumerable.Range(0, 30).Select(i => new TopicText(i, Said(i), i % 2 == 0));
        var topics = TopicExtractor.Of(texts, 10);
        Assert.Equal("invoice layout", topics[0].Topic);
        Assert.Equal((15, 15), (topics[0].Conversations, topics[0].Messages));
        Assert.DoesNotContain(topics, t => t.Topic.Contains("deploy", StringComparison.Ordinal));
        Assert.DoesNotContain(topics, t => t.Topic.Contains("search", StringComparison.Ordinal));
    }

    [Fact]
    public void Keys_paths_addresses_marks_and_names_of_code_are_no_words()
    {
        const string Text = "token ghp_abcDEF123 [redacted:github] /src/app/Main.cs ada@example.com https://example.com/x getUserName 2026-11-12 a1b2c3 " +
            "café-crème";
        Assert.Equal(["token", "café-crème"], TopicWords.Of(Text).OfType<string>());
    }

    [Fact]
    public void The_order_of_texts_changes_nothing_and_nothing_has_no_topics()
    {
        string[] texts = ["green garden gate", "green garden gate", "blue boat", "blue boat", "old mill", "old mill"];
        Assert.Equal(Of(texts), Of([.. texts.Reverse()]));
        Assert.Empty(Of());
        Assert.Empty(Of("said only once"));
        Assert.Single(TopicExtractor.Of(texts.Select((t, i) => new TopicText(i, t, true)), 1));
    }

    private static List<string> Of(params string[] texts) =>
        [.. TopicExtractor.Of(texts.Select((t, i) => new TopicText(i, t, true)), 20).Select(t => t.Topic)];
}
