using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Metrics;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>Whose a copied line is (Fixtures/cases/07…), and others of the kind: marked, kept or unmarked copies, in any order of files and of ids.</summary>
public sealed class CaseOwnerTests
{
    private const string Low = "00000001-aaaa-4bbb-8ccc-000000000001";
    private const string High = "00000009-aaaa-4bbb-8ccc-000000000009";

    /// <summary>Case, input tokens of the original (9 in the case) and of its branch (1).</summary>
    [Theory]
    [InlineData("07-branch-forkedFrom", 300, 400)]
    [InlineData("07b-resume-copies-keep-sessionId", 300, 400)]
    [InlineData("07c-resume-copies-no-marks", 300, 400)]
    [InlineData("07e-original-went-on", 1_100, 400)]
    public async Task Copied_lines_count_in_the_session_that_made_them(string name, long original, long branch)
    {
        using var folder = new TempFolder();
        foreach (var isSwapped in new[] { false, true })
        {
            var files = CaseCore.Files(name).Select(f => Written(folder, f, isSwapped)).ToArray();
            foreach (var order in new[] { files, [.. files.Reverse()] })
            {
                await using var core = await CaseCore.StartAsync();
                await core.ReadAsync(order);
                var rows = (await core.FiguresAsync()).Conversations;
                var (first, second) = isSwapped ? (Low, High) : (High, Low);
                Assert.Equal([(first, original, null), (second, branch, first)], Rows(rows).OrderBy(r => r.Id == second));
                Assert.Equal(0, (await core.Core.RecountAsync(TestContext.Current.CancellationToken)).Differences);
            }
        }
    }

    [Theory]
    [InlineData("07-branch-forkedFrom")]
    [InlineData("07b-resume-copies-keep-sessionId")]
    public async Task An_original_that_was_deleted_before_it_was_read_is_known_by_what_its_branch_copied(string name)
    {
        var files = CaseCore.Files(name);
        await using var core = await CaseCore.StartAsync();
        await core.ReadAsync(files.Single(f => f.Contains(Low, StringComparison.Ordinal)));
        var alone = Rows((await core.FiguresAsync()).Conversations);
        Assert.Equal([(Low, 400, High), (High, 300, null)], alone);
        // It was only not read yet.
        await core.ReadAsync(files);
        Assert.Equal(alone, Rows((await core.FiguresAsync()).Conversations));
    }

    [Fact]
    public async Task Every_case_is_what_the_recount_finds()
    {
        foreach (var name in Directory.EnumerateDirectories(CaseCore.Folder("."), "07*").Select(d => Path.GetFileName(d)))
        {
            var naive = new NaiveRecount([.. CaseCore.Files(name).SelectMany(f => NaiveLine.Read(f, "u"))]);
            await using var core = await CaseCore.ImportAsync(name);
            Assert.Equal(
                naive.Conversations.Select(c => (c.Id, c.Responses.Sum(r => r.Tokens), c.MessageCount)),
                (await core.FiguresAsync()).Conversations.Select(c => (c.Id, c.TotalTokens, c.MessageCount)));
        }
    }

    /// <summary>A family of sessions that copy from each other the way clients do: who made a line is known from the making.</summary>
    [Theory]
    [InlineData("mark", false)]
    [InlineData("mark", true)]
    [InlineData("kept", false)]
    [InlineData("kept", true)]
    [InlineData("none", false)]
    [InlineData("request", true)]
    [InlineData("queue", true)]
    public async Task Generations_of_branches_are_told_apart_in_any_order(string style, bool goesOn)
    {
        var cancel = TestContext.Current.CancellationToken;
        for (var seed = 0; seed < 6; seed++)
        {
            var random = new Random(seed);
            var family = new CopyFamily(random, style, goesOn);
            string? image = null;
            for (var round = 0; round < 3; round++)
            {
                await using var core = await CoreHost.StartAsync(new FakeTimeProvider(CopyFamily.Start.AddDays(2)));
                // Files of their own, and then lines of all of them side by side.
                var parts = round < 2 ? family.Files.ToArray() : [.. family.Files.SelectMany(f => f.Chunk(2))];
                random.Shuffle(parts);
                foreach (var part in parts) await core.WriteAsync(LineBatches.Of(part));
                var query = Compare.Query(CopyFamily.Start, CopyFamily.Start.AddDays(1));
                var rows = (await core.Metrics.GetConversationsAsync(new ConversationListQuery { Metrics = query, Limit = 100 }, cancel)).Items;
                Assert.Equal(family.TokensOf, rows.ToDictionary(r => r.Id, r => r.TotalTokens));
                foreach (var row in rows)
                {
                    var parent = (await core.Metrics.GetConversationAsync(row.Id, cancel))!.ParentId;
                    Assert.Equal(family.ParentOf.GetValueOrDefault(row.Id), parent);
                }
                var now = await FigureImage.OfAsync(core, CopyFamily.Start, CopyFamily.Start.AddDays(1));
                Assert.Equal(image ??= now, now);
            }
        }
    }

    private static List<(string Id, long Input, string? Parent)> Rows(IEnumerable<ConversationRow> rows) =>
        [.. rows.Select(r => (r.Id, r.InputTokens, r.ParentId))];

    /// <summary>The case's file in the folder, the two ids in each other's place where that is asked for.</summary>
    private static string Written(TempFolder folder, string file, bool isSwapped)
    {
        var path = folder.File(Path.Combine(isSwapped ? "swapped" : "as-it-is", Swap(Path.GetFileName(file))));
        File.WriteAllText(path, Swap(File.ReadAllText(file)));
        return path;

        string Swap(string text) => isSwapped ? text.Replace(Low, "\0", StringComparison.Ordinal).Replace(High, Low, StringComparison.Ordinal)
            .Replace("\0", High, StringComparison.Ordinal) : text;
    }
}
