using Observatory.Core.Events;
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
            var line = new SessionLine("s", new { type = "user", uuid = "u", timestamp = "2026-11-01T00:00:00Z", message = new { content = new string(' ', length) + text } });
            Assert.Equal(expected, LineBatches.Of([line]).Events.OfType<PromptEvent>().Count());
            Assert.Equal(expected, LineBatches.Recount([line]).Prompts.Count);
        }
    }
}
