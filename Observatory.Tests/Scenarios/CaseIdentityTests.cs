using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>What is one response, one tool call, one message: small inputs whose figures are given.</summary>
public sealed class CaseIdentityTests
{
    private const string A = "00000001-aaaa-4bbb-8ccc-000000000001";
    private const string B = "00000002-aaaa-4bbb-8ccc-000000000002";

    [Fact]
    public async Task A_message_id_that_is_always_the_same_tells_no_responses_together()
    {
        var figures = await CaseCore.FiguresOfAsync("01-constant-message-id");
        Assert.Equal((12, 24_018, 300), (figures.AssistantMessages, figures.Input, figures.Output));
        Assert.Equal([new DateOnly(2026, 11, 10), new DateOnly(2026, 11, 11), new DateOnly(2026, 11, 12)], figures.Days);
    }

    [Fact]
    public async Task An_empty_message_id_is_none()
    {
        var figures = await CaseCore.FiguresOfAsync("01b-empty-message-id");
        Assert.Equal((4, 406, 28), (figures.AssistantMessages, figures.Input, figures.Output));
    }

    [Theory]
    [InlineData("later-line-has-no-speed", 0.015)]
    [InlineData("same-instant", 0.015)]
    [InlineData("same-instant-other-order", 0.015)]
    [InlineData("geo-us-only-on-first", 0.00825)]
    [InlineData("batch-only-on-first", 0.00375)]
    public async Task What_one_line_names_no_silent_line_takes_away(string part, double cost)
    {
        var figures = await CaseCore.FiguresOfAsync("13-fast-lost/" + part);
        Assert.Equal((1, 1_000, 100), (figures.AssistantMessages, figures.Input, figures.Output));
        Assert.Equal((decimal)cost, figures.Cost);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Terms_that_several_lines_name_each_in_part_hold_together(bool tierFirst)
    {
        (string, object) tier = ("service_tier", "batch");
        (string, object) searches = ("server_tool_use", new { web_search_requests = 2 });
        string[] lines =
        [
            CaseLines.Answer(A, "u1", "00:01.000", "m1", "r1", input: 1_000, output: 100, usage: tierFirst ? tier : searches),
            CaseLines.Answer(A, "u2", "00:02.000", "m1", "r1", input: 1_000, output: 100, usage: tierFirst ? searches : tier),
            CaseLines.Answer(A, "u3", "00:03.000", "m1", "r1", input: 1_000, output: 100),
        ];
        foreach (var order in new[] { lines, [.. lines.Reverse()], [lines[1], lines[2], lines[0]] })
        {
            using var folder = new TempFolder();
            await using var core = await CaseCore.StartAsync();
            var path = folder.File(Path.Combine("projects", "-w-alpha", A + ".jsonl"));
            await File.WriteAllLinesAsync(path, order, TestContext.Current.CancellationToken);
            await core.ReadAsync(path);
            var figures = await core.FiguresAsync();
            // Half of the list price of the tokens, and two searches.
            Assert.Equal((1L, 0.00375m + 0.02m), ((long)figures.AssistantMessages, figures.Cost));
        }
    }

    [Fact]
    public async Task Tool_ids_that_start_again_in_each_answer_are_as_many_calls()
    {
        var figures = await CaseCore.FiguresOfAsync("16-tool-ids-not-unique");
        Assert.Equal((6, 1), (figures.ToolCalls, figures.ToolErrors));
        Assert.Equal([(3, 0), (3, 1)], figures.Conversations.Select(c => (c.ToolCalls, c.ToolErrors)));
    }

    [Fact]
    public async Task Ids_of_the_events_API_are_unique_within_their_conversation()
    {
        await using var core = await CaseCore.StartAsync();
        var body = Path.Combine(CaseCore.Folder("29-events-api-ids-per-conversation"), "body.json");
        await core.SendEventsAsync(body);
        await core.SendEventsAsync(body);
        var figures = await core.FiguresAsync();
        Assert.Equal((4, 2, 220, 2), (figures.UserMessages, figures.AssistantMessages, figures.Tokens, figures.ToolCalls));
    }

    [Theory]
    [InlineData("1m-suffix")]
    [InlineData("alias")]
    [InlineData("bedrock-spelling")]
    [InlineData("control")]
    public async Task A_response_and_its_telemetry_are_one_in_any_spelling_of_the_model(string part)
    {
        var folder = CaseCore.Folder("32-otlp-join/" + part);
        string? image = null;
        foreach (var linesFirst in new[] { true, false })
        {
            await using var core = await CaseCore.StartAsync();
            if (linesFirst) await core.ReadAsync(CaseCore.Files("32-otlp-join/" + part));
            await core.SendLogsAsync(Path.Combine(folder, "body.json"));
            if (!linesFirst) await core.ReadAsync(CaseCore.Files("32-otlp-join/" + part));
            var figures = await core.FiguresAsync();
            Assert.Equal((1, 165, 0), (figures.AssistantMessages, figures.Tokens, figures.Overview.UnpricedTokens));
            image ??= await core.ImageAsync();
            Assert.Equal(image, await core.ImageAsync());
        }
    }

    [Theory]
    [InlineData("title-newer-file-has-new-title")]
    [InlineData("title-older-mtime-has-new-title")]
    [InlineData("summary-fork-newer")]
    [InlineData("summary-original-newer")]
    [InlineData("cwd-one")]
    [InlineData("cwd-other")]
    public async Task Files_give_the_same_in_any_order_of_their_times_of_change(string part)
    {
        var name = "33-order/" + part;
        var images = new List<string>();
        foreach (var newestFirst in new[] { true, false })
        {
            using var folder = new TempFolder();
            var files = CaseCore.Files(name);
            for (var i = 0; i < files.Length; i++)
            {
                var copy = folder.File(Path.GetRelativePath(CaseCore.Folder(name), files[i]));
                File.Copy(files[i], copy);
                File.SetLastWriteTimeUtc(copy, new DateTime(2026, 11, newestFirst ? 20 + i : 20 - i, 0, 0, 0, DateTimeKind.Utc));
            }
            await using var core = await CaseCore.ImportRootsAsync(null, Path.Combine(folder.Path, "root"));
            images.Add(await core.ImageAsync());
            if (part.StartsWith("title", StringComparison.Ordinal)) Assert.Equal(["New name"], (await core.FiguresAsync()).Titles);
            if (part.StartsWith("summary", StringComparison.Ordinal)) Assert.Equal("Port the parser", (await core.FiguresAsync()).Titles.First());
        }
        Assert.Equal(images[0], images[1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_title_that_was_taken_away_does_not_come_back_from_a_copy_that_ends_before(bool wholeFirst)
    {
        string[] before = [CaseLines.User(A, "u1", "00:01.000"), CaseLines.Answer(A, "u2", "00:02.000", "m1", "r1"), CaseLines.Title(A, "Old name")];
        string[] whole = [.. before, CaseLines.User(A, "u3", "00:03.000"), CaseLines.Title(A, " ")];
        using var folder = new TempFolder();
        await using var core = await CaseCore.StartAsync();
        foreach (var isWhole in new[] { wholeFirst, !wholeFirst })
        {
            var path = folder.File(Path.Combine(isWhole ? "one" : "two", "-w-alpha", A + ".jsonl"));
            await File.WriteAllLinesAsync(path, isWhole ? whole : before, TestContext.Current.CancellationToken);
            await core.ReadAsync(path);
        }
        Assert.Equal(["do the thing"], (await core.FiguresAsync()).Titles);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("bac")]
    [InlineData("cab")]
    public async Task A_side_chain_goes_with_the_first_response_of_its_message(string order)
    {
        var figures = await CaseCore.FiguresOfAsync("33-order/two-requests-and-a-sidechain-" + order);
        Assert.Equal((2, 500, 50), (figures.AssistantMessages, figures.Input, figures.Output));
    }

    [Fact]
    public Task A_line_without_figures_before_its_response_is_no_message() => CheckAsync(1, 100, 10,
        CaseLines.Answer(A, "u1", "00:01.000", "m1", input: 0, output: 0),
        CaseLines.Answer(A, "u2", "00:02.000", "m1"));

    [Fact]
    public Task A_line_without_figures_and_request_before_its_response_is_no_message() => CheckAsync(1, 100, 10,
        CaseLines.Answer(A, "u1", "00:01.000", "m1", input: 0, output: 0),
        CaseLines.Answer(A, "u2", "00:02.000", "m1", "r1"));

    [Fact]
    public Task Lines_without_figures_go_with_what_follows_also_where_the_id_never_changes() => CheckAsync(3, 600, 60,
        CaseLines.Answer(A, "u1", "00:01.000", "gw", input: 0, output: 0), CaseLines.Answer(A, "u2", "00:02.000", "gw", input: 100, output: 10),
        CaseLines.Answer(A, "u3", "01:01.000", "gw", input: 0, output: 0), CaseLines.Answer(A, "u4", "01:02.000", "gw", input: 200, output: 20),
        CaseLines.Answer(A, "u5", "02:01.000", "gw", input: 0, output: 0), CaseLines.Answer(A, "u6", "02:02.000", "gw", input: 300, output: 30));

    [Fact]
    public Task Nothing_but_lines_without_figures_is_one_message() => CheckAsync(1, 0, 0,
        CaseLines.Answer(A, "u1", "00:01.000", "m1", input: 0, output: 0), CaseLines.Answer(A, "u2", "00:02.000", "m1", input: 0, output: 0));

    [Fact]
    public Task A_line_without_request_is_of_the_response_with_the_same_prompt() => CheckAsync(2, 300, 40,
        CaseLines.Answer(A, "u1", "00:01.000", "m1", input: 100, output: 30), CaseLines.Answer(A, "u2", "00:02.000", "m1", "r1", input: 100, output: 10),
        CaseLines.Answer(A, "u3", "00:03.000", "m1", input: 200, output: 10));

    [Fact]
    public Task Equal_ids_and_figures_in_two_sessions_are_two_where_no_request_is_named() => CheckAsync(2, 200, 20,
        CaseLines.Answer(A, "u1", "00:01.000", "gw"), CaseLines.Answer(B, "u2", "00:01.000", "gw"));

    [Fact]
    public Task One_id_with_two_requests_is_two_responses() => CheckAsync(2, 300, 20,
        CaseLines.Answer(A, "u1", "00:01.000", "gw", "r1"), CaseLines.Answer(A, "u2", "00:02.000", "gw", "r2", input: 200));

    [Fact]
    public Task A_copied_block_counts_once_where_no_request_is_named() => CheckAsync(2, 300, 40,
        // The response goes on in both files: what was copied of it makes them one.
        CaseLines.Answer(A, "u1", "00:01.000", "gw", output: 5), CaseLines.Answer(A, "u2", "00:02.000", "gw", output: 30),
        CaseLines.Answer(B, "u1", "00:01.000", "gw", output: 5), CaseLines.Answer(B, "u9", "09:00.000", "gw", input: 200, output: 10));

    [Fact]
    public Task Copies_with_a_request_count_once_over_all_files() => CheckAsync(1, 100, 30,
        CaseLines.Answer(A, "u1", "00:01.000", "m1", "r1"), CaseLines.Answer(A, "u2", "00:02.000", "m1", "r1", output: 30),
        CaseLines.Answer(B, "u8", "00:01.000", "m1", "r1"));

    /// <summary>The lines in several orders, whole and line by line: always the same figures, and the same bytes.</summary>
    private static async Task CheckAsync(long messages, long input, long output, params string[] lines)
    {
        string? expected = null;
        for (var seed = 0; seed < 6; seed++)
        {
            using var folder = new TempFolder();
            await using var core = await CaseCore.StartAsync();
            var order = lines.ToArray();
            if (seed > 0) new Random(seed).Shuffle(order);
            var files = order.GroupBy(l => l.Contains(A, StringComparison.Ordinal) ? A : B).ToList();
            foreach (var file in seed % 2 == 0 ? files : [.. files.AsEnumerable().Reverse()])
            {
                var path = folder.File(Path.Combine("projects", "-w-alpha", file.Key + ".jsonl"));
                if (seed < 3) await File.WriteAllLinesAsync(path, file, TestContext.Current.CancellationToken);
                else await GrowAsync(core, path, [.. file]);
                await core.ReadAsync(path);
            }
            var figures = await core.FiguresAsync();
            Assert.Equal((messages, input, output), (figures.AssistantMessages, figures.Input, figures.Output));
            var image = OrderTests.WithoutKeys(await core.ImageAsync());
            expected ??= image;
            Assert.Equal(expected, image);
        }
    }

    private static async Task GrowAsync(CaseCore core, string path, string[] lines)
    {
        for (var i = 1; i <= lines.Length; i++)
        {
            await File.WriteAllLinesAsync(path, lines[..i], TestContext.Current.CancellationToken);
            await core.ReadAsync(path);
        }
    }
}
