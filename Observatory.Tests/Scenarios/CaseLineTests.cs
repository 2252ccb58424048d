using Observatory.Core.Ingestion.Transcripts;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>Small inputs with calls that stand beside the figures, and with lines that are damaged (Fixtures/cases).</summary>
public sealed class CaseLineTests
{
    [Fact]
    public async Task A_compaction_inside_a_response_is_a_call_of_its_own()
    {
        var figures = await CaseCore.FiguresOfAsync("06-compaction-iteration");
        Assert.Equal((203_000, 4_500, 1.1275m, 1), (figures.Input, figures.Output, figures.Cost, figures.AssistantMessages));
    }

    [Fact]
    public async Task A_refusal_before_any_output_costs_nothing()
    {
        var figures = await CaseCore.FiguresOfAsync("06c-refusal-before-output");
        Assert.Equal((0m, 1, 50_000), (figures.Cost, figures.AssistantMessages, figures.Input));
    }

    [Theory]
    // Sonnet 4.5: 3 and 15 a million; above 200,000 tokens of one prompt 6 and 22.50.
    [InlineData("""[{"type":"message","input_tokens":150000,"output_tokens":1000},{"type":"message","input_tokens":150000,"output_tokens":1000}]""", 300_000,
        2_000, 0.93)]
    [InlineData("""[{"type":"message","input_tokens":300000,"output_tokens":2000}]""", 300_000, 2_000, 1.845)]
    [InlineData("[]", 300_000, 2_000, 1.845)]
    // What declined is no part of the figures, and is not billed; what it said before is.
    [InlineData("""[{"type":"message","model":"claude-opus-4-5","input_tokens":900,"output_tokens":1},{"type":"fallback_message","input_tokens":1000,"output_tokens":100}]""", 1_900, 101, 0.0045)]
    [InlineData("""[{"type":"message","model":"claude-opus-4-5","input_tokens":900,"output_tokens":50},{"type":"fallback_message","input_tokens":1000,"output_tokens":100}]""", 1_900, 150, 0.01025)]
    // All are in the figures already.
    [InlineData("""[{"type":"message","input_tokens":900,"output_tokens":50},{"type":"compaction","input_tokens":100,"output_tokens":50}]""", 1_000, 100,
        0.0045)]
    public async Task Iterations_are_priced_each_by_itself_and_counted_once(string iterations, long input, long output, double cost)
    {
        var top = iterations.Contains("fallback", StringComparison.Ordinal) ? (1_000, 100) : ((int)input, (int)output);
        var figures = await OfLinesAsync($$"""
            {"type":"assistant","uuid":"a","timestamp":"2026-01-10T10:00:00Z","cwd":"/w","requestId":"r","message":{"id":"m","model":"claude-sonnet-4-5","content":[{"type":"text","text":"x"}],
            "usage":{"input_tokens":{{top.Item1}},"output_tokens":{{top.Item2}},"iterations":{{iterations}} } } }
            """.ReplaceLineEndings(""));
        Assert.Equal((input, output, (decimal)cost, 1), (figures.Input, figures.Output, figures.Cost, figures.AssistantMessages));
    }

    [Theory]
    [InlineData("17-web-search/searchCount-3", 0.03)]
    [InlineData("17-web-search/old-client-no-searchCount", 0.01)]
    [InlineData("17-web-search/server-tool-on-the-line", 0.02)]
    [InlineData("17-web-search/two-results-one-line", 0.01)]
    [InlineData("17-web-search/mcp-tool-with-searchCount", 0)]
    public async Task Searches_cost_once_where_they_were_made(string name, double cost) =>
        Assert.Equal((decimal)cost, (await CaseCore.FiguresOfAsync(name)).Cost);

    [Theory]
    [InlineData("08-glued-lines", 2, 2)]
    [InlineData("08b-two-records-one-line", 1, 1)]
    [InlineData("26b-no-newline-old-file", 1, 1)]
    [InlineData("26-encodings/no-last-newline", 1, 1)]
    [InlineData("26-encodings/bom-on-every-line", 1, 1)]
    [InlineData("26-encodings/array-file", 1, 1)]
    [InlineData("26-encodings/trailing-comma", 1, 1)]
    [InlineData("26-encodings/cr-only", 1, 1)]
    public async Task What_a_damaged_line_still_holds_counts(string name, int prompts, int answers)
    {
        var figures = await CaseCore.FiguresOfAsync(name);
        Assert.Equal((prompts, answers), (figures.UserMessages, figures.AssistantMessages));
    }

    [Fact]
    public async Task A_response_inside_a_line_of_progress_counts_once()
    {
        var figures = await CaseCore.FiguresOfAsync("22-agent-progress-lines");
        Assert.Equal((1_100, 2), (figures.Input, figures.AssistantMessages));
    }

    [Fact]
    public async Task One_bad_field_is_set_aside_and_the_rest_of_its_line_counts()
    {
        await using var core = await CaseCore.ImportAsync("28b-negative-input");
        var figures = await core.FiguresAsync();
        Assert.Equal((1, 0, 200, 5_200, 1), (figures.AssistantMessages, figures.Input, figures.Output, figures.Tokens, figures.ToolCalls));
        Assert.Equal(2, Assert.Single(await core.Core.Metrics.GetRejectedAsync(10)).Line);
    }

    private const string Prompt = """{"type":"user","uuid":"p","sessionId":"s","timestamp":"2026-11-10T10:00:00Z","message":{"content":"hello"}}""";

    [Theory]
    [InlineData("\0\0\0" + Prompt, 1)]
    [InlineData(Prompt + "\0\0", 1)]
    [InlineData("""{"type":"assistant","message":""" + Prompt, 1)]
    [InlineData("""{"type":"assistant","message":{"content":[{"type":"text","text":"a\n{\"type\":\"user\"}"},{"type":"text","te""" + Prompt, 1)]
    [InlineData("""{"type":"user","uuid":"o","sessionId":"s","timestamp":"2026-11-10T10:00:00Z","message":{"content":"first"}}{"type":"us""" + Prompt, 2)]
    // A stub that holds something whole is no record for it.
    [InlineData("""{"type":"progress","data":{"type":"user","uuid":"n","timestamp":"2026-11-10T10:00:00Z","message":{"content":"no"}},"te""", 0)]
    [InlineData("garbage", 0)]
    public async Task Records_are_found_behind_what_was_lost(string line, int expected)
    {
        using var temp = new TempFolder();
        var file = temp.File("s.jsonl");
        await File.WriteAllTextAsync(file, line + "\n", TestContext.Current.CancellationToken);
        await using var core = await CaseCore.StartAsync();
        await core.ReadAsync(file);
        Assert.Equal(expected, (await core.FiguresAsync()).UserMessages);
        Assert.Single(await core.Core.Metrics.GetRejectedAsync(10));
    }

    [Fact]
    public async Task Of_the_bad_lines_of_a_file_the_first_are_kept_and_all_are_counted()
    {
        using var temp = new TempFolder();
        var file = temp.File("s.jsonl");
        await File.WriteAllLinesAsync(file, [.. Enumerable.Range(0, 1_500).Select(i => $"bad {i}"), Prompt], TestContext.Current.CancellationToken);
        await using var core = await CaseCore.StartAsync();
        var end = await core.Core.ReadAsync(file);
        await File.AppendAllTextAsync(file, "one more\n", TestContext.Current.CancellationToken);
        await core.Core.ReadAsync(file, from: end);
        Assert.Equal(1, (await core.FiguresAsync()).UserMessages);
        Assert.Equal(TranscriptReader.MostRejected, (await core.Core.Metrics.GetRejectedAsync(10_000)).Count);
        Assert.Equal(1_501, (await core.Core.Metrics.GetPipelineAsync()).Rejected);
    }

    [Fact]
    public async Task A_last_record_without_a_line_end_counts_once_the_file_is_still_and_not_again_when_the_end_comes()
    {
        using var temp = new TempFolder();
        var folder = Directory.CreateDirectory(Path.Combine(temp.Path, "root", "projects", "-w")).FullName;
        var file = Path.Combine(folder, "00000026-aaaa-4bbb-8ccc-000000000001.jsonl");
        await File.WriteAllTextAsync(file, Prompt.Replace("\"s\"", "\"00000026-aaaa-4bbb-8ccc-000000000001\"", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        // Written just now: the file is not still yet.
        var clock = new MovableClock();
        await using var core = await CaseCore.ImportRootsAsync(clock, Path.Combine(temp.Path, "root"));
        Assert.Equal(0, (await core.FiguresAsync()).UserMessages);
        clock.Advance(TimeSpan.FromMinutes(2));
        await UntilAsync(core, 1);
        await File.AppendAllTextAsync(file, "\n" + Prompt.Replace("\"p\"", "\"q\"", StringComparison.Ordinal) + "\n", TestContext.Current.CancellationToken);
        await UntilAsync(core, 2);
    }

    private static async Task UntilAsync(CaseCore core, int prompts)
    {
        while ((await core.FiguresAsync()).UserMessages != prompts) await Task.Delay(50, TestContext.Current.CancellationToken);
    }

    private static async Task<CaseFigures> OfLinesAsync(params string[] lines)
    {
        using var temp = new TempFolder();
        var file = temp.File("00000099-aaaa-4bbb-8ccc-000000000001.jsonl");
        await File.WriteAllLinesAsync(file, lines);
        await using var core = await CaseCore.StartAsync();
        await core.ReadAsync(file);
        return await core.FiguresAsync();
    }
}
