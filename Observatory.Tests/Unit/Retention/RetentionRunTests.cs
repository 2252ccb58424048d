using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Retention;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Retention;

/// <summary>What a preview says is what its run deletes, to the row; what is kept keeps its figures.</summary>
public sealed class RetentionRunTests
{
    private static readonly DateTimeOffset s_from = new(2026, 10, 20, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(81)]
    [InlineData(82)]
    [InlineData(83)]
    public async Task A_run_deletes_exactly_the_rows_of_its_preview_while_more_come_in(int seed)
    {
        using var folder = new TempFolder();
        new CorpusWriter(seed).Write(folder.Path, 12, s_from, 6);
        var files = Directory.GetFiles(folder.Path, "*.jsonl", SearchOption.AllDirectories);
        new Random(seed).Shuffle(files);
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_from.AddDays(8)));
        foreach (var file in files[..^3]) await core.ReadAsync(file);
        var lasting = await core.LastingAsync();
        var policies = core.Services.GetRequiredService<RetentionPolicies>();
        await KeepAsync(policies, (RetentionDatasets.Raw, 4), (RetentionDatasets.Texts, 2));
        var runs = core.Services.GetRequiredService<RetentionRuns>();

        var before = await CountAsync(core);
        var preview = await runs.PreviewAsync(Cancel);
        Assert.Equal(s_from.AddDays(4), preview.Cutoff);
        var raw = preview.Tables.Single(t => t.Dataset == RetentionDatasets.Raw);
        var texts = preview.Tables.Single(t => t.Dataset == RetentionDatasets.Texts);
        Assert.True(raw.Rows > 0 && texts.Rows > 0 && raw.Oldest >= s_from && raw.Newest is not null, preview.ToString());
        Assert.Equal(before, await CountAsync(core));

        var (id, refusal) = await runs.RunAsync(preview.PlanId, false, "test", Cancel);
        Assert.Equal(RunRefusal.None, refusal);
        // Rows that arrive meanwhile stay, whatever their time.
        foreach (var file in files[^3..]) await core.ReadAsync(file);
        var arrived = await ArrivedAsync(core, preview);
        var run = await EndAsync(runs, id!.Value);
        Assert.Equal("done", run.State);
        Assert.Equal(preview.Tables.Select(t => (t.Dataset, t.Rows)), run.Tables.Select(t => (t.Dataset, t.Rows)));
        Assert.Equal(arrived, await ArrivedAsync(core, preview));

        // Nothing of a kept sum has changed: read the files that were there again, and it is what it was.
        await using var whole = await CoreHost.StartAsync(new FakeTimeProvider(s_from.AddDays(8)));
        foreach (var file in files[..^3]) await whole.ReadAsync(file);
        Assert.Equal(lasting, await whole.LastingAsync());
        foreach (var file in files[^3..]) await whole.ReadAsync(file);
        Assert.Equal(await whole.LastingAsync(), await core.LastingAsync());
        Assert.Equal(RunRefusal.Ran, (await runs.RunAsync(preview.PlanId, false, "test", Cancel)).Refusal);
    }

    /// <summary>Rows younger than any plan of this test may know.</summary>
    private static async Task<int> ArrivedAsync(CoreHost core, RetentionPreview preview)
    {
        await using var db = await core.OpenAsync();
        var marks = RetentionJson.Read<RetentionPlan>(await db.RetentionPlans.Where(p => p.PlanId == preview.PlanId).Select(p => p.Document)
            .SingleAsync(Cancel))
            .Marks;
        return await db.Prompts.IgnoreQueryFilters().CountAsync(x => x.Id > marks.Prompts, Cancel)
            + await db.Responses.IgnoreQueryFilters().CountAsync(x => x.Id > marks.Responses, Cancel)
            + await db.ToolCalls.IgnoreQueryFilters().CountAsync(x => x.Id > marks.ToolCalls, Cancel);
    }

    [Fact]
    public async Task A_hold_and_a_policy_of_a_project_are_kept_to()
    {
        using var data = new TempFolder();
        await using var core = await CoreHost.ImportAsync(new FakeTimeProvider(Fixture.End.AddDays(100)), (Fixture.Root, Fixture.Owner));
        var projects = await ProjectsAsync(core);
        Assert.True(projects.Count >= 3);
        var (held, own) = (projects[0], projects[1]);
        var policies = core.Services.GetRequiredService<RetentionPolicies>();
        await policies.PutAsync(RetentionDatasets.Defaults with
        {
            Policies = [new RetentionPolicy(RetentionDatasets.Raw, 30, null, [new ProjectRetention(own, null)], null)],
            Holds = [new RetentionHold("project", held, "audit", new DateOnly(2027, 1, 31))],
        }, atOnce: true, Cancel);
        var before = await RowsByProjectAsync(core);
        var runs = core.Services.GetRequiredService<RetentionRuns>();
        var preview = await runs.PreviewAsync(Cancel);
        var run = await EndAsync(runs, (await runs.RunAsync(preview.PlanId, false, "test", Cancel)).Id!.Value);
        Assert.Equal("done", run.State);
        var after = await RowsByProjectAsync(core);
        Assert.Equal([held, own], after.Keys.Order(StringComparer.Ordinal).Intersect([held, own], StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.Equal(before[held], after[held]);
        Assert.Equal(before[own], after[own]);
        Assert.Equal(before.Values.Sum() - before[held] - before[own], before.Values.Sum() - after.Values.Sum());
        // A hold that is lifted lets the next run take them.
        await policies.PutAsync((await policies.GetAsync(Cancel)) with { Holds = [] }, atOnce: true, Cancel);
        preview = await runs.PreviewAsync(Cancel);
        Assert.True(preview.Tables[0].Rows > 0);
    }

    [Fact]
    public async Task A_run_goes_on_after_a_pause_and_after_an_end_of_the_program_and_counts_each_row_once()
    {
        using var data = new TempFolder();
        var clock = new FakeTimeProvider(Fixture.End.AddDays(100));
        RetentionPreview preview;
        int id;
        await using (var core = await CoreHost.StartAsync(clock, data.Path))
        {
            foreach (var file in Directory.GetFiles(Fixture.Root, "*.jsonl", SearchOption.AllDirectories)) await core.ReadAsync(file);
            await KeepAsync(core.Services.GetRequiredService<RetentionPolicies>(), (RetentionDatasets.Raw, 30), (RetentionDatasets.Texts, 30));
            var runs = core.Services.GetRequiredService<RetentionRuns>();
            preview = await runs.PreviewAsync(Cancel);
            id = (await runs.RunAsync(preview.PlanId, false, "test", Cancel)).Id!.Value;
            var paused = await runs.PauseAsync(id, Cancel);
            if (paused == true)
            {
                Assert.Equal("paused", (await runs.FindAsync(id, Cancel))!.State);
                Assert.True(await runs.ResumeAsync(id, Cancel));
            }
        }
        await using var later = await CoreHost.StartAsync(clock, data.Path);
        var run = await EndAsync(later.Services.GetRequiredService<RetentionRuns>(), id);
        Assert.Equal("done", run.State);
        Assert.Equal(preview.Tables.Select(t => (t.Dataset, t.Rows)), run.Tables.Select(t => (t.Dataset, t.Rows)));
        await using var db = await later.OpenAsync();
        Assert.Equal(0, await db.Prompts.IgnoreQueryFilters().CountAsync(Cancel));
        Assert.Equal(0, await db.Texts.CountAsync(Cancel));
    }

    [Fact]
    public async Task Room_is_given_back_to_the_disk()
    {
        await using var core = await CoreHost.ImportAsync(new FakeTimeProvider(Fixture.End.AddDays(100)), (Fixture.Root, Fixture.Owner));
        await KeepAsync(core.Services.GetRequiredService<RetentionPolicies>(), (RetentionDatasets.Raw, 30), (RetentionDatasets.Texts, 30));
        var runs = core.Services.GetRequiredService<RetentionRuns>();
        var preview = await runs.PreviewAsync(Cancel);
        var pages = await PragmaAsync(core, "page_count");
        var run = await EndAsync(runs, (await runs.RunAsync(preview.PlanId, false, "test", Cancel)).Id!.Value);
        Assert.True(run.BytesFreed > 0);
        Assert.Equal(0, await PragmaAsync(core, "freelist_count"));
        Assert.Equal((pages - await PragmaAsync(core, "page_count")) * await PragmaAsync(core, "page_size"), run.BytesFreed);
    }

    [Fact]
    public async Task A_plan_ends_with_its_hour_and_one_after_a_jump_of_the_clock_wants_a_word()
    {
        var clock = new JumpingClock(Fixture.End.AddDays(1));
        await using var core = await CoreHost.ImportAsync(clock, (Fixture.Root, Fixture.Owner));
        var runs = core.Services.GetRequiredService<RetentionRuns>();
        Assert.Equal(RunRefusal.Unknown, (await runs.RunAsync("none", false, "test", Cancel)).Refusal);
        var preview = await runs.PreviewAsync(Cancel);
        Assert.All(preview.Tables, t => Assert.Equal(0, t.Rows));
        clock.Jump(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        Assert.Equal(RunRefusal.Expired, (await runs.RunAsync(preview.PlanId, false, "test", Cancel)).Refusal);
        clock.Jump(TimeSpan.FromDays(365));
        preview = await runs.PreviewAsync(Cancel);
        Assert.Equal(RunRefusal.Unconfirmed, (await runs.RunAsync(preview.PlanId, false, "test", Cancel)).Refusal);
        Assert.Equal(RunRefusal.None, (await runs.RunAsync(preview.PlanId, true, "test", Cancel)).Refusal);
    }

    /// <summary>The date moves, time does not.</summary>
    private sealed class JumpingClock(DateTimeOffset start) : TimeProvider
    {
        private DateTimeOffset _now = start;

        public void Jump(TimeSpan by) => _now += by;

        public override DateTimeOffset GetUtcNow() => _now;
    }

    private static Task<RetentionSettings> KeepAsync(RetentionPolicies policies, params (string Dataset, int Days)[] kept) =>
        policies.PutAsync(RetentionDatasets.Defaults with
    {
        Policies = [.. kept.Select(k => new RetentionPolicy(k.Dataset, k.Days, null, [], null))],
    }, atOnce: true, Cancel);

    private static async Task<RetentionRun> EndAsync(RetentionRuns runs, int id)
    {
        RetentionRun? run = null;
        await Patience.UntilAsync(async () => (run = await runs.FindAsync(id, Cancel)) is { State: "done" or "failed" or "cancelled" });
        return run!;
    }

    private static async Task<int> CountAsync(CoreHost core) => (await core.RowsAsync()).Sum();

    private static async Task<long> PragmaAsync(CoreHost core, string name)
    {
        await using var db = await core.OpenAsync();
        await db.Database.OpenConnectionAsync(Cancel);
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"PRAGMA {name}";
        return Convert.ToInt64(await command.ExecuteScalarAsync(Cancel), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<List<string>> ProjectsAsync(CoreHost core) =>
        [.. (await RowsByProjectAsync(core)).Where(p => p.Value > 0 && p.Key.Length > 0).Select(p => p.Key).Order(StringComparer.Ordinal)];

    private static async Task<Dictionary<string, int>> RowsByProjectAsync(CoreHost core)
    {
        await using var db = await core.OpenAsync();
        var names = await db.Names.ToDictionaryAsync(n => n.Id, n => n.Text, Cancel);
        var ids = (await db.Prompts.IgnoreQueryFilters().Select(x => x.ProjectId).ToListAsync(Cancel))
            .Concat(await db.Responses.IgnoreQueryFilters().Select(x => x.ProjectId).ToListAsync(Cancel))
            .Concat(await db.ToolCalls.IgnoreQueryFilters().Select(x => x.ProjectId).ToListAsync(Cancel))
            .Concat(await db.ApiErrors.IgnoreQueryFilters().Select(x => x.ProjectId).ToListAsync(Cancel))
            .Concat(await db.Marks.IgnoreQueryFilters().Select(x => x.ProjectId).ToListAsync(Cancel))
            .Concat(await db.Events.IgnoreQueryFilters().Select(x => x.ProjectId).ToListAsync(Cancel));
        return ids.GroupBy(i => names.GetValueOrDefault(i, "")).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
    }
}
