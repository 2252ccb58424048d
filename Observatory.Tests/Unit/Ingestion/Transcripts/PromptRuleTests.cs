using Observatory.Core.Events;
using Observatory.Core.Ingestion.Transcripts;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Ingestion.Transcripts;

/// <summary>Which user lines a person wrote.</summary>
public sealed class PromptRuleTests
{
    [Theory]
    [InlineData("""{"content":"hello"}""", "", true)]
    [InlineData("""{"content":[{"type":"text","text":"hello"}]}""", "", true)]
    [InlineData("""{"content":[{"type":"image","source":{}}]}""", "", true)]
    [InlineData("""{"content":[{"type":"image"},{"type":"text","text":"what is this?"}]}""", "", true)]
    [InlineData("""{"content":"<command-message>review-it</command-message>\n<command-name>/review-it"}""", "", true)]
    [InlineData("""{"content":"<b>bold</b> <bash-input>"}""", "", true)]
    [InlineData("""{"content":"[Request"}""", "", true)]
    [InlineData("""{"content":""}""", "", false)]
    [InlineData("""{"content":[]}""", "", false)]
    [InlineData("""{"content":null}""", "", false)]
    [InlineData("""{}""", "", false)]
    [InlineData("""{"content":[{"type":"tool_result","tool_use_id":"t","content":"x"}]}""", "", false)]
    [InlineData("""{"content":[{"type":"tool_result","tool_use_id":"t","content":"x"},{"type":"text","text":"hello"}]}""", "", false)]
    [InlineData("""{"content":[{"type":"tool_result","content":"x"},{"type":"text","text":"hello"}]}""", "", false)]
    [InlineData("""{"content":"<local-command-stdout>x"}""", "", false)]
    [InlineData("""{"content":" \n\t<command-name>/clear"}""", "", false)]
    [InlineData("""{"content":"\u003cbash-input>ls"}""", "", false)]
    [InlineData("""{"content":"<bash-stdout>x"}""", "", false)]
    [InlineData("""{"content":"<bash-stderr>x"}""", "", false)]
    [InlineData("""{"content":[{"type":"text","text":"<task-notification>x"}]}""", "", false)]
    [InlineData("""{"content":[{"type":"text","text":"[Request interrupted by user]"}]}""", "", false)]
    [InlineData("""{"content":"[Request interrupted by user for tool use]"}""", "", false)]
    [InlineData("""{"content":"hello"}""", "\"isMeta\":true,", false)]
    [InlineData("""{"content":"hello"}""", "\"isSidechain\":true,", false)]
    [InlineData("""{"content":"hello"}""", "\"isCompactSummary\":true,", false)]
    [InlineData("""{"content":"hello"}""", "\"isMeta\":false,\"isSidechain\":false,\"isCompactSummary\":null,", true)]
    public void Prompts_are_what_people_wrote(string message, string flags, bool expected)
    {
        var line = new SessionLine("s", $$"""{"type":"user",{{flags}}"uuid":"u","timestamp":"2026-11-01T00:00:00Z","message":{{message}} }""");
        Assert.Equal(expected ? 1 : 0, LineBatches.Of([line]).Events.OfType<PromptEvent>().Count());
        Assert.Equal(expected ? 1 : 0, LineBatches.Recount([line]).Prompts.Count);
    }

    [Theory]
    [InlineData(250)]
    [InlineData(300)]
    [InlineData(20_000)]
    public void White_space_of_any_length_hides_no_mark(int length)
    {
        foreach (var (text, expected) in new[] { ("<command-name>/clear", 0), ("[Request interrupted by user]", 0), ("hello", 1) })
        {
            var line = new SessionLine("s", new { type = "user", uuid = "u", timestamp = "2026-11-01T00:00:00Z",
                message = new { content = new string(' ', length) + text } });
            Assert.Equal(expected, LineBatches.Of([line]).Events.OfType<PromptEvent>().Count());
            Assert.Equal(expected, LineBatches.Recount([line]).Prompts.Count);
        }
    }

    [Theory]
    [InlineData("<teammate-message teammate_id=\"a\">x", null)]
    [InlineData("<channel source=\"chat\">x", null)]
    [InlineData("<channels>are these", "<channels>are these")]
    [InlineData("<local-command-of-tomorrow>x", null)]
    [InlineData("<tick>now</tick>", null)]
    [InlineData("<ticket>12</ticket>", "<ticket>12</ticket>")]
    [InlineData("Another Claude session sent a message:\n<teammate-message x>", null)]
    [InlineData("<ide_opened_file>The file</ide_opened_file>", null)]
    [InlineData("<ide_opened_file>The file</ide_opened_file>\n <ide_selection>a</ide_selection>\n\nrename it ", "rename it ")]
    [InlineData("<ide_selection>a</ide_selection><bash-stdout>x", null)]
    [InlineData("<ide_selection>not closed", "<ide_selection>not closed")]
    [InlineData("<command-message>review-it</command-message>\n<command-name>/review-it</command-name>\n<command-args>src lib</command-args>",
        "/review-it src lib")]
    [InlineData("<command-message>tidy</command-message>\n<command-name>/tidy</command-name>", "/tidy")]
    [InlineData("<command-message>tidy</command-message>", "/tidy")]
    [InlineData("<command-name>/clear</command-name>\n<command-message>clear</command-message>", null)]
    public void What_was_typed_is_told_from_what_machines_put_in(string text, string? expected) =>
        Assert.Equal(expected, PromptRule.IsPromptText(text) ? PromptRule.Typed(text) : null);

    [Theory]
    [InlineData(null, null, "Unmarked")]
    [InlineData("typed", "human", "Person")]
    [InlineData("queued", null, "Person")]
    [InlineData("sdk", null, "Person")]
    [InlineData(null, "human", "Person")]
    [InlineData("dictated", "human", "Person")]
    [InlineData("dictated", null, "Machine")]
    [InlineData("system", "human", "Machine")]
    [InlineData("typed", "channel", "Machine")]
    [InlineData(null, "task-notification", "Machine")]
    [InlineData("scheduled", null, "Machine")]
    public void Marks_say_who_typed(string? source, string? kind, string expected) => Assert.Equal(expected, PromptRule.TypistOf(source, kind).ToString());

    [Fact]
    public void A_person_may_begin_with_the_words_of_the_client()
    {
        Assert.True(PromptRule.IsPromptText("Another Claude session sent a message: what does it mean?", Typist.Person));
        Assert.False(PromptRule.IsPromptText("[Request interrupted by user]", Typist.Person));
        Assert.False(PromptRule.IsPromptText("hello", Typist.Machine));
    }

    [Fact]
    public void A_version_that_marks_what_is_typed_counts_nothing_without_a_mark_wherever_it_stands()
    {
        string[] lines =
        [
            Line("1", "9.1", "nobody typed this", ""),
            Line("2", "9.1", "hello", "\"promptSource\":\"typed\","),
            Line("3", "9.1", "nor this", ""),
            Line("4", "9.0", "an older client marks nothing", ""),
            Line("5", "9.1", "<command-message>tidy</command-message>", ""),
        ];
        var batch = LineBatches.OfFile("s", lines);
        var counted = batch.Events.OfType<PromptEvent>().GroupBy(p => p.Key).Where(g => g.All(p => !p.IsTakenBack)).Select(g => g.Single().Text);
        Assert.Equal(["hello", "an older client marks nothing", "/tidy"], counted);

        static string Line(string uuid, string version, string text, string mark) =>
            $$"""{"type":"user",{{mark}}"uuid":"{{uuid}}","version":"{{version}}","timestamp":"2026-11-01T00:00:00Z","message":{"content":"{{text}}"} }""";
    }

    [Theory]
    [InlineData("""{"type":"queued_command","prompt":"go on","commandMode":"prompt"}""", "go on")]
    [InlineData("""{"type":"queued_command","prompt":[{"type":"text","text":"go on"}]}""", "go on")]
    [InlineData("""{"type":"queued_command","prompt":"go on","commandMode":"prompt","origin":{"kind":"human"},"humanTurn":true}""", "go on")]
    [InlineData("""{"type":"queued_command","prompt":"go on","commandMode":"prompt","origin":{"kind":"channel"}}""", null)]
    [InlineData("""{"type":"queued_command","prompt":"ls","commandMode":"bash"}""", null)]
    [InlineData("""{"type":"queued_command","prompt":"<task-notification>x","commandMode":"task-notification"}""", null)]
    [InlineData("""{"type":"queued_command","prompt":"<task-notification>x","commandMode":"prompt"}""", null)]
    [InlineData("""{"type":"queued_command","prompt":"go on","commandMode":"prompt","isMeta":true}""", null)]
    [InlineData("""{"type":"hook_success","prompt":"go on"}""", null)]
    public void What_was_typed_while_the_client_worked_is_a_prompt(string attachment, string? expected)
    {
        var line = new SessionLine("s", $$"""{"type":"attachment","uuid":"u","timestamp":"2026-11-01T00:00:00Z","attachment":{{attachment}} }""");
        Assert.Equal(expected, LineBatches.Of([line]).Events.OfType<PromptEvent>().SingleOrDefault()?.Text);
    }
}
