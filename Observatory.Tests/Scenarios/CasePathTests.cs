using System.Text;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>Which project things count in, whatever the folders are called, and in whatever order they are told.</summary>
public sealed class CasePathTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("10-drive-letter", @"W:\app")]
    [InlineData("10d-trailing-slash-empty-cwd", "/w/app|unknown")]
    [InlineData("20-worktrees-and-cd", "/w/shop")]
    [InlineData("66-worktree-by-hook", "/w/alpha")]
    public async Task One_folder_is_one_project_and_a_worktree_its_repository(string name, string projects)
    {
        var figures = await CaseCore.FiguresOfAsync(name);
        Assert.Equal(projects.Split('|'), figures.Projects);
    }

    [Theory]
    [InlineData("20-worktrees-and-cd", "00000002-aaaa-4bbb-8ccc-000000000002", "fix-1")]
    [InlineData("66-worktree-by-hook", "00000066-aaaa-4bbb-8ccc-000000000001", "t1")]
    public async Task The_worktree_stands_beside_the_branch(string name, string session, string worktree)
    {
        var row = Assert.Single((await CaseCore.FiguresOfAsync(name)).Conversations, c => c.Id == session);
        Assert.Equal(("main", worktree), (row.Branch, row.Worktree));
    }

    [Theory]
    [InlineData("10-drive-letter")]
    [InlineData("20-worktrees-and-cd")]
    [InlineData("66-worktree-by-hook")]
    public async Task The_order_of_reading_does_not_matter(string name)
    {
        var lines = CaseCore.Files(name)
            .SelectMany(f => File.ReadAllLines(f).Select(l => new SessionLine(Path.GetFileNameWithoutExtension(f), l))).ToArray();
        string? first = null;
        for (var seed = 0; seed < 4; seed++)
        {
            await using var core = await CaseCore.StartAsync();
            foreach (var line in lines) await core.Core.WriteAsync(LineBatches.Of([line]));
            var image = await core.ImageAsync();
            Assert.Equal(first ??= image, image);
            new Random(seed).Shuffle(lines);
        }
    }

    [Fact]
    public async Task A_line_that_comes_later_and_is_earlier_moves_what_was_counted()
    {
        await using var core = await CaseCore.StartAsync();
        var (first, below) = (Line("p1", 1, "/w/shop"), Line("p2", 2, "/w/shop/ui"));
        var (deeper, elsewhere) = (Line("p3", 3, "/w/shop/ui/src/"), Line("p4", 4, "/w/shop-2"));
        var none = Line("p5", 5, "");
        await core.Core.WriteAsync(LineBatches.Of([deeper, elsewhere]));
        Assert.Equal([("/w/shop-2", 1L), ("/w/shop/ui/src", 1L)], await ProjectsAsync(core));
        await core.Core.WriteAsync(LineBatches.Of([below, none]));
        Assert.Equal([("/w/shop-2", 1L), ("/w/shop/ui", 3L)], await ProjectsAsync(core));
        // No message at all: a line of the client's own says where it began.
        await core.Core.WriteAsync(LineBatches.Of(
            [new SessionLine("s", """{"type":"attachment","uuid":"h","timestamp":"2026-11-10T09:00:00.000Z","cwd":"/w/shop","sessionId":"s"}""")]));
        Assert.Equal([("/w/shop", 3L), ("/w/shop-2", 1L)], await ProjectsAsync(core));
        await core.Core.WriteAsync(LineBatches.Of([first]));
        Assert.Equal([("/w/shop", 4L), ("/w/shop-2", 1L)], await ProjectsAsync(core));
        Assert.Equal("/w/shop", Assert.Single((await core.FiguresAsync()).Conversations).ProjectPath);
    }

    [Fact]
    public async Task A_fork_starts_with_its_own_first_line()
    {
        await using var core = await CaseCore.StartAsync();
        var copy = new SessionLine("fork", new
        {
            type = "user", uuid = "p1", timestamp = "2026-11-10T10:01:00.000Z", cwd = "/w/shop", sessionId = "fork", gitBranch = "main",
            forkedFrom = new { sessionId = "s", messageUuid = "p1" }, message = new { role = "user", content = "do p1" },
        });
        await core.Core.WriteAsync(LineBatches.Of([copy, Line("p2", 2, "/w/shop/ui", "fork")]));
        await core.Core.WriteAsync(LineBatches.Of([Line("p1", 1, "/w/shop")]));
        Assert.Equal([("/w/shop", 1L), ("/w/shop/ui", 1L)], await ProjectsAsync(core));
    }

    [Fact]
    public async Task A_copied_line_says_where_the_session_started_that_made_it()
    {
        await using var core = await CaseCore.StartAsync();
        // The file of the session that made them is gone.
        var copies = new[] { Line("p1", 1, "/w/shop"), Line("p2", 2, "/w/shop/ui") }.Select(l => l with { Session = "later" });
        await core.Core.WriteAsync(LineBatches.Of([.. copies, Line("p3", 3, "/w/shop/ui", "later")]));
        Assert.Equal([("/w/shop", 2L), ("/w/shop/ui", 1L)], await ProjectsAsync(core));
    }

    [Fact]
    public async Task A_worktree_that_is_named_later_moves_what_was_counted_in_every_session()
    {
        await using var core = await CaseCore.StartAsync();
        await core.Core.WriteAsync(LineBatches.Of([Line("p1", 1, "/tmp/trees/t1/src", "other"), Line("p2", 2, "/tmp/trees/t10", "third")]));
        Assert.Equal([("/tmp/trees/t1/src", 1L), ("/tmp/trees/t10", 1L)], await ProjectsAsync(core));
        var batch = new EventBatch { Source = EventSource.Hook };
        batch.Worktrees.Add(new WorktreeFact("/tmp/trees/t1/", "/w/alpha"));
        await core.Core.WriteAsync(batch);
        Assert.Equal([("/tmp/trees/t10", 1L), ("/w/alpha", 1L)], await ProjectsAsync(core));
    }

    [Fact]
    public async Task Folders_that_are_no_projects_make_no_name_longer()
    {
        await using var core = await CaseCore.StartAsync();
        await core.Core.WriteAsync(LineBatches.Of([Line("p1", 1, "/w/shop"), Line("p2", 2, "/w/shop/ui"), Line("p3", 3, "/v/ui", "t")]));
        var rows = await core.Core.Metrics.GetProjectsAsync(Compare.Query(s_now.AddYears(-1), s_now));
        Assert.Equal(["shop", "ui"], rows.Select(r => r.Project).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_source_spells_folders_alike()
    {
        await using var core = await CaseCore.StartAsync();
        await core.Core.WriteAsync(LineBatches.Of([Line("p1", 1, @"w:\shop")]));
        await core.SendEventsAsync(Encoding.UTF8.GetBytes(
            """
            [{"id":"e1","type":"message_sent","role":"user","timestamp":"2026-11-10T10:00:00Z","conversationId":"api","userId":"u","project":"W:/shop/"}]
            """));
        Assert.Equal([@"W:\shop"], (await ProjectsAsync(core)).Select(p => p.Path));
    }

    [Fact]
    public async Task What_an_earlier_version_stored_gets_its_project_at_the_next_start()
    {
        using var folder = new TempFolder();
        await using (var core = await CaseCore.StartAsync(data: folder.Path))
        {
            string[] folders = ["/w/shop", "/w/shop/ui", "/w/shop/.claude/worktrees/x", "/w/other"];
            for (var i = 0; i < folders.Length; i++)
            {
                var line = Line($"p{i}", i, folders[i]);
                var batch = LineBatches.Of([line]);
                // As it was: nothing is known of where the conversation started.
                batch.Session("s").Start = null;
                await core.Core.WriteAsync(batch);
            }
        }
        await using var again = await CaseCore.StartAsync(data: folder.Path);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await ProjectsAsync(again)) is not [("/w/other", 1), ("/w/shop", 3)]) await Task.Delay(20, patience.Token);
    }

    [Fact]
    public async Task A_folder_above_the_root_says_nothing()
    {
        var root = Path.Combine(CaseCore.Folder("14-root-below-folder-subagents"), "subagents", "home", "root");
        await using var core = await CaseCore.ImportRootsAsync(null, root);
        var figures = await core.FiguresAsync();
        Assert.Equal(1_100, figures.Input);
        Assert.Single(figures.Conversations);
    }

    [Fact]
    public async Task A_root_that_is_reached_twice_counts_once()
    {
        using var folder = new TempFolder();
        var real = Path.Combine(CaseCore.Folder("25-root-twice-by-link"), "root");
        var link = Path.Combine(folder.Path, "link");
        Directory.CreateSymbolicLink(link, real);
        await using var core = await CaseCore.ImportRootsAsync(null, real, link, Path.Combine(link, "projects"));
        Assert.Equal((1, 1), (core.Core.Import.FilesTotal, core.Core.Import.FilesDone));
        Assert.Equal(1, (await core.FiguresAsync()).UserMessages);
    }

    [Fact]
    public async Task A_link_out_of_the_root_is_named()
    {
        using var folder = new TempFolder();
        var shared = Path.Combine(CaseCore.Folder("11-symlinked-project"), "shared", "-w-alpha");
        Directory.CreateDirectory(Path.Combine(folder.Path, "root", "projects"));
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "root", "projects", "-w-alpha"), shared);
        await using var core = await CaseCore.ImportRootsAsync(null, Path.Combine(folder.Path, "root"));
        var skipped = Assert.Single(Assert.Single(core.Core.Import.Roots).Skipped);
        Assert.Equal(Path.Combine(folder.Path, "root", "projects", "-w-alpha"), skipped.Path);
        Assert.Contains("leads out of the folder", skipped.Reason, StringComparison.Ordinal);
        Assert.Equal(skipped, Assert.Single((await core.Core.Metrics.GetPipelineAsync()).Import.Skipped));
    }

    [Fact]
    public async Task What_is_no_regular_file_or_has_no_name_is_named_and_stops_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Named pipes and names of any bytes are made with Linux' own tools.");
        using var folder = new TempFolder();
        var file = Directory.GetFiles(Path.Combine(CaseCore.Folder("38-fifo"), "root"), "*.jsonl", SearchOption.AllDirectories)[0];
        File.Copy(file, folder.File("root/projects/-w-alpha/" + Path.GetFileName(file)));
        var project = Path.Combine(folder.Path, "root", "projects", "-w-alpha");
        Directory.CreateDirectory(Path.Combine(project, "folder.jsonl"));
        await ShellAsync(
            $"cd '{project}' && mkfifo pipe.jsonl && touch \"$(printf 'inv\\377.jsonl')\" && mkdir \"$(printf 'in\\377v')\" && ln -s /dev/zero device.jsonl");
        await using var core = await CaseCore.ImportRootsAsync(null, Path.Combine(folder.Path, "root"));
        Assert.Equal(1, core.Core.Import.FilesTotal);
        Assert.Equal(1, (await core.FiguresAsync()).UserMessages);
        var skipped = Assert.Single(core.Core.Import.Roots).Skipped
            .Select(s => $"{Path.GetFileName(s.Path)}: {s.Reason}").Order(StringComparer.Ordinal).ToList();
        Assert.Collection(skipped,
            s => Assert.StartsWith("device.jsonl: a link that leads out of the folder", s, StringComparison.Ordinal),
            s => Assert.StartsWith("folder.jsonl: a folder with the name of a transcript", s, StringComparison.Ordinal),
            s => Assert.StartsWith("inv\uFFFD.jsonl: a file whose name is no valid UTF-8", s, StringComparison.Ordinal),
            s => Assert.StartsWith("in\uFFFDv: a folder whose name is no valid UTF-8", s, StringComparison.Ordinal),
            s => Assert.StartsWith("pipe.jsonl: a named pipe", s, StringComparison.Ordinal));
    }

    private static SessionLine Line(string uuid, int minute, string folder, string session = "s") => new(session, new
    {
        type = "user", uuid, timestamp = $"2026-11-10T10:0{minute}:00.000Z", cwd = folder, sessionId = session, gitBranch = "main",
        message = new { role = "user", content = "do " + uuid },
    });

    private static async Task<List<(string Path, long Messages)>> ProjectsAsync(CaseCore core)
    {
        var query = Compare.Query(s_now.AddYears(-1), s_now);
        var rows = await core.Core.Metrics.GetProjectsAsync(query);
        return [.. rows.Select(p => (p.Path ?? "unknown", p.Figures.UserMessages)).OrderBy(p => p.Item1, StringComparer.Ordinal)];
    }

    private static async Task ShellAsync(string command)
    {
        using var process = System.Diagnostics.Process.Start("sh", ["-c", command]);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
