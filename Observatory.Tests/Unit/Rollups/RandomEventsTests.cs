using System.Text.Json;
using CsCheck;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Metrics;
using Observatory.Core.Rollups;
using Observatory.Core.Statistics;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Rollups;

/// <summary>
/// Random lines with copies, replays, late and early ones, in random batches: rolled-up figures are the sums of the rows, and the rows
/// are what the naive recount finds in the same lines read all at once.
/// </summary>
public sealed class RandomEventsTests
{
    // Environment variable for long runs by hand: OBSERVATORY_TEST_ROUNDS=2000.
    private static readonly int s_rounds = int.TryParse(Environment.GetEnvironmentVariable("OBSERVATORY_TEST_ROUNDS"), out var rounds) ? rounds : 25;

    private static readonly string[] s_zones = ["UTC", "Europe/Berlin", "Asia/Kathmandu", "Asia/Kolkata", "Australia/Lord_Howe", "America/New_York"];

    [Fact]
    public Task Rollups_and_ranges_equal_the_recount() =>
        Gen.Select(LineGen.Lines, Gen.Int[0, int.MaxValue]).SampleAsync(async (lines, seed) =>
        {
            var random = new Random(seed);
            await using var core = await CoreHost.StartAsync(new FakeTimeProvider(LineGen.Start + LineGen.Length));
            // Some lines come again, and everything in any order.
            var stream = lines.Concat(lines.Where(_ => random.Next(4) == 0)).ToArray();
            random.Shuffle(stream);
            foreach (var part in stream.Chunk(random.Next(1, stream.Length + 1)))
            {
                await core.WriteAsync(LineBatches.Of(part));
                // Asked in between, so that what is kept in memory is of every age at the end.
                await SameWithoutMemoryAsync(core, random);
            }

            var naive = LineBatches.Recount(lines);
            await RollupsAreSumsOfRowsAsync(core);
            await FiguresAreThoseOfTheRecountAsync(core, naive, random);
        }, iter: s_rounds, threads: 1);

    /// <summary>A calculator that has answered before and one that has not give the same text.</summary>
    private static async Task SameWithoutMemoryAsync(CoreHost core, Random random)
    {
        // Some days are summed, and written to again later.
        await SummedDays.MakeAsync(core, _ => random.Next(2) == 0);
        var fresh = SummedDays.Fresh(core);
        var start = LineGen.Start.AddSeconds(random.Next((int)LineGen.Length.TotalSeconds));
        var query = Compare.Query(start, start.AddMilliseconds(random.Next(1, 30_000_000)), s_zones[random.Next(s_zones.Length)]);
        Assert.Equal(await TextAsync(fresh), await TextAsync((MetricsCalculator)core.Metrics));

        async Task<string> TextAsync(MetricsCalculator metrics) => JsonSerializer.Serialize(new object[]
        {
            await metrics.GetDashboardAsync(query), await metrics.GetUsersAsync(query), await metrics.GetToolsAsync(query),
                await metrics.GetToolsPageAsync(query),
        });
    }

    private static async Task FiguresAreThoseOfTheRecountAsync(CoreHost core, NaiveRecount naive, Random random)
    {
        foreach (var conversation in naive.Conversations)
        {
            var row = await core.Metrics.GetConversationAsync(conversation.Id);
            Assert.NotNull(row);
            Compare.Same(conversation, naive, row);
        }
        for (var i = 0; i < 6; i++)
        {
            var start = i == 0 ? LineGen.Start : LineGen.Start.AddSeconds(random.Next((int)LineGen.Length.TotalSeconds));
            var end = i == 0 ? LineGen.Start + LineGen.Length : start.AddMilliseconds(random.Next(1, 30_000_000));
            var dashboard = await core.Metrics.GetDashboardAsync(Compare.Query(start, end, s_zones[random.Next(s_zones.Length)]));
            var expected = naive.In(start, end);
            Compare.Same(expected, dashboard.Overview);
            Compare.Near(expected.AverageResponseTime, dashboard.Performance.AverageResponseTime);
            Compare.Near(expected.ErrorRate, dashboard.Performance.ErrorRate);
            Assert.Equal(expected.Created, dashboard.Trends.ConversationsOverTime.Sum(p => p.Value));
        }
    }

    private static async Task RollupsAreSumsOfRowsAsync(CoreHost core)
    {
        await using var db = await core.OpenAsync();
        var quarters = new Dictionary<QuarterKey, Measures>();
        var hours = new Dictionary<HourKey, Measures>();
        var tools = new Dictionary<ToolKey, ToolMeasures>();
        var bins = new Dictionary<(ToolKey, int), long>();
        void Add(ItemEntity row, int model, Measures measures)
        {
            var quarter = new QuarterKey((int)Math.Floor(row.At / 900_000.0), row.ConversationId, row.UserId, row.ProjectId, model, row.Sources);
            var hour = new HourKey((int)Math.Floor(row.At / 3_600_000.0), row.UserId, row.ProjectId, model, row.Sources);
            var (a, b) = (quarters.GetValueOrDefault(quarter), hours.GetValueOrDefault(hour));
            a.Add(measures);
            b.Add(measures);
            (quarters[quarter], hours[hour]) = (a, b);
        }
        void AddBin(ItemEntity row, int tool, int model, long ms)
        {
            var key = (new ToolKey((int)Math.Floor(row.At / 900_000.0), tool, row.UserId, row.ProjectId, model, row.Sources), QuantileSketch.BinOf(ms));
            bins[key] = bins.GetValueOrDefault(key) + 1;
        }

        foreach (var row in await db.Prompts.ToListAsync())
        {
            Add(row, 0, Contributions.Of(row));
            if (row.ResponseMs is { } ms) AddBin(row, 0, 0, ms);
        }
        foreach (var row in await db.Responses.ToListAsync()) Add(row, row.ModelId, Contributions.Of(row));
        foreach (var row in await db.ApiErrors.ToListAsync()) Add(row, 0, Contributions.Of(row));
        foreach (var row in await db.ToolCalls.Where(t => t.IsCalled).ToListAsync())
        {
            Add(row, row.ModelId, Contributions.Of(row));
            var key = new ToolKey((int)Math.Floor(row.At / 900_000.0), row.ToolId, row.UserId, row.ProjectId, row.ModelId, row.Sources);
            var duration = Contributions.Duration(row);
            tools[key] = tools.GetValueOrDefault(key) + new ToolMeasures(1, row.IsError ? 1 : 0, duration ?? 0, duration is null ? 0 : 1);
            if (duration is { } ms) AddBin(row, row.ToolId, row.ModelId, ms);
        }
        Assert.Equal(
            quarters.Where(q => !q.Value.IsZero).Select(q => $"{q.Key} {Text(q.Value)}").Order(StringComparer.Ordinal),
            (await db.Quarters.ToListAsync()).Select(q =>
                $"{new QuarterKey(q.Bucket, q.ConversationId, q.UserId, q.ProjectId, q.ModelId, q.Sources)} {Text(Measures.Of(q))}")
                .Order(StringComparer.Ordinal));
        Assert.Equal(
            hours.Where(h => !h.Value.IsZero).Select(h => $"{h.Key} {Text(h.Value)}").Order(StringComparer.Ordinal),
            (await db.Hours.ToListAsync()).Select(h => $"{new HourKey(h.Bucket, h.UserId, h.ProjectId, h.ModelId, h.Sources)} {Text(Measures.Of(h))}")
                .Order(StringComparer.Ordinal));
        Assert.Equal(
            tools.Select(t => $"{t.Key} {t.Value}").Order(StringComparer.Ordinal),
            (await db.ToolQuarters.ToListAsync()).Select(t =>
                $"{new ToolKey(t.Bucket, t.ToolId, t.UserId, t.ProjectId, t.ModelId, t.Sources)} "
                + $"{new ToolMeasures(t.Calls, t.Errors, t.DurationMs, t.DurationCount)}")
                    .Order(StringComparer.Ordinal));
        Assert.Equal(
            bins.Select(b => $"{b.Key} {b.Value}").Order(StringComparer.Ordinal),
            (await db.Sketches.ToListAsync()).Select(s =>
                $"{(new ToolKey(s.Bucket, s.ToolId, s.UserId, s.ProjectId, s.ModelId, s.Sources), s.Bin)} {s.Count}").Order(StringComparer.Ordinal));
    }

    private static string Text(Measures measures) => string.Join(' ', Enumerable.Range(0, Measures.Count).Select(i => measures[i]));
}
