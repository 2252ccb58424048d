using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Rollups;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Maintenance;
using Observatory.Core.Time;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Rollups;

public sealed class NightlyRecountTests
{
    /// <summary>Behind a day with much in it.</summary>
    private static readonly DateTimeOffset s_morning = Fixture.Start.AddDays(3);

    private static readonly TimeRange s_all = new(Fixture.Start.ToUnixTimeMilliseconds(), Fixture.End.ToUnixTimeMilliseconds());

    /// <summary>By table: the key of a row, and its figures. Columns of the key are spoiled too: the figures stand at the wrong place then.</summary>
    private static readonly (string Table, string Key, string[] Figures)[] s_tables =
    [
        ("quarters", "Bucket, ConversationId, UserId, ProjectId, ModelId, Sources", [.. Measures.Columns]),
        ("hours", "Bucket, UserId, ProjectId, ModelId, Sources", [.. Measures.Columns]),
        ("tool_quarters", "Bucket, ToolId, UserId, ProjectId, ModelId, Sources", ["Calls", "Errors", "DurationMs", "DurationCount"]),
        ("sketches", "Bucket, ToolId, UserId, ProjectId, ModelId, Sources, Bin", ["Count"]),
        ("conversations", "Id",
        [
            "UserMessages", "AssistantMessages", "Input", "Output", "CacheWrite", "CacheRead", "Cost", "UnpricedTokens", "ToolCalls", "ToolErrors",
            "ResponseCount", "ResponseMs",
        ]),
    ];

    /// <summary>Sums hold where rows are gone; whoever held them against what is left would find everything wrong.</summary>
    [Fact]
    public async Task Days_whose_rows_are_gone_are_not_recounted_and_the_days_behind_them_are()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var core = await CoreHost.ImportAsync(new FakeTimeProvider(Fixture.End), (Fixture.Root, Fixture.Owner));
        var recount = core.Recount;
        await using var db = await core.OpenAsync();
        var days = await db.Days.Select(d => d.Day).Order().ToListAsync(cancel);
        var border = days[days.Count / 2];
        await core.DeleteAsync(DateTimeOffset.UnixEpoch.AddDays(border));
        var (start, end) = (days[0] * BucketClock.Day, (days[^1] + 1) * BucketClock.Day);
        Assert.Equal((0L, 0L), await CountAsync(start, border * BucketClock.Day));
        Assert.Equal((0L, 0L), await CountAsync(start, end));
        // What counts as one with a deleted row went with it: the first day behind the border may have lost some.
        var (compared, differences) = await CountAsync((border + 1) * BucketClock.Day, end);
        Assert.Equal((true, 0L), (compared > 0, differences));

        async Task<(long Compared, long Differences)> CountAsync(long from, long until)
        {
            var result = await recount.RunAsync(new TimeRange(from, until), cancel);
            return (result.Compared, result.Differences);
        }
    }

    [Fact]
    public async Task Rollups_equal_the_raw_rows_and_one_figure_that_does_not_is_seen_in_every_table()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var core = await CoreHost.ImportAsync(new FakeTimeProvider(Fixture.End), (Fixture.Root, Fixture.Owner));
        var recount = core.Recount;
        var whole = await recount.RunAsync(s_all, cancel);
        Assert.True(whole.Compared > 1_000);
        Assert.Equal(0, whole.Differences);

        await using var db = await core.OpenAsync();
        foreach (var (table, key, figures) in s_tables)
        {
            foreach (var figure in figures) Assert.Equal((table, figure, 1L), (table, figure, await SpoiledAsync(table, key, $"{figure} = {figure} + 1")));
            // The row is missed at its place, and is too much at another; at another time it is out of the range.
            foreach (var part in key.Split(", ").Where(k => k != "Id"))
            {
                var differences = await SpoiledAsync(table, key, $"{part} = {part} + {(part == "Bucket" ? 1_000_000 : 1_000)}");
                Assert.True(differences >= (part == "Bucket" ? 1 : 2), $"{table}.{part}: {differences}");
            }
        }
        Assert.Equal(0, (await recount.RunAsync(s_all, cancel)).Differences);

        async Task<long> SpoiledAsync(string table, string key, string change)
        {
            await ExecuteAsync(db, $"CREATE TABLE kept AS SELECT * FROM {table}");
            var middle = $"SELECT {key} FROM {table} LIMIT 1 OFFSET (SELECT COUNT(*) / 2 FROM {table})";
            await ExecuteAsync(db, $"UPDATE {table} SET {change} WHERE ({key}) = ({middle})");
            var result = await recount.RunAsync(s_all, cancel);
            await ExecuteAsync(db, $"DELETE FROM {table}");
            await ExecuteAsync(db, $"INSERT INTO {table} SELECT * FROM kept");
            await ExecuteAsync(db, "DROP TABLE kept");
            return result.Differences;
        }
    }

#pragma warning disable EF1002 // Names of tables and columns of this file, no values from elsewhere.
    private static Task<int> ExecuteAsync(ObservatoryContext db, string sql) => db.Database.ExecuteSqlRawAsync(sql, TestContext.Current.CancellationToken);
#pragma warning restore EF1002

    [Fact]
    public async Task Yesterday_is_counted_in_the_machines_zone_and_noted()
    {
        var cancel = TestContext.Current.CancellationToken;
        var clock = new FakeTimeProvider(s_morning);
        clock.SetLocalTimeZone(TimeZoneInfo.FindSystemTimeZoneById("Asia/Kathmandu"));
        await using var core = await CoreHost.ImportAsync(clock, (Fixture.Root, Fixture.Owner));
        var expected = await core.RecountAsync(cancel);
        var maintenance = core.Services.GetRequiredService<IMaintenance>();
        var id = await core.Services.GetRequiredService<NightlyCheck>().AskAsync(cancel);
        await Patience.UntilAsync(async () => await maintenance.FindAsync(id, cancel) is { State: MaintenanceState.Done });
        // Midnight UTC is a quarter to six in the morning there.
        Assert.StartsWith("2026-11-11|", (await maintenance.FindAsync(id, cancel))!.Arguments, StringComparison.Ordinal);
        await using var db = await core.OpenAsync();
        var noted = await db.Recounts.SingleAsync(cancel);
        Assert.Equal(new DateOnly(2026, 11, 11).DayNumber - new DateOnly(1970, 1, 1).DayNumber, noted.Day);
        Assert.True(noted.Compared > 100);
        // By parts of an hour, and at once: hours are held against each other where the zone's day begins with one.
        Assert.Equal((expected.Compared, 0L), (noted.Compared, noted.Differences));
    }

    [Fact]
    public async Task A_recount_that_was_ended_goes_on_and_knows_what_it_had_found()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var core = await CoreHost.ImportAsync(new FakeTimeProvider(s_morning), (Fixture.Root, Fixture.Owner));
        var step = core.Services.GetServices<IMaintenanceStep>().OfType<RecountStep>().Single();
        await using (var db = await core.OpenAsync())
            await ExecuteAsync(
                db, "UPDATE quarters SET Input = Input + 1 WHERE Bucket = (SELECT MAX(Bucket) FROM quarters WHERE Bucket < "
                + $"{s_morning.ToUnixTimeMilliseconds() / BucketClock.Quarter})");
        var job = new MaintenanceJob(
            1, step.Name, RecountStep.LastDay(core.Services.GetRequiredService<TimeProvider>()), MaintenanceState.Running, null, 0, 0, 0, null, 0, 0, null);
        var places = new List<string>();
        await foreach (var piece in step.PiecesAsync(job, cancel)) places.Add(piece.Place!);
        Assert.InRange(places.Count, 25, 40);
        await using var read = await core.OpenAsync();
        var whole = await read.Recounts.SingleAsync(cancel);
        Assert.True(whole.Differences > 0);
        // From every fifth place on, as after a kill, it comes to the same end.
        foreach (var place in places.Where((_, i) => i % 5 == 4).Append(places[^1]))
        {
            await foreach (var piece in step.PiecesAsync(job with { Place = place }, cancel)) Assert.NotNull(piece.Place);
            var again = await read.Recounts.OrderBy(r => r.Id).LastAsync(cancel);
            Assert.Equal((whole.Compared, whole.Differences), (again.Compared, again.Differences));
        }
    }
}
