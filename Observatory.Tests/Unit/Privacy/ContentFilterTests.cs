using Microsoft.Extensions.Time.Testing;
using Observatory.Core;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Privacy;
using Xunit;

namespace Observatory.Tests.Unit.Privacy;

public sealed class ContentFilterTests
{
    private const string Secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
    private const string Mark = "[redacted:github]";

    [Fact]
    public async Task WriteAsync_Redacted_CleansEveryText()
    {
        var batch = await Filter(ContentMode.Redacted, Batch($"say {Secret} now"));
        var clean = $"say {Mark} now";
        Assert.All(Texts(batch), t => Assert.Equal(clean, t));
        Assert.Equal(10, Texts(batch).Count());
        Assert.Equal("main", batch.Events[0].Branch);
        Assert.Equal(47, ((PromptEvent)batch.Events[0]).Length);
    }

    [Fact]
    public async Task WriteAsync_Counts_KeepsNoText()
    {
        var batch = await Filter(ContentMode.Counts, Batch("words"));
        Assert.All(Texts(batch), Assert.Null);
        Assert.Empty(batch.Session("s").Summaries);
        Assert.Equal(("main", "/srv/shop", 47), (batch.Events[0].Branch, batch.Events[0].Project, ((PromptEvent)batch.Events[0]).Length));
        Assert.Equal("explore", batch.Session("s").Agents[0].Type);
        Assert.Single(batch.Rejected);
    }

    [Fact]
    public async Task WriteAsync_Full_KeepsTexts()
    {
        var batch = await Filter(ContentMode.Full, Batch($"say {Secret} now"));
        Assert.All(Texts(batch), t => Assert.Equal($"say {Secret} now", t));
    }

    [Theory]
    [InlineData(ContentMode.Full)]
    [InlineData(ContentMode.Redacted)]
    public async Task WriteAsync_LongTexts_AreCutAndValid(ContentMode mode)
    {
        var batch = await Filter(mode, Batch(string.Concat(Enumerable.Repeat("\uD83D\uDE00x", 9_000))));
        Assert.All(Texts(batch), t =>
        {
            Assert.InRange(t!.Length, 150, TextLimits.Prompt);
            Assert.Equal(t, TextLimits.Clean(t));
            Assert.DoesNotContain('\uFFFD', t);
        });
    }

    [Fact]
    public async Task WriteAsync_OutputOfACommand_KeepsItsEnd()
    {
        var batch = await Filter(ContentMode.Full, Batch(new string('a', 5_000) + "the end"));
        Assert.EndsWith("the end", batch.Events.OfType<ToolResultEvent>().Single().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteAsync_HalfSurrogatesAndNul_BecomeReplacements()
    {
        var batch = await Filter(ContentMode.Redacted, Batch("a\uD83Db\uDE00c\0d \uD83D\uDE00"));
        Assert.All(Texts(batch), t => Assert.Equal("a\uFFFDb\uFFFDc\uFFFDd \uD83D\uDE00", t));
    }

    [Fact]
    public async Task WriteAsync_CutInsideAMark_LeavesNoHalfMark()
    {
        for (var before = TextLimits.Target - 25; before <= TextLimits.Target; before++)
        {
            var batch = await Filter(ContentMode.Redacted, Batch(new string('-', before) + " " + Secret + " " + new string('-', 1_985)));
            var again = await Filter(ContentMode.Redacted, Batch(batch.Events.OfType<ToolCallEvent>().Single().Target!));
            Assert.Equal(batch.Events.OfType<ToolCallEvent>().Single().Target, again.Events.OfType<ToolCallEvent>().Single().Target);
            foreach (var text in Texts(batch)) Assert.Equal(text!.Split("[redacted").Length, text.Split(Mark).Length);
        }
    }

    [Fact]
    public async Task WriteAsync_RuleFails_DropsTextsAndKeepsEvents()
    {
        var sink = new KeepingSink();
        var batch = Batch("words");
        await new ContentFilter(sink, ContentMode.Redacted, new Redactor(SecretRules.All, TimeProvider.System, TimeSpan.FromTicks(-1)))
            .WriteAsync(batch, CancellationToken.None);
        Assert.Same(batch, sink.Last);
        Assert.All(Texts(batch), Assert.Null);
        Assert.Equal(4, batch.Events.Count);
    }

    /// <summary>A sender's texts cannot take for ever: those behind the time that a request has are not kept, and its events are.</summary>
    [Fact]
    public async Task WriteAsync_TimeOfABatchIsOver_DropsTheOtherTextsAndKeepsEvents()
    {
        var sink = new KeepingSink();
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(300) };
        var batch = Batch("words");
        await new ContentFilter(sink, ContentMode.Redacted, new Redactor(), clock).WriteAsync(batch, CancellationToken.None);
        var texts = Texts(sink.Last!).ToList();
        Assert.Equal(["words", "words", "words", null], texts.Take(4));
        Assert.All(texts.Skip(3), Assert.Null);
        Assert.Equal(4, sink.Last!.Events.Count);
        // Of what is kept as it is, and of counts, nothing is looked at.
        await new ContentFilter(sink, ContentMode.Full, new Redactor(), clock).WriteAsync(Batch("words"), CancellationToken.None);
        Assert.All(Texts(sink.Last!), t => Assert.Equal("words", t));
    }

    /// <summary>Texts that make the rules begin again and again cost many times what others do; counted, so that a busy machine drops no more than an idle
    /// one.</summary>
    [Fact]
    public async Task WriteAsync_Texts_that_cost_much_more_than_others_spend_the_budget_of_their_batch()
    {
        var costly = string.Concat(Enumerable.Repeat("_key=", 1_500));
        var kept = (await Filter(ContentMode.Redacted, Prompts(costly, 100))).Events.Cast<PromptEvent>().Select(e => e.Text is not null).ToList();
        Assert.DoesNotContain(false, kept.Take(15));
        Assert.InRange(kept.Count(k => k), 20, 60);
        Assert.Equal(kept, (await Filter(ContentMode.Redacted, Prompts(costly, 100))).Events.Cast<PromptEvent>().Select(e => e.Text is not null));
        // A batch of its own has a budget of its own, and settings by the thousand are looked at to the end.
        var settings = string.Concat(Enumerable.Range(0, 250).Select(i => $"SERVICE_{i}_PASSWORD=k3Jf9{i}aQz\n"));
        Assert.All((await Filter(ContentMode.Redacted, Prompts(settings, 100))).Events.Cast<PromptEvent>(), e =>
            Assert.DoesNotContain("aQz", e.Text!, StringComparison.Ordinal));
    }

    private static EventBatch Prompts(string text, int count)
    {
        var batch = new EventBatch { Source = EventSource.Transcript };
        for (var i = 0; i < count; i++)
            batch.Events.Add(new PromptEvent { Key = EventKey.Of(KeySpace.Event, $"{i}"), At = i, Conversation = "s", Text = text, Length = text.Length });
        return batch;
    }

    private static async Task<EventBatch> Filter(ContentMode mode, EventBatch batch)
    {
        var sink = new KeepingSink();
        await new ContentFilter(sink, mode, new Redactor()).WriteAsync(batch, CancellationToken.None);
        return sink.Last!;
    }

    private static EventBatch Batch(string text)
    {
        var batch = new EventBatch { Source = EventSource.Transcript };
        var key = EventKey.Of(KeySpace.Event, "1");
        batch.Events.Add(new PromptEvent { Key = key, At = 1, Conversation = "s", Branch = "main", Project = "/srv/shop", Text = text, Length = 47 });
        batch.Events.Add(new ToolCallEvent { Key = key, At = 1, Conversation = "s", Tool = "Bash", Target = text });
        batch.Events.Add(new ToolResultEvent { Key = key, At = 1, Conversation = "s", Output = text });
        batch.Events.Add(new ApiErrorEvent { Key = key, At = 1, Conversation = "s", Message = text });
        var facts = batch.Session("s");
        (facts.CustomTitle, facts.AiTitle, facts.PullRequest) = (text, text, text);
        facts.Summaries.Add(new SessionSummary(1, text));
        facts.Agents.Add(new AgentFacts("a", "explore", text, null));
        batch.Rejected.Add(new RejectedLine("/f", 1, 0, "The line is not JSON.", text));
        return batch;
    }

    private static IEnumerable<string?> Texts(EventBatch batch)
    {
        foreach (var item in batch.Events)
        {
            yield return item switch
            {
                PromptEvent x => x.Text,
                ToolCallEvent x => x.Target,
                ToolResultEvent x => x.Output,
                ApiErrorEvent x => x.Message,
                _ => throw new InvalidOperationException(),
            };
        }
        foreach (var facts in batch.Sessions.Values)
        {
            yield return facts.CustomTitle;
            yield return facts.AiTitle;
            yield return facts.PullRequest;
            foreach (var summary in facts.Summaries) yield return summary.Text;
            foreach (var agent in facts.Agents) yield return agent.Description;
        }
        foreach (var line in batch.Rejected) yield return line.Text;
    }

    [Fact]
    public void WithoutTexts_AnEventKeepsItsNumbers()
    {
        var sink = new KeepingSink();
        var batch = new EventBatch { Source = EventSource.Api };
        batch.Events.Add(new OtherEvent { Key = EventKey.Of(KeySpace.Event, "1"), At = 1, Conversation = "s", Type = "conversation_message",
            Data = """{"text":"a secret plan","length":13,"hasCode":false,"more":{"deep":"text"}}""" });
        batch.Events.Add(new OtherEvent { Key = EventKey.Of(KeySpace.Event, "2"), At = 1, Conversation = "s", Type = "odd",
            Data = """{"text":"only words"}""" });
        Assert.True(new ContentFilter(sink, ContentMode.Counts, new Redactor()).TryWrite(batch));
        Assert.Equal(["""{"length":13,"hasCode":false}""", null], sink.Last!.Events.Cast<OtherEvent>().Select(e => e.Data));
    }

    private sealed class KeepingSink : IEventSink
    {
        public EventBatch? Last { get; private set; }

        public bool TryWrite(EventBatch batch) => WriteAsync(batch, CancellationToken.None).AsTask().IsCompletedSuccessfully;

        public ValueTask WriteAsync(EventBatch batch, CancellationToken cancel)
        {
            Last = batch;
            return ValueTask.CompletedTask;
        }
    }
}
