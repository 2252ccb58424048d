using Observatory.Core.Ingestion.Transcripts;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Ingestion.Transcripts;

public sealed class TranscriptFileTests
{
    private const string Session = "0d0b0e0f-1111-4222-8333-944455566677";

    [Theory]
    [InlineData($"/p/slug/{Session}.jsonl", Session, null)]
    [InlineData($"/p/slug/{Session}/subagents/agent-abc123.jsonl", Session, "abc123")]
    [InlineData($"/p/slug/{Session}/subagents/workflows/w1/agent-abc123.jsonl", Session, "abc123")]
    [InlineData("/p/slug/agent-abc1234.jsonl", null, "abc1234")]
    [InlineData("/p/slug/notes.jsonl", null, null)]
    public void The_place_says_whose_lines_they_are(string path, string? session, string? agent)
    {
        var file = TranscriptFile.From(path, "ada");
        Assert.Equal((path, "ada", session, agent), (file.Path, file.Owner, file.Session, file.Agent));
    }

    /// <summary>Summaries name no session; only the file's name says whose they are, whatever that is.</summary>
    [Fact]
    public async Task Lines_without_a_session_belong_to_that_of_the_files_name()
    {
        using var folder = new TempFolder();
        var sink = new LineFeedTests.Keep();
        var path = folder.File("projects/p/my session.jsonl");
        await File.WriteAllLinesAsync(path,
        [
            """{"type":"summary","summary":"Of another","leafUuid":"leaf"}""",
            """{"type":"user","uuid":"a","timestamp":"2026-11-01T00:00:00Z","message":{"content":"of the file"}}""",
            """{"type":"user","uuid":"b","timestamp":"2026-11-01T00:00:01Z","sessionId":"its own","message":{"content":"of the line"}}""",
        ], TestContext.Current.CancellationToken);
        await new TranscriptReader(sink, Core.Events.EventSource.Transcript)
            .ReadAsync(TranscriptFile.From(path, "ada"), null, TestContext.Current.CancellationToken);
        var batch = Assert.Single(sink.Batches);
        Assert.Empty(batch.Rejected);
        Assert.Equal(["my session", "its own"], batch.Events.Select(e => e.Conversation));
        Assert.Equal("Of another", Assert.Single(batch.Session("my session").Summaries).Text);
    }

    [Fact]
    public void Roots_are_configured_ones_else_the_environments_else_the_defaults()
    {
        static string? Nothing(string name) => name == "HOME" ? "/home/ada" : null;
        static string?[] Paths(IReadOnlyList<TranscriptRoot> roots) => [.. roots.Select(r => r.Path)];
        Assert.Equal(["/home/ada/.config/claude/projects", "/home/ada/.claude/projects"], Paths(TranscriptRoots.Resolve(new(), Nothing)));
        Assert.Equal(["/x/projects", "/y/projects"], Paths(TranscriptRoots.Resolve(new(), n => n == "CLAUDE_CONFIG_DIR" ? "/x, /y/projects,/x" : Nothing(n))));
        var configured = TranscriptRoots.Resolve(new() { Roots = ["~/a", "/b/projects/"], Owners = ["bob"] }, n => n == "CLAUDE_CONFIG_DIR" ? "/x"
            : Nothing(n));
        Assert.Equal([("/home/ada/a/projects", "bob"), ("/b/projects/", Environment.UserName)], configured.Select(r => (r.Path, r.Owner)));
        Assert.All(TranscriptRoots.Resolve(new() { Owners = ["ada"] }, Nothing), r => Assert.Equal("ada", r.Owner));
        Assert.Empty(TranscriptRoots.Resolve(new() { Enabled = false, Roots = ["/a"] }, Nothing));
    }

    [Fact]
    public void Links_lead_to_places_inside_the_root_only_and_journals_are_none()
    {
        using var folder = new TempFolder();
        foreach (var name in new[] { "real/a/one.jsonl", "real/a/journal.jsonl", "real/a/notes.txt", "real/b/deep/agent-1.jsonl",
            "outside/two.jsonl" }) File.WriteAllText(folder.File(name), "{}\n");
        var real = Path.Combine(folder.Path, "real");
        Directory.CreateSymbolicLink(Path.Combine(real, "c"), Path.Combine(folder.Path, "outside"));
        Directory.CreateSymbolicLink(Path.Combine(real, "again"), Path.Combine(real, "a"));
        Directory.CreateSymbolicLink(Path.Combine(real, "b", "round"), real);
        File.CreateSymbolicLink(Path.Combine(real, "b", "three.jsonl"), Path.Combine(folder.Path, "outside", "two.jsonl"));
        File.CreateSymbolicLink(Path.Combine(real, "b", "gone.jsonl"), Path.Combine(real, "nowhere.jsonl"));
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "root"), real);
        var scan = Scan(new TranscriptRoot(Path.Combine(folder.Path, "root"), "ada"));
        Assert.Null(scan.Problem);
        Assert.Equal(
            ["c: a link that leads out of the folder", "gone.jsonl: a link that leads nowhere", "three.jsonl: a link that leads out of the folder"],
            scan.Skipped.Select(s => $"{Path.GetFileName(s.Path)}: {s.Reason.Split(',')[0]}").Order(StringComparer.Ordinal));
        Assert.Equal(["agent-1.jsonl", "one.jsonl"], scan.Files.Select(f => Path.GetFileName(f.File.Path)).Order(StringComparer.Ordinal));
        Assert.False(Scan(new TranscriptRoot(Path.Combine(folder.Path, "missing"), "ada")).Exists);
    }

    [Theory]
    [InlineData("/subagents/home/projects", $"slug/{Session}.jsonl", Session, null)]
    [InlineData("/subagents/home/projects", "slug/agent-abc1234.jsonl", null, "abc1234")]
    [InlineData("/subagents/home/projects", $"slug/{Session}/subagents/agent-abc123.jsonl", Session, "abc123")]
    [InlineData("/subagents/home/projects", $"slug/{Session}/subagents/workflows/subagents/agent-abc123.jsonl", Session, "abc123")]
    [InlineData("/p", "subagents/agent-abc123.jsonl", null, "abc123")]
    [InlineData("/p", $"subagents/{Session}/subagents/agent-abc123.jsonl", Session, "abc123")]
    public void What_lies_above_the_root_says_nothing(string root, string path, string? session, string? agent)
    {
        var file = TranscriptFile.From($"{root}/{path}", "ada", root);
        Assert.Equal((session, agent), (file.Session, file.Agent));
    }

    [Theory]
    [InlineData("/upload/subagents/home/.claude/projects/slug/agent-abc1234.jsonl", null)]
    [InlineData($"/upload/subagents/home/.claude/projects/slug/{Session}/subagents/agent-abc1234.jsonl", Session)]
    [InlineData($"/upload/{Session}/subagents/agent-abc1234.jsonl", Session)]
    public void Where_no_root_is_known_the_last_folder_projects_is_it(string path, string? session) =>
        Assert.Equal(session, TranscriptFile.From(path, "ada").Session);

    [Fact]
    public void A_folder_that_is_reached_twice_is_one_and_the_first_root_has_it()
    {
        using var folder = new TempFolder();
        foreach (var name in new[] { "home/claude/projects/a/one.jsonl", "home/claude/projects/b/two.jsonl" }) File.WriteAllText(folder.File(name), "{}\n");
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "other"), Path.Combine(folder.Path, "home"));
        string Below(string path) => Path.Combine(folder.Path, path);
        var scans = TranscriptScanner.Scan(
        [
            new TranscriptRoot(Below("home/claude/projects/b"), "bob"), new TranscriptRoot(Below("other/claude/projects"), "ada"),
            new TranscriptRoot(Below("home/claude/projects"), "eve"),
        ]);
        Assert.Equal(
            [("bob", Below("home/claude/projects/b/two.jsonl")), ("ada", Below("other/claude/projects/a/one.jsonl"))],
            scans.SelectMany(s => s.Files).Select(f => (f.File.Owner, f.File.Path)));
        Assert.Contains("the same folder", Assert.Single(scans[2].Skipped).Reason, StringComparison.Ordinal);
    }

    private static ScannedRoot Scan(TranscriptRoot root) => Assert.Single(TranscriptScanner.Scan([root]));
}
