using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Observatory.Core.Metrics;
using Observatory.Core.Time;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>Files as they are when something went wrong: the good lines count, the bad ones are kept aside, nothing stops.</summary>
public sealed class BadFileTests : IAsyncLifetime
{
    private readonly TempFolder _temp = new();
    private CoreHost _core = null!;
    private string _project = null!;

    public async ValueTask InitializeAsync()
    {
        _core = await CoreHost.ImportAsync(TimeProvider.System, (_temp.Folder("claude"), "me"));
        _project = Path.Combine(_temp.Path, "claude", "projects", "-p");
    }

    public async ValueTask DisposeAsync()
    {
        await _core.DisposeAsync();
        _temp.Dispose();
    }

    [Fact]
    public async Task AFolderThatAppearsLaterIsFound()
    {
        Assert.False(Assert.Single(_core.Import.Roots).Exists);
        Write(Prompt(1), Prompt(2));
        await CountsAsync(2);
        Assert.True(Assert.Single(_core.Import.Roots).Exists);
    }

    [Fact]
    public async Task BadLinesAreKeptAsideWithFileLineAndReason()
    {
        var path = Write(Prompt(1), "{not json", "[]", Prompt(2), "null", """{"type":"user"}""",
            """{"type":"assistant","uuid":"u","timestamp":"yesterday","message":{}}""", new string('\0', 40), Prompt(3));
        await CountsAsync(3);
        var rejected = await _core.Metrics.GetRejectedAsync(100);
        Assert.Equal([2L, 3, 5, 7, 8], rejected.Select(r => r.Line).Order());
        Assert.All(rejected, r => Assert.Equal(path, r.File));
        Assert.All(rejected, r => Assert.NotEmpty(r.Reason));
        Assert.Equal(5, (await _core.Metrics.GetPipelineAsync()).DeadLetters);
    }

    [Fact]
    public async Task ImpossibleNumbersAreSetAsideAndTheirLinesCount()
    {
        string Answer(string tokens) =>
            $$$"""{"type":"assistant","uuid":"{{{Guid.NewGuid()}}}","timestamp":"{{{Now()}}}","cwd":"/p","message":{"id":"{{{Guid.NewGuid()}}}","model":"claude-opus-5-5","usage":{"input_tokens":{{{tokens}}},"output_tokens":1} } }""";
        Write(Answer("1e400"), Answer("-1"), Answer("1.5"), Answer("99999999999999999999"), Answer("1000000000001"), Answer("\"7\""), Answer("7"),
            Answer("1e1"));
        await CountsAsync(8);
        Assert.Equal(17, (await FiguresAsync()).InputTokens);
        Assert.Equal(6, (await _core.Metrics.GetRejectedAsync(100)).Count);
    }

    [Fact]
    public async Task InvalidUtf8AndLoneSurrogatesCountAndAreShownAsReplacement()
    {
        var bytes = Encoding.UTF8.GetBytes(Prompt(1, "caf\u00e9 \\ud800 x"));
        var at = Array.IndexOf(bytes, (byte)0xC3);
        bytes[at] = 0xFF;
        Directory.CreateDirectory(_project);
        await File.WriteAllBytesAsync(Path.Combine(_project, $"{Guid.NewGuid()}.jsonl"),
            [.. bytes, (byte)'\n', .. Encoding.UTF8.GetBytes(Prompt(2)), (byte)'\n'], TestContext.Current.CancellationToken);
        // A line that is no UTF-8 is no JSON: it may be set aside, but the next one counts in any case.
        await Patience.UntilAsync(async () => (await FiguresAsync()).UserMessages >= 1 && !_core.Import.Running);
        var figures = await FiguresAsync();
        Assert.Equal(2, figures.UserMessages + (await _core.Metrics.GetRejectedAsync(10)).Count);
    }

    [Fact]
    public async Task UnknownLineTypesAreDriftAndNoFault()
    {
        Write(Prompt(1), """{"type":"hologram","version":"3.0.0","sessionId":"x"}""", """{"type":"hologram","version":"3.0.0"}""", Prompt(2));
        await CountsAsync(2);
        var drift = Assert.Single((await _core.Metrics.GetPipelineAsync()).Drift);
        Assert.Equal(("hologram", 2L), (drift.Kind, drift.Lines));
        Assert.Empty(await _core.Metrics.GetRejectedAsync(10));
    }

    [Fact]
    public async Task AHalfWrittenLineWaitsForItsEnd()
    {
        var line = Prompt(2);
        var path = Write(Prompt(1));
        await CountsAsync(1);
        await File.AppendAllTextAsync(path, line[..40], TestContext.Current.CancellationToken);
        // What was written later is read: so the half line was looked at, too.
        Write(Prompt(3));
        await CountsAsync(2);
        Assert.Empty(await _core.Metrics.GetRejectedAsync(10));
        await File.AppendAllTextAsync(path, line[40..] + "\n", TestContext.Current.CancellationToken);
        await CountsAsync(3);
    }

    [Fact]
    public async Task ATruncatedOrReplacedFileIsReadAgainAndCountsOnce()
    {
        var (one, two, three) = (Prompt(1), Prompt(2), Prompt(3));
        var path = Write(one, two);
        await CountsAsync(2);
        await File.WriteAllTextAsync(path, one + "\n", TestContext.Current.CancellationToken);
        // What was written later is read: so the short file was looked at, too.
        Write(Prompt(5));
        await CountsAsync(3);
        await File.AppendAllTextAsync(path, three + "\n", TestContext.Current.CancellationToken);
        await CountsAsync(4);
        // Replaced by another of the same name, as a rotation does.
        await File.WriteAllTextAsync(path + ".new", Prompt(4) + "\n" + one + "\n", TestContext.Current.CancellationToken);
        File.Move(path + ".new", path, overwrite: true);
        await CountsAsync(5);
    }

    [Fact]
    public async Task ALastLineWithoutItsEndCountsOnceNothingWasWrittenForAMinute()
    {
        Directory.CreateDirectory(_project);
        var path = Path.Combine(_temp.Path, "whole.jsonl");
        await File.WriteAllTextAsync(path, Prompt(1) + "\n" + Prompt(2), TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-2));
        File.Move(path, Path.Combine(_project, "whole.jsonl"));
        await CountsAsync(2);
    }

    [Fact]
    public async Task OfManyBadLinesTheFirstAreKeptAndTheOthersCounted()
    {
        Write([Prompt(1), .. Enumerable.Repeat("{", 5_000), Prompt(2)]);
        await CountsAsync(2);
        await using var db = await _core.OpenAsync();
        Assert.Equal(1_000, await db.RejectedLines.CountAsync(l => l.Text == "{", TestContext.Current.CancellationToken));
        Assert.InRange(await db.RejectedLines.CountAsync(TestContext.Current.CancellationToken), 1_000, 1_001);
    }

    [Fact]
    public async Task ADeletedFileStaysCounted()
    {
        var path = Write(Prompt(1), Prompt(2));
        await CountsAsync(2);
        File.Delete(path);
        await Patience.UntilAsync(() => _core.Import.FilesTotal == 0);
        Assert.Equal(2, (await FiguresAsync()).UserMessages);
    }

    [Fact]
    public async Task AFileThatMayNotBeReadIsSaidAndTheOthersCount()
    {
        Assert.SkipWhen(Environment.UserName == "root", "The account that runs the tests may read everything.");
        if (OperatingSystem.IsWindows()) return;
        var closed = Write(Prompt(1));
        File.SetUnixFileMode(closed, UnixFileMode.None);
        Write(Prompt(2));
        await Patience.UntilAsync(() => _core.Import.Roots is [{ Problem: { } problem }] && problem.Contains(closed, StringComparison.Ordinal));
        Assert.Equal(1, (await FiguresAsync()).UserMessages);
        File.SetUnixFileMode(closed, UnixFileMode.UserRead);
        await CountsAsync(2);
    }

    [Fact]
    public async Task AFolderNamedLikeATranscriptAndADeadLinkAreNoTrouble()
    {
        Directory.CreateDirectory(Path.Combine(_project, "folder.jsonl"));
        if (!OperatingSystem.IsWindows()) File.CreateSymbolicLink(Path.Combine(_project, "dead.jsonl"), Path.Combine(_temp.Path, "nowhere"));
        await File.WriteAllTextAsync(Path.Combine(_project, "empty.jsonl"), "", TestContext.Current.CancellationToken);
        Write(Prompt(1));
        await CountsAsync(1);
    }

    private string Write(params string[] lines)
    {
        Directory.CreateDirectory(_project);
        var path = Path.Combine(_project, $"{Guid.NewGuid()}.jsonl");
        File.WriteAllText(path, string.Join('\n', lines) + "\n");
        return path;
    }

    private static string Now() => TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Prompt(int n, string? text = null) =>
        $$"""{"type":"user","message":{"role":"user","content":"{{text ?? $"Prompt {n}"}}"},"uuid":"{{Guid.NewGuid()}}","timestamp":"{{Now()}}","cwd":"/p","version":"2.1.330"}""";

    private Task CountsAsync(long messages) =>
        Patience.UntilAsync(async () => (await FiguresAsync()).TotalMessages == messages && !_core.Import.Running, $"{messages} messages");

    private async Task<OverviewFigures> FiguresAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        return (await _core.Metrics.GetDashboardAsync(new MetricsQuery { Range = new TimeRange(now.AddDays(-1), now.AddDays(1)), Zone = TimeZoneInfo.Utc }))
            .Overview;
    }
}
