using MathNet.Numerics.Distributions;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Metrics.Analysis;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Pricing;
using Observatory.Core.Storage.Readers;
using Observatory.Core.Time;
using Xunit;

namespace Observatory.Tests.Unit.Metrics;

/// <summary>Causes that are planted into made-up spending of many projects, models and people are named first, and all names sum to the difference.</summary>
public sealed class PlantedCauseTests
{
    private const int Rounds = 100;
    private const int Least = 95;
    private static readonly DateTimeOffset s_start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_new_model_is_the_first_of_its_kind() =>
        Assert.InRange(await FirstAsync(leaves => leaves.Add(new Leaf("p1", "nova", "u1", 0, 40)), (Dimensions.Model, "nova")), Least, Rounds);

    [Fact]
    public async Task A_user_who_vanished_is_the_first_of_its_kind() => Assert.InRange(
        await FirstAsync(leaves => Change(leaves, l => l.User == "u3", l => l with { Now = 0 }), (Dimensions.User, "u3")), Least, Rounds);

    [Fact]
    public async Task One_model_in_one_project_is_the_first_of_both() => Assert.InRange(
        await FirstAsync(
            leaves =>
            {
                // A third of all, over six people.
                var more = leaves.Sum(l => l.Before) / 18;
                Change(leaves, l => l is { Project: "p2", Model: "m1" }, l => l with { Now = l.Now + more });
            },
            (Dimensions.Project, "p2"), (Dimensions.Model, "m1")),
        Least, Rounds);

    [Fact]
    public async Task Five_thousand_combinations_take_a_moment()
    {
        var leaves = Leaves(new Random(1), 50, 10, 10);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var explained = await ExplainAsync(leaves);
        // So much more than it takes that a busy machine passes too.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
        Assert.Equal(5_000, leaves.Count);
        Assert.Equal(11, explained.Contributions.Count(c => c.Dimension == Dimensions.Project));
    }

    /// <summary>Rounds in which all of these stand first in their dimension.</summary>
    private static async Task<int> FirstAsync(Action<List<Leaf>> plant, params (string Dimension, string Name)[] causes)
    {
        var found = 0;
        for (var seed = 0; seed < Rounds; seed++)
        {
            var leaves = Leaves(new Random(seed), 8, 4, 6);
            plant(leaves);
            var explained = await ExplainAsync(leaves);
            foreach (var dimension in explained.Contributions.GroupBy(c => c.Dimension))
            {
                Assert.Equal(explained.Delta, dimension.Sum(c => c.Delta), 1e-9);
            }
            if (causes.All(c => explained.Contributions.First(x => x.Dimension == c.Dimension).Name == c.Name)) found++;
        }
        return found;
    }

    private static void Change(List<Leaf> leaves, Func<Leaf, bool> which, Func<Leaf, Leaf> to)
    {
        for (var i = 0; i < leaves.Count; i++) if (which(leaves[i])) leaves[i] = to(leaves[i]);
    }

    /// <summary>Every combination, some large and some small, with unrest in both periods.</summary>
    private static List<Leaf> Leaves(Random random, int projects, int models, int users)
    {
        var sizes = Enumerable.Range(0, projects + models + users).Select(_ => Gamma.Sample(random, 4, 4)).ToArray();
        var leaves = new List<Leaf>();
        for (var p = 0; p < projects; p++)
        {
            for (var m = 0; m < models; m++)
            {
                for (var u = 0; u < users; u++)
                {
                    var usual = sizes[p] * sizes[projects + m] * sizes[projects + models + u];
                    leaves.Add(new Leaf($"p{p}", $"m{m}", $"u{u}", usual * Gamma.Sample(random, 12, 12), usual * Gamma.Sample(random, 12, 12)));
                }
            }
        }
        return leaves;
    }

    private static Task<ExplainFigures> ExplainAsync(List<Leaf> leaves)
    {
        var nothing = new Nothing();
        var calculator = new AnalysisCalculator(new LeafQueries(leaves, s_start), nothing, nothing, PriceBook.Default,
            new FakeTimeProvider(s_start.AddDays(30)));
        return calculator.ExplainAsync(new AnalysisQuery
        {
            Metric = "tokens", Range = new TimeRange(s_start, s_start.AddDays(7)), Zone = TimeZoneInfo.Utc, Interval = Interval.Day,
        }, TestContext.Current.CancellationToken);
    }

    private sealed record Leaf(string Project, string Model, string User, double Before, double Now);

    /// <summary>The one query, from leaves.</summary>
    private sealed class LeafQueries(List<Leaf> leaves, DateTimeOffset start) : IMetricQueries
    {
        public Task<IReadOnlyList<MetricAnswer>> AskAsync(IReadOnlyList<MetricRequest> requests, CancellationToken cancel = default) =>
            Task.FromResult<IReadOnlyList<MetricAnswer>>([.. requests.Select(Answer)]);

        public Task<IReadOnlyList<MetricDefinition>> GetMetricsAsync(CancellationToken cancel = default) => throw new NotSupportedException();

        private MetricAnswer Answer(MetricRequest request)
        {
            var metric = MetricCatalogue.Default.Find(request.Metrics[0])!;
            double ValueOf(Leaf leaf) => request.Range.Start >= start.ToUnixTimeMilliseconds() ? leaf.Now : leaf.Before;
            Func<Leaf, string>? name = request.GroupBy switch
            {
                Dimensions.Project => l => l.Project, Dimensions.Model => l => l.Model, Dimensions.User => l => l.User, null => null, _ => _ => "",
            };
            var groups = leaves.Where(l => ValueOf(l) > 0).GroupBy(l => name?.Invoke(l) ?? "all")
                .Select(g => new MetricGroup(
                    name is null ? GroupKind.All : g.Key.Length == 0 ? GroupKind.None : GroupKind.Named, name is null || g.Key.Length == 0 ? null : g.Key,
                    [g.Sum(ValueOf)], [[g.Sum(ValueOf)]]))
                .OrderByDescending(g => g.Totals[0]);
            return new MetricAnswer([metric], [request.Range], [.. groups], false, null);
        }
    }

    private sealed class Nothing : IAnomalyMarks, IDaysOff
    {
        Task<IReadOnlyList<AnomalyMark>> IAnomalyMarks.ListAsync(CancellationToken cancel) => Task.FromResult<IReadOnlyList<AnomalyMark>>([]);

        Task<IReadOnlyList<DayOff>> IDaysOff.ListAsync(CancellationToken cancel) => Task.FromResult<IReadOnlyList<DayOff>>([]);

        public Task SetAsync(AnomalyMark mark, DayOff? dayOff, CancellationToken cancel = default) => throw new NotSupportedException();

        public Task RemoveAsync(string anomalyId, CancellationToken cancel = default) => throw new NotSupportedException();

        public Task ReplaceAsync(IReadOnlyList<DayOff> days, CancellationToken cancel = default) => throw new NotSupportedException();
    }
}
