using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Time;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>Every metric × dimension × interval × zone × filter of the one query, against a recount of the lines.</summary>
public sealed class MetricQueryTests : IAsyncLifetime
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] s_ofTime = [Dimensions.HourOfDay, Dimensions.DayOfWeek, Dimensions.Weekend];
    private static readonly string[] s_grouped =
    [
        Dimensions.User, Dimensions.Project, Dimensions.Model, Dimensions.Tool, Dimensions.Source, "nothing", Dimensions.ModelFamily, Dimensions.Branch,
        Dimensions.HasCode, .. s_ofTime,
    ];

    private readonly TempFolder _folder = new();
    private CoreHost _core = null!;
    private NaiveRecount _naive = null!;

    public async ValueTask InitializeAsync()
    {
        var writer = new CorpusWriter(11);
        var roots = new[] { "ada", "bob", "carol" }.Select(owner => (Root: _folder.Folder(owner), Owner: owner)).ToArray();
        foreach (var (root, _) in roots) writer.Write(root, 8, new DateTimeOffset(2026, 10, 20, 0, 0, 0, TimeSpan.Zero), 14);
        _core = await CoreHost.ImportAsync(new FakeTimeProvider(s_now), roots);
        _naive = new NaiveRecount(roots);
    }

    private IMetricQueries Queries => _core.Services.GetRequiredService<IMetricQueries>();

    [Fact]
    public async Task Values_by_bucket_and_group_are_those_of_a_recount()
    {
        var random = new Random(5);
        Interval[] intervals = [Interval.FiveMinutes, Interval.QuarterHour, Interval.Hour, Interval.Day, Interval.Week, Interval.Month];
        string[] zones = ["UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe"];
        var seen = 0;
        for (var i = 0; i < 420; i++)
        {
            var metric = MetricCatalogue.Default.Metrics[i % MetricCatalogue.Default.Metrics.Count];
            if (metric.Source == MetricSource.Events) continue;
            var interval = intervals[random.Next(intervals.Length)];
            var start = new DateTimeOffset(2026, 10, 19, 0, 0, 0, TimeSpan.Zero).AddSeconds(random.Next(12 * 86_400));
            var length = interval switch { Interval.FiveMinutes => 1, Interval.QuarterHour => 2, Interval.Hour => 4, _ => 25 };
            var range = new TimeRange(start, start.AddSeconds(random.Next(3_600, length * 86_400)));
            string[] users = random.Next(3) == 0 ? ["bob", "carol"] : [];
            string[] models = random.Next(4) == 0 ? ["claude-opus-5-5"] : [];
            var by = random.Next(3) == 0 ? null : s_grouped[random.Next(s_grouped.Length)];
            // A pause ends at a moment of an item, which may be of another hour than the item.
            if (metric.Source == MetricSource.Activity && s_ofTime.Contains(by)) continue;
            var request = new MetricRequest
            {
                Metrics = [metric.Name], Range = range, Zone = TimeZoneInfo.FindSystemTimeZoneById(zones[random.Next(zones.Length)]), Interval = interval,
                Filter = new MetricsFilter(users, [], models, []), GroupBy = by, Limit = random.Next(3) == 0 ? 2 : 25,
            };
            var answer = (await Queries.AskAsync([request], TestContext.Current.CancellationToken))[0];
            seen += NaiveMetrics.Check(_naive, metric, request, answer);
        }
        // A recount that finds nothing would agree with anything.
        Assert.True(seen > 1_000, $"{seen} values were compared");
    }

    [Fact]
    public async Task Values_of_groups_add_up_and_the_others_are_what_is_left()
    {
        var range = new TimeRange(new DateTimeOffset(2026, 10, 20, 0, 0, 0, TimeSpan.Zero), s_now);
        foreach (var metric in MetricCatalogue.Default.Metrics.Where(m => m.Aggregation == MetricAggregation.Sum))
        {
            foreach (var by in s_grouped)
            {
                var request = new MetricRequest { Metrics = [metric.Name], Range = range, Zone = TimeZoneInfo.Utc, Interval = Interval.Day };
                var answers = await Queries.AskAsync([request, request with { GroupBy = by, Limit = 1 }], TestContext.Current.CancellationToken);
                for (var bucket = 0; bucket < answers[0].Buckets.Count; bucket++)
                {
                    var whole = answers[0].Groups.Sum(g => g.Values[0][bucket] ?? 0);
                    Assert.Equal(whole, answers[1].Groups.Sum(g => g.Values[0][bucket] ?? 0), 6);
                }
                if (!metric.Dimensions.Contains(by) && answers[0].Groups.Count > 0) Assert.Equal(GroupKind.None, Assert.Single(answers[1].Groups).Kind);
            }
        }
    }

    [Fact]
    public async Task Several_metrics_and_the_period_before_come_together()
    {
        var range = new TimeRange(new DateTimeOffset(2026, 10, 27, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 11, 3, 0, 0, 0, TimeSpan.Zero));
        string[] names = ["tokens", "conversations", "activeUsers", "p95ResponseTime", "toolErrorRate", "activeSeconds"];
        var request = new MetricRequest { Metrics = names, Range = range, Zone = TimeZoneInfo.Utc, Compare = true };
        var answer = (await Queries.AskAsync([request], TestContext.Current.CancellationToken))[0];
        var before = range.Before(s_now.ToUnixTimeMilliseconds());
        for (var i = 0; i < names.Length; i++)
        {
            var metric = MetricCatalogue.Default.Find(names[i])!;
            NaiveMetrics.Same(NaiveMetrics.Value(_naive, metric, range, _ => true), answer.Value(i), names[i]);
            NaiveMetrics.Same(NaiveMetrics.Value(_naive, metric, before, _ => true), answer.Before!.Value(i), names[i]);
        }
    }

    [Fact]
    public async Task What_nobody_knows_is_said_to_be_unknown()
    {
        var request = new MetricRequest { Metrics = ["nothing"], Range = new TimeRange(0, 1), Zone = TimeZoneInfo.Utc };
        var unknown = await Assert.ThrowsAsync<UnknownMetricException>(() => Queries.AskAsync([request], TestContext.Current.CancellationToken));
        Assert.Equal("nothing", unknown.Name);
    }

    public async ValueTask DisposeAsync()
    {
        await _core.DisposeAsync();
        _folder.Dispose();
    }
}
