using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Events;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Storage.Sqlite.Blocks;
using Observatory.Core.Storage.Writing;
using Observatory.Core.Time;
using Observatory.Tests.Support;
using Observatory.Tests.Unit.Storage;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>Metrics that were sent: however many sessions and people, in any order and told twice, in every zone and interval, against a recount.</summary>
public sealed class CustomMetricTests
{
    private const string Metric = "claude_code.lines_of_code.count";

    private static readonly string[] s_zones = ["UTC", "Asia/Kolkata", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe"];

    private static readonly Interval?[] s_intervals =
        [null, Interval.FiveMinutes, Interval.QuarterHour, Interval.Hour, Interval.Day, Interval.Week, Interval.Month];

    private static readonly string?[] s_groups = [null, "model", "session.id", "user.email", "user", "branch"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Late_and_repeated_points_count_as_a_recount_says(int seed)
    {
        var (naive, random) = (new NaivePoints(seed, 40), new Random(seed));
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(NaivePoints.End));
        var told = naive.All.Concat(naive.All.Where(_ => random.Next(4) == 0)).ToArray();
        random.Shuffle(told);
        foreach (var part in told.Chunk(random.Next(1, 60))) await core.WriteAsync(NaivePoints.Batch(part, Metric));
        await CompareAsync(core, naive, random);
        // What people and sessions there are is no part of a series.
        await using var db = await core.OpenAsync();
        Assert.Equal(3, await db.Series.CountAsync(Cancel));
        Assert.Equal(naive.All.Count, await db.Points.CountAsync(Cancel));
    }

    [Fact]
    public async Task Sessions_without_number_reach_no_limit()
    {
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(NaivePoints.End));
        var points = Enumerable.Range(0, 2 * SeriesTable.SeriesPerMetric).Select(i => new NaivePoint(
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["organization.id"] = "o", ["prompt.id"] = $"p{i}", ["session.id"] = $"s{i / 2}", ["type"] = $"t{i % 2}", ["user.id"] = $"u{i % 7}",
            },
            NaivePoints.Start.AddSeconds(i).ToUnixTimeMilliseconds(), 0, 1));
        await core.WriteAsync(NaivePoints.Batch(points, Metric));
        var answer = await AskAsync(core, Request("session.id") with { Limit = 3 });
        Assert.True(answer.IsTruncated);
        Assert.Equal([2, 2, 2, 1_994], answer.Groups.Select(g => g.Totals[0]));
        Assert.Equal(1, (await AskAsync(core, Request(null, ("prompt.id", "p9")))).Value(0));
        Assert.Equal(286, (await AskAsync(core, Request(null, ("user.id", "u3")))).Value(0));
        var none = Assert.Single((await AskAsync(core, Request("agent.name"))).Groups);
        Assert.Equal((GroupKind.None, 2_000), (none.Kind, none.Totals[0]));
        var metric = (await core.Services.GetRequiredService<IMetricQueries>().GetMetricsAsync(Cancel))[^1];
        Assert.Equal(["organization.id", "prompt.id", "session.id", "source", "type", "user.id"], metric.Dimensions);
        await using var db = await core.OpenAsync();
        Assert.Equal(2, await db.Series.CountAsync(Cancel));
    }

    [Fact]
    public async Task What_a_version_before_kept_is_moved_and_told_again_is_known()
    {
        var (naive, random) = (new NaivePoints(7, 60), new Random(7));
        using var data = new TempFolder();
        await using (var core = await CoreHost.StartAsync(new FakeTimeProvider(NaivePoints.End), data.Path))
        {
            // A team's own tags are a series each, as those of telemetry were.
            await core.WriteAsync(NaivePoints.Batch(naive.All, Metric, EventSource.Api));
        }
        await using (var connection = new SqliteConnection($"Data Source={data.File("observatory.db")};Pooling=False"))
        {
            await connection.OpenAsync(Cancel);
            // Views speak of blocks.
            BlockModule.Register(connection.Handle!);
            await using var command = connection.CreateCommand();
            command.CommandText = $"UPDATE series SET Source = {(int)EventSource.Otlp}; " + SchemaTests.WithoutSeries +
                "DELETE FROM __EFMigrationsHistory WHERE MigrationId LIKE '%_Series';";
            await command.ExecuteNonQueryAsync(Cancel);
        }
        await using var later = await CoreHost.StartAsync(new FakeTimeProvider(NaivePoints.End), data.Path);
        await CompareAsync(later, naive, random);
        await Patience.UntilAsync(async () =>
        {
            await using var db = await later.OpenAsync();
            return await db.Series.AllAsync(s => s.IsSummed, Cancel);
        });
        await CompareAsync(later, naive, random);
        await later.WriteAsync(NaivePoints.Batch(naive.All, Metric));
        await CompareAsync(later, naive, random);
        await using var after = await later.OpenAsync();
        Assert.Equal((3, naive.All.Count), (await after.Series.CountAsync(Cancel), await after.Points.CountAsync(Cancel)));
    }

    private static async Task CompareAsync(CoreHost core, NaivePoints naive, Random random)
    {
        var gains = naive.Gains();
        for (var round = 0; round < 30; round++)
        {
            var interval = s_intervals[random.Next(s_intervals.Length)];
            var start = NaivePoints.Start.AddSeconds(random.Next(100_000));
            var range = new TimeRange(start, interval == Interval.FiveMinutes ? start.AddDays(60) : NaivePoints.End.AddSeconds(-random.Next(500_000)));
            var by = s_groups[round % s_groups.Length];
            var aggregation = (SeriesAggregation)random.Next(8);
            var request = new MetricRequest
            {
                Metrics = [Metric], Range = range, Zone = TimeZoneInfo.FindSystemTimeZoneById(s_zones[random.Next(s_zones.Length)]), Interval = interval,
                GroupBy = by, Aggregation = aggregation,
                Tags = random.Next(4) == 0 ? new Dictionary<string, IReadOnlyList<string>> { ["user.email"] = ["ada"] } : [],
            };
            var answer = await AskAsync(core, request);
            var own = gains.Where(g => range.Contains(g.Point.At) && (request.Tags.Count == 0 || g.Point.Tag("user.email") == "ada")).ToList();
            string GroupOf(NaivePoint p) => by switch { null => "", "user" => "owner", _ => p.Tag(by) ?? "" };
            Assert.Equal(own.Select(g => GroupOf(g.Point)).Distinct().Order(StringComparer.Ordinal),
                answer.Groups.Select(g => g.Name ?? "").Order(StringComparer.Ordinal));
            var starts = answer.Buckets.Select(b => b.Start).ToArray();
            foreach (var group in answer.Groups)
            {
                var within = own.Where(g => GroupOf(g.Point) == (group.Name ?? "")).GroupBy(g => Array.FindLastIndex(starts, s => s <= g.Point.At))
                    .ToDictionary(g => g.Key, g => g.Select(p => p.Gain).Order().ToList());
                Assert.Equal(within.Keys.Order(), Enumerable.Range(0, starts.Length).Where(i => group.Values[0][i] is not null));
                foreach (var (i, values) in within)
                    Same(Naive(values, aggregation, interval == Interval.FiveMinutes), group.Values[0][i]!.Value, aggregation, $"{request} {i}");
            }
        }
    }

    /// <summary>Percentiles of short buckets lie between neighbours, of others they are values.</summary>
    private static double Naive(List<double> sorted, SeriesAggregation aggregation, bool isExact) => aggregation switch
    {
        SeriesAggregation.Sum => sorted.Sum(),
        SeriesAggregation.Avg => sorted.Average(),
        SeriesAggregation.Min => sorted[0],
        SeriesAggregation.Max => sorted[^1],
        SeriesAggregation.Count => sorted.Count,
        _ => Rank(sorted, aggregation switch { SeriesAggregation.P50 => 0.5, SeriesAggregation.P95 => 0.95, _ => 0.99 }, isExact),
    };

    private static double Rank(List<double> sorted, double rank, bool isExact)
    {
        if (!isExact) return sorted[(int)Math.Ceiling(rank * sorted.Count) - 1];
        var place = rank * (sorted.Count - 1);
        var below = (int)place;
        return below + 1 == sorted.Count ? sorted[below] : sorted[below] + (sorted[below + 1] - sorted[below]) * (place - below);
    }

    private static void Same(double value, double actual, SeriesAggregation aggregation, string what)
    {
        var error = Math.Max(1e-6, aggregation is SeriesAggregation.P50 or SeriesAggregation.P95 or SeriesAggregation.P99 ? Math.Abs(value) * 0.01 : 0);
        Assert.True(Math.Abs(value - actual) <= error, $"{what}: {value} and {actual}");
    }

    private static MetricRequest Request(string? by, params (string Name, string Value)[] tags) => new()
    {
        Metrics = [Metric], Range = new TimeRange(NaivePoints.Start, NaivePoints.End), Zone = TimeZoneInfo.Utc, GroupBy = by,
        Tags = tags.ToDictionary(t => t.Name, t => (IReadOnlyList<string>)[t.Value]),
    };

    private static async Task<MetricAnswer> AskAsync(CoreHost core, MetricRequest request) =>
        (await core.Services.GetRequiredService<IMetricQueries>().AskAsync([request], Cancel))[0];
}
