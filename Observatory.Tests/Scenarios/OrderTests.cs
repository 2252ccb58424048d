using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Ingestion;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>Figures depend on what was written, never on when or how often it was read.</summary>
public sealed class OrderTests
{
    private static readonly DateTimeOffset s_from = new(2026, 10, 20, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_until = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Any_order_of_the_fixture_files_gives_the_same_bytes()
    {
        var files = Files(Fixture.Root).ToList();
        string? expected = null;
        for (var seed = 0; seed < 5; seed++)
        {
            await using var core = await CoreHost.StartAsync(new FakeTimeProvider(Fixture.End));
            var order = files.ToArray();
            new Random(seed).Shuffle(order);
            foreach (var file in order) await core.ReadAsync(file);
            var image = await FigureImage.OfAsync(core, Fixture.Start, Fixture.End);
            expected ??= image;
            Assert.Equal(expected, image);
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    public async Task Any_order_of_forks_gives_the_same_bytes(int seed)
    {
        using var folder = new TempFolder();
        new CorpusWriter(seed).Write(folder.Path, 10, s_from, 5);
        var files = Files(folder.Path).ToList();
        string? expected = null;
        for (var round = 0; round < 4; round++)
        {
            await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_until));
            var order = files.ToArray();
            new Random(round).Shuffle(order);
            if (round == 3) await Task.WhenAll(order.Select(f => core.ReadAsync(f)));
            else foreach (var file in order) await core.ReadAsync(file);
            var image = await FigureImage.OfAsync(core, s_from, s_until);
            expected ??= image;
            Assert.Equal(expected, image);
        }
    }

    /// <summary>What the writer holds in memory is what it finds on disk: forks, copied lines and answers in parts included.</summary>
    [Theory]
    [InlineData(11, 2)]
    [InlineData(13, 5)]
    public async Task Restarts_between_files_change_nothing(int seed, int filesOfAStart)
    {
        using var folder = new TempFolder();
        new CorpusWriter(seed).Write(folder.Path, 10, s_from, 5);
        var files = Files(folder.Path).ToArray();
        new Random(seed).Shuffle(files);
        string expected;
        await using (var core = await CoreHost.StartAsync(new FakeTimeProvider(s_until)))
        {
            foreach (var file in files) await core.ReadAsync(file);
            expected = await FigureImage.OfAsync(core, s_from, s_until);
        }
        using var data = new TempFolder();
        foreach (var some in files.Chunk(filesOfAStart))
        {
            await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_until), data.Path);
            foreach (var file in some) await core.ReadAsync(file);
        }
        await using var last = await CoreHost.StartAsync(new FakeTimeProvider(s_until), data.Path);
        foreach (var file in files) await last.ReadAsync(file);
        Assert.Equal(expected, await FigureImage.OfAsync(last, s_from, s_until));
    }

    [Theory]
    [InlineData(51)]
    [InlineData(52)]
    [InlineData(53)]
    [InlineData(54)]
    public async Task Any_order_of_lines_that_disagree_gives_the_same_bytes(int seed)
    {
        var made = DisagreeingLines.Make(seed);
        string? expected = null;
        for (var round = 0; round < 5; round++)
        {
            using var folder = new TempFolder();
            var random = new Random(round);
            var files = made.Select(f => (f.Path, Lines: f.IsOrdered ? f.Lines : [.. f.Lines.OrderBy(_ => random.Next())]))
                .OrderBy(_ => random.Next()).ToList();
            await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_until));
            foreach (var (path, lines) in files)
            {
                var file = folder.File(Path.Combine("projects", path));
                // In the last round every file is read line by line.
                for (var length = round == 4 ? 1 : lines.Length; length <= lines.Length; length++)
                {
                    await File.WriteAllLinesAsync(file, lines[..length], TestContext.Current.CancellationToken);
                    await core.ReadAsync(file);
                }
            }
            var image = WithoutKeys(await FigureImage.OfAsync(core, s_from, s_until));
            expected ??= image;
            Assert.Equal(expected, image);
        }
    }

    [Fact]
    public async Task A_second_reading_adds_nothing()
    {
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(Fixture.End));
        foreach (var file in Files(Fixture.Root)) await core.ReadAsync(file);
        var (image, counts) = (await FigureImage.OfAsync(core, Fixture.Start, Fixture.End), await RowsAsync(core));
        var accepted = core.Writer.Figures.Counts.Accepted;
        foreach (var file in Files(Fixture.Root).Reverse()) await core.ReadAsync(file);
        Assert.Equal(image, await FigureImage.OfAsync(core, Fixture.Start, Fixture.End));
        Assert.Equal(counts, await RowsAsync(core));
        Assert.Equal(accepted, core.Writer.Figures.Counts.Accepted);
    }

    [Fact]
    public async Task A_restart_between_any_two_files_changes_nothing()
    {
        using var folder = new TempFolder();
        new CorpusWriter(21).Write(folder.Path, 8, s_from, 4);
        var files = Files(folder.Path).ToArray();
        await using var whole = await CoreHost.StartAsync(new FakeTimeProvider(s_until));
        foreach (var file in files) await whole.ReadAsync(file);
        new Random(4).Shuffle(files);
        var data = folder.Folder("data");
        foreach (var part in files.Chunk(3))
        {
            await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_until), data);
            foreach (var file in part) await core.ReadAsync(file);
        }
        await using var last = await CoreHost.StartAsync(new FakeTimeProvider(s_until), data);
        Assert.Equal(await FigureImage.OfAsync(whole, s_from, s_until), await FigureImage.OfAsync(last, s_from, s_until));
    }

    [Fact]
    public async Task Growing_line_by_line_gives_what_the_whole_files_give()
    {
        using var folder = new TempFolder();
        new CorpusWriter(31).Write(folder.Path, 3, s_from, 2);
        var files = Files(folder.Path).ToArray();
        await using var whole = await CoreHost.StartAsync(new FakeTimeProvider(s_until));
        foreach (var file in files) await whole.ReadAsync(file);

        // All files grow side by side, each piece ending anywhere, also inside a line or a character.
        var random = new Random(5);
        var growing = files.Select(f => (Bytes: File.ReadAllBytes(f), Path: folder.File(Path.Combine("grown", Path.GetRelativePath(folder.Path, f))))).ToList();
        var marks = new Dictionary<string, Bookmark?>();
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_until));
        while (growing.Any(g => Length(g.Path) < g.Bytes.Length))
        {
            var (bytes, path) = growing[random.Next(growing.Count)];
            var from = Length(path);
            var to = Math.Min(bytes.Length, from + random.Next(1, 3_000));
            await using (var file = new FileStream(path, FileMode.Append)) file.Write(bytes, from, to - from);
            marks[path] = await core.ReadAsync(path, from: marks.GetValueOrDefault(path));
        }
        Assert.Equal(await FigureImage.OfAsync(whole, s_from, s_until), await FigureImage.OfAsync(core, s_from, s_until));
        Assert.All(growing, g => Assert.Equal(g.Bytes.Length, marks[g.Path]!.Offset));

        static int Length(string path) => File.Exists(path) ? (int)new FileInfo(path).Length : 0;
    }

    [Fact]
    public async Task The_source_follows_links_growth_and_new_files_while_it_runs()
    {
        using var folder = new TempFolder();
        new CorpusWriter(41).Write(folder.Folder("made"), 4, s_from, 2);
        var files = Files(folder.Folder("made")).ToArray();
        // The root is a link to a folder whose projects folder is a link too.
        Directory.CreateSymbolicLink(Path.Combine(folder.Folder("real"), "projects"), folder.Folder("elsewhere"));
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "link"), Path.Combine(folder.Path, "real"));
        await using var whole = await CoreHost.StartAsync(TimeProvider.System);
        foreach (var file in files) await whole.ReadAsync(file);

        await using var core = await CoreHost.ImportAsync(TimeProvider.System, (Path.Combine(folder.Path, "link"), Fixture.Owner));
        Assert.Equal(0, core.Import.FilesTotal);
        foreach (var file in files)
        {
            var target = folder.File(Path.Combine("elsewhere", Path.GetRelativePath(Path.Combine(folder.Path, "made", "projects"), file)));
            var lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
            foreach (var half in lines.Chunk(Math.Max(1, lines.Length / 2 + 1)))
            {
                var text = string.Join('\n', half) + "\n";
                // Half a line first, the rest a moment later.
                await File.AppendAllTextAsync(target, text[..(text.Length - 20)], TestContext.Current.CancellationToken);
                await Task.Delay(30, TestContext.Current.CancellationToken);
                await File.AppendAllTextAsync(target, text[(text.Length - 20)..], TestContext.Current.CancellationToken);
            }
        }
        var total = files.Sum(f => new FileInfo(f).Length);
        await core.IdleAsync(p => p.FilesDone == files.Length && p.BytesDone == total);
        Assert.Equal(await FigureImage.OfAsync(whole, s_from, s_until), await FigureImage.OfAsync(core, s_from, s_until));
    }

    /// <summary>Where several things bear one id, the one read first has the plain key: the names of a timeline's steps are no figures.</summary>
    internal static string WithoutKeys(string image) => Regex.Replace(image, "\"Id\": \"[a-z][0-9a-f]{8,16}\"", "");

    private static IEnumerable<string> Files(string root) => Directory.EnumerateFiles(Path.Combine(root, "projects"), "*.jsonl", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal);

    private static async Task<(int, int, int, int, int, int)> RowsAsync(CoreHost core)
    {
        await using var db = await core.OpenAsync();
        return (await db.Prompts.CountAsync(), await db.Responses.CountAsync(), await db.ToolCalls.CountAsync(), await db.ApiErrors.CountAsync(),
            await db.Texts.CountAsync(), await db.Fingerprints.CountAsync());
    }
}
