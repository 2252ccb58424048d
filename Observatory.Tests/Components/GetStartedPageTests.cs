using Bunit;
using Observatory.Core.Accounts;
using Observatory.Core.Ingestion;
using Observatory.Core.Metrics;
using Observatory.Core.Storage.Rework;
using Observatory.Tests.Support;
using Observatory.Web.Components.Pages.GetStarted;
using Xunit;

namespace Observatory.Tests.Components;

public sealed class GetStartedPageTests : ListPageContext
{
    private static readonly RootSnapshot s_root = new("/home/ann/.claude/projects", "ann", true, 24, 3, null);

    [Fact]
    public void NothingFound_SaysWhereItLookedAndWhatToDo()
    {
        FoundNothing();
        var page = Open<GetStartedPage>("/get-started");
        page.WaitForAssertion(() => Assert.Contains("No transcripts found in /home/ann/.claude/projects", page.Markup, StringComparison.Ordinal));
        Assert.Contains("Observatory__Transcripts__Roots__0", page.Markup, StringComparison.Ordinal);
        Assert.Contains("Observatory__Demo=true", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Running_ShowsCountAndBytes()
    {
        Import.Update(p => p with { Running = true, StartedAt = 1, FilesTotal = 24, FilesDone = 6, BytesTotal = 4_000_000, BytesDone = 1_000_000,
            Events = 500, Roots = [s_root] });
        var page = Open<GetStartedPage>("/get-started");
        Assert.Contains("6 of 24 files", page.Find(".count").TextContent, StringComparison.Ordinal);
        Assert.Equal("25", page.Find("[role=progressbar]").GetAttribute("aria-valuenow"));
        Assert.Contains("The import goes on", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("Observatory__Demo", page.Find(".first").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Done_SaysHowLongItTook()
    {
        Import.Update(p => p with { StartedAt = 1_000, FinishedAt = 5_200, FilesTotal = 24, FilesDone = 24, BytesTotal = 4_000_000, BytesDone = 4_000_000,
            Events = 500, Roots = [s_root] });
        var page = Open<GetStartedPage>("/get-started");
        page.WaitForAssertion(() => Assert.Contains("took 4.2\u202Fs", page.Markup, StringComparison.Ordinal));
        Assert.Contains("24 files, 3 project folders, counted for ann.", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Problems_AreInPlainWords()
    {
        Import.Update(p => p with { FilesTotal = 24, Roots = [s_root with { Problem = "The folder may not be read by this account." }] });
        Lists.Rejected = [new RejectedRow("/a/b.jsonl", 7, 900, "half a line", "<b>{</b>", FakeLists.Now)];
        Lists.Drift = [new DriftRow("new-kind", "2.9.1", 12, FakeLists.Now)];
        Lists.Expiring = [new ExpiringFile("/a/c.jsonl", "-src-beta", FakeLists.Now.AddDays(2).ToUnixTimeMilliseconds())];
        var page = Open<GetStartedPage>("/get-started");
        page.WaitForAssertion(() => Assert.Contains("1 line set aside", page.Markup, StringComparison.Ordinal));
        Assert.Contains("may not be read", page.Markup, StringComparison.Ordinal);
        Assert.Contains("<b>{</b>", page.Find(".aside pre").TextContent, StringComparison.Ordinal);
        Assert.Contains("new-kind", page.Markup, StringComparison.Ordinal);
        Assert.Contains("in 2 days", page.Find(".going").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_kept_and_what_becomes_of_older_texts_is_said()
    {
        var page = Open<GetStartedPage>("/get-started");
        string Kept() => page.Find("[aria-label='What is kept of prompts']").TextContent;
        Assert.Contains("passwords and e-mail addresses taken out before they reach the disk", Kept(), StringComparison.Ordinal);
        Assert.Contains("a word as a password without a name beside it", Kept(), StringComparison.Ordinal);
        Assert.Contains("dotnet run --project Observatory.Web -- redact", Kept(), StringComparison.Ordinal);
        Assert.Contains("holds for what was stored before, too", Kept(), StringComparison.Ordinal);
        Rework.Now = new ReworkProgress(ReworkState.Running, 1_200, 90_000, 34, 1_000, null);
        page.WaitForAssertion(() => Assert.Contains("1,200 of 90.0k texts looked at, 34 changed", Kept().Replace("\u202F", "", StringComparison.Ordinal)
            .Replace("\u00A0", "", StringComparison.Ordinal), StringComparison.Ordinal));
        Rework.Now = new ReworkProgress(ReworkState.Done, 90_000, 90_000, 55, 1_000, 2_000);
        page.WaitForAssertion(() => Assert.Contains("was brought to this setting: 55 changed", Kept(), StringComparison.Ordinal));
    }

    [Fact]
    public void Failure_LeavesTheImportVisible()
    {
        Import.Update(p => p with { FilesTotal = 24, Roots = [s_root] });
        Lists.Failure = new InvalidOperationException();
        var page = Open<GetStartedPage>("/get-started");
        page.WaitForAssertion(() => Assert.Contains("Id for the log", page.Markup, StringComparison.Ordinal));
        Assert.Contains("24 files", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connecting_TakesOneKeyThatIsMadeOnAClick()
    {
        var page = Open<GetStartedPage>("/get-started");
        Assert.Contains("YOUR_KEY", page.Find("#otlp pre").TextContent, StringComparison.Ordinal);
        Assert.Contains("OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost", page.Find("#otlp pre").TextContent, StringComparison.Ordinal);
        Assert.Empty(Accounts.Keys);
        await page.InvokeAsync(() => page.FindAll("button").First(b => b.TextContent.Contains("Make a key", StringComparison.Ordinal)).Click());
        page.WaitForAssertion(() => Assert.Single(Accounts.Keys));
        Assert.Equal(KeyScopes.Ingest, Accounts.Keys[0].Scopes);
        Assert.Matches("Authorization=Bearer cco_i_[0-9A-Za-z]{8}_[0-9A-Za-z]{36}\"", page.Find("#otlp pre").TextContent);
        // In settings that are shared the key is only named.
        Assert.DoesNotContain("cco_i_", page.Find("#hooks").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Hooks_AreWhatTheClientSupports()
    {
        var page = Open<GetStartedPage>("/get-started");
        var json = System.Text.Json.JsonDocument.Parse(page.Find("#hooks pre").TextContent).RootElement.GetProperty("hooks");
        var names = json.EnumerateObject().Select(p => p.Name).ToList();
        Assert.DoesNotContain("SessionStart", names);
        Assert.DoesNotContain("WorktreeCreate", names);
        Assert.Contains("PermissionRequest", names);
        var hook = json.GetProperty("Stop")[0].GetProperty("hooks")[0];
        Assert.Equal(("http", 2, "Bearer $OBSERVATORY_KEY", "OBSERVATORY_KEY"),
            (hook.GetProperty("type").GetString(), hook.GetProperty("timeout").GetInt32(), hook.GetProperty("headers").GetProperty("Authorization")
            .GetString(), hook.GetProperty("allowedEnvVars")[0].GetString()));
    }

    [Fact]
    public void ASourceTurnsGreenWhenItsFirstEventCame()
    {
        var page = Open<GetStartedPage>("/get-started");
        page.WaitForAssertion(() => Assert.Contains("Waiting for the first event", page.Find("#otlp").TextContent, StringComparison.Ordinal));
        Lists.Pipeline = new PipelineFigures { Import = new ImportFigures { State = "idle" }, StoredTexts = new StoredTextFigures("done", 0, 0, 0, null),
            Sources = [new SourceRow { Source = "otlp", Accepted = 12, LastEventAt = FakeLists.Now }] };
        Broadcaster.Publish(new Core.Realtime.ChangeNotice(2, new HashSet<string>(), false, 1, FakeLists.Now));
        page.WaitForAssertion(() => Assert.Contains("Receiving", page.Find("#otlp").TextContent, StringComparison.Ordinal));
        Assert.Contains("12 events since the start", page.Find("#otlp").TextContent, StringComparison.Ordinal);
        Assert.Contains("Optional", page.Find("#hooks").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_AsksFirstWhoseFilesTheyAre()
    {
        var page = Open<GetStartedPage>("/get-started");
        Assert.True(page.Find("#upload-files").HasAttribute("disabled"));
        await page.InvokeAsync(() => page.Find("#upload-owner").Input("ben"));
        page.WaitForAssertion(() => Assert.False(page.Find("#upload-files").HasAttribute("disabled")));
    }

    [Fact]
    public void Watch_TellsRateAndTimeLeft()
    {
        var watch = new ImportWatch();
        ImportSnapshot At(long bytes) => new(true, 0, null, 10, 0, 10_000, bytes, 0, null, []);
        watch.See(At(0), 0);
        Assert.Null(watch.Left);
        watch.See(At(2_000), 2_000);
        Assert.Equal((1_000, 8), (watch.Rate, watch.Left));
        watch.See(At(2_000) with { Running = false }, 3_000);
        Assert.Null(watch.Rate);
    }
}
