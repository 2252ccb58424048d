using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.Otlp;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Storage.Maintenance;
using Observatory.Core.Time;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>How long calls and tools took, from spans of the real client in any order and over restarts, against a recount of all of them at once.</summary>
public sealed class SpanFigureTests
{
    private static readonly string[] s_metrics = ["timeToFirstToken", "apiLatency", "toolTime", "permissionWait"];
    private static readonly Interval[] s_intervals = [Interval.FiveMinutes, Interval.QuarterHour, Interval.Hour, Interval.Day];
    private static readonly string[] s_zones = ["UTC", "Asia/Kathmandu", "America/New_York"];

    private static readonly (SeriesAggregation Aggregation, double Rank)[] s_ranks =
        [(SeriesAggregation.P50, 0.5), (SeriesAggregation.P95, 0.95), (SeriesAggregation.P99, 0.99)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Spans alone, each of which a sender may send apart.</summary>
    private static List<EventBatch> Sent { get; } =
    [
        .. OtlpFixture.All.Concat(OtlpFixture.Load(Path.Combine(Interactive.Root, "otlp"))).Where(f => f.Signal == OtlpSignal.Traces)
            .SelectMany(f => f.Read()).SelectMany(r => r.Batches).SelectMany(b => b.Events.Select(e => Alone(b, e))),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Times_are_those_of_a_recount_in_whatever_order_spans_come(int seed)
    {
        var (random, batches) = (new Random(seed), Sent.Concat(Sent.Take(50)).ToArray());
        random.Shuffle(batches);
        using var data = new TempFolder();
        // What belongs together comes before and after a restart.
        await using (var core = await CoreHost.StartAsync(new FakeTimeProvider(Fixture.End), data.Path))
        {
            foreach (var part in batches[..(batches.Length / 2)].Chunk(random.Next(1, 40))) await WriteAsync(core, part);
        }
        await using var later = await CoreHost.StartAsync(new FakeTimeProvider(Fixture.End), data.Path);
        foreach (var part in batches[(batches.Length / 2)..].Chunk(random.Next(1, 40))) await WriteAsync(later, part);
        var naive = NaiveSpans.Of(Sent);
        Assert.All(s_metrics, m => Assert.Contains(naive, t => t.Metric == m));
        await CompareAsync(later, naive, random);
        var result = await later.RecountAsync(Cancel);
        Assert.Equal(0, result.Differences);
        // Rows go, figures stay.
        await later.DeleteAsync(Fixture.End);
        await CompareAsync(later, naive, random, Interval.Hour);
    }

    [Fact]
    public async Task What_a_version_before_kept_as_text_is_read_after_the_upgrade()
    {
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(Fixture.End));
        foreach (var batch in Sent.Chunk(7)) await WriteAsync(core, batch, hasFacts: false);
        var random = new Random(3);
        await CompareAsync(core, [], random);
        var maintenance = core.Services.GetRequiredService<IMaintenance>();
        var id = await maintenance.AskAsync(SpanStep.StepName, "");
        await Patience.UntilAsync(async () => await maintenance.FindAsync(id) is { IsOpen: false });
        await CompareAsync(core, NaiveSpans.Of(Sent), random);
        Assert.False(await core.Services.GetServices<IMaintenanceStep>().Single(s => s.Name == SpanStep.StepName).IsDueAsync(Cancel));
    }

    private static async Task CompareAsync(CoreHost core, List<NaiveTime> naive, Random random, Interval? only = null)
    {
        var queries = core.Services.GetRequiredService<IMetricQueries>();
        foreach (var metric in s_metrics)
        {
            foreach (var by in (string?[])[null, "model", "tool"])
            {
                var interval = only ?? s_intervals[random.Next(s_intervals.Length)];
                var range = new TimeRange(Interactive.Start.AddSeconds(only is null ? random.Next(7_000) : 0), interval == Interval.FiveMinutes
                    ? Interactive.Start.AddDays(12) : Fixture.End);
                var rank = s_ranks[random.Next(s_ranks.Length)];
                var request = new MetricRequest
                {
                    Metrics = [metric], Range = range, Zone = TimeZoneInfo.FindSystemTimeZoneById(s_zones[random.Next(s_zones.Length)]), Interval = interval,
                    GroupBy = by,
                };
                var answers = await queries.AskAsync([request, request with { Aggregation = rank.Aggregation }], Cancel);
                var own = naive.Where(t => t.Metric == metric && range.Contains(t.At)).ToList();
                var groups = own.GroupBy(t => by switch { "model" => t.Model, "tool" => t.Tool, _ => null } ?? "").ToDictionary(g => g.Key, g => g.ToList());
                Assert.Equal(groups.Keys.Order(StringComparer.Ordinal), answers[0].Groups.Select(g => g.Name ?? "").Order(StringComparer.Ordinal));
                foreach (var group in answers[0].Groups)
                {
                    var times = groups[group.Name ?? ""];
                    Assert.Equal(times.Average(t => t.Ms) / 1000, group.Totals[0]!.Value, 9);
                    for (var i = 0; i < answers[0].Buckets.Count; i++)
                    {
                        var bucket = answers[0].Buckets[i];
                        var within = times.Where(t => bucket.Contains(t.At)).Select(t => t.Ms).Order().ToList();
                        Assert.Equal(within.Count == 0, group.Values[0][i] is null);
                        if (within.Count == 0) continue;
                        Assert.Equal(within.Average() / 1000, group.Values[0][i]!.Value, 9);
                        var ranked = answers[1].Groups.Single(g => g.Name == group.Name && g.Kind == group.Kind).Values[0][i]!.Value * 1000;
                        var nearest = within[(int)Math.Ceiling(rank.Rank * within.Count) - 1];
                        Assert.InRange(ranked, nearest * 0.99 - 0.001, nearest * 1.01 + 0.001);
                    }
                }
            }
        }
    }

    private static async Task WriteAsync(CoreHost core, EventBatch[] batches, bool hasFacts = true)
    {
        var copies = batches.Select(b => Copy(b, hasFacts)).ToList();
        foreach (var batch in copies) await core.Writer.WriteAsync(batch, Cancel);
        foreach (var batch in copies) await batch.Committed.WaitAsync(TimeSpan.FromMinutes(1), Cancel);
    }

    private static EventBatch Alone(EventBatch batch, AnalyticsEvent item)
    {
        var alone = new EventBatch { Source = batch.Source, User = batch.User, UserRank = batch.UserRank };
        alone.Events.Add(item);
        return alone;
    }

    /// <summary>A batch is written once.</summary>
    private static EventBatch Copy(EventBatch batch, bool hasFacts)
    {
        var e = (OtherEvent)batch.Events[0];
        return Alone(batch, new OtherEvent
        {
            Key = e.Key, At = e.At, Conversation = e.Conversation, Version = e.Version, Agent = e.Agent, IsSidechain = e.IsSidechain, Type = e.Type,
            Data = e.Data, Span = hasFacts && e.Span is { } span ? span with { } : null,
        });
    }
}
