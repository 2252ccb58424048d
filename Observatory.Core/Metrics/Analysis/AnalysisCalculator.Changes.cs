using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Analysis;

/// <summary>What changed between two periods and is worth a word.</summary>
internal sealed partial class AnalysisCalculator
{
    /// <summary>Days that the days of the range are held against, at least.</summary>
    private const int BaseDays = 28;
    private const int MostBaseDays = 120;


    /// <summary>Of what is said so large a share may be chance.</summary>
    private const double ChanceShare = 0.02;

    /// <summary>So large a part of one finding that is another one makes them the same.</summary>
    private const double SameShare = 0.8;

    /// <summary>Each says something that the others do not: what money is spent on, and what went wrong.</summary>
    private static readonly (string Metric, string? Dimension)[] s_looked =
    [
        ("cost", null), ("cost", Dimensions.Project), ("cost", Dimensions.User), ("cost", Dimensions.Model), ("tokens", Dimensions.Model),
        ("toolCalls", Dimensions.Tool), ("toolErrorRate", null), ("toolErrorRate", Dimensions.Tool), ("apiErrors", null), ("averageResponseTime", null),
    ];

    public async Task<ChangeReport> GetChangesAsync(MetricsQuery query, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var clock = new BucketClock(query.Zone);
        var before = query.Filter.Before(query.Range, _loader.Now);
        var range = query.Filter.Sight is { IsCrowd: true } ? query.Range : query.Range with { End = query.Range.Start + before.Length };
        var first = clock.DateOf(range.Start);
        var days = Math.Clamp((int)Math.Ceiling((double)before.Length / BucketClock.Day), BaseDays, MostBaseDays);
        var all = new TimeRange(clock.DayStart(first.AddDays(-days)), Math.Max(range.Start, range.End));
        var differences = new Differences(query, all, range, before, _loader.Now);
        var history = await HistoryDaysAsync(differences, first, cancel).ConfigureAwait(false);
        if (history < ChangeReport.FewestDays || range.Length == 0) return new ChangeReport(0, history, [], before);
        var candidates = await CandidatesAsync(differences, cancel).ConfigureAwait(false);
        var kept = Unlikely(candidates).Where(c => c.IsLarge)
            .OrderByDescending(c => c.Money is not null).ThenByDescending(c => c.Rank).ThenBy(c => c.Metric.Name, StringComparer.Ordinal)
            .ThenBy(c => c.Name, StringComparer.Ordinal).Take(3 * ChangeReport.Most).ToList();
        var findings = new List<Finding>();
        foreach (var candidate in kept)
        {
            var contributions = await ContributionsAsync(differences, candidate, cancel).ConfigureAwait(false);
            var finding = candidate.ToFinding(contributions, candidates.Count, query.Filter);
            if (!findings.Exists(f => IsSame(f, finding))) findings.Add(finding);
        }
        // What one name makes up is said by that name.
        findings.RemoveAll(f => f.Dimension is null && findings.Exists(o => o.Dimension is not null && IsMostOf(f, o.Dimension, o.Name)));
        return new ChangeReport(candidates.Count, history, [.. findings.Take(ChangeReport.Most)], before);
    }

    private async Task<int> HistoryDaysAsync(Differences of, DateOnly first, CancellationToken cancel)
    {
        var clock = new BucketClock(of.Query.Zone);
        var request = of.Ask("tokens", null, of.All with { End = of.Range.Start }, Interval.Day);
        var answers = await queries.AskAsync([request, request with { Metrics = ["messages"] }], cancel).ConfigureAwait(false);
        var dates = answers.Where(a => a.Groups.Count > 0)
            .Select(a => Enumerable.Range(0, a.Buckets.Count).Where(i => a.Groups[0].Values[0][i] > 0).Select(i => clock.DateOf(a.Buckets[i].Start)))
            .SelectMany(d => d).ToList();
        return dates.Count == 0 ? 0 : first.DayNumber - dates.Min().DayNumber;
    }

    private async Task<List<Candidate>> CandidatesAsync(Differences of, CancellationToken cancel)
    {
        var requests = s_looked.SelectMany(l => new[]
        {
            of.Ask(l.Metric, l.Dimension, of.All, Interval.Day), of.Ask(l.Metric, l.Dimension, of.Range, null), of.Ask(l.Metric, l.Dimension, of.Before, null),
        }).ToList();
        for (var i = 0; i < requests.Count; i++)
        {
            var metric = MetricCatalogue.Default.Find(requests[i].Metrics[0])!;
            if (metric.Parts is not null) requests[i] = requests[i] with { Metrics = [metric.Name, MetricCatalogue.BelowOf(metric)] };
        }
        var answers = await queries.AskAsync(requests, cancel).ConfigureAwait(false);
        var found = new List<Candidate>();
        for (var i = 0; i < s_looked.Length; i++)
        {
            found.AddRange(of.Candidates(s_looked[i].Dimension, answers[3 * i], answers[3 * i + 1], answers[3 * i + 2]));
        }
        // Of models with a price the money tells all that tokens do.
        var priced = found.Where(c => c.Metric.Name == "cost" && c.Dimension == Dimensions.Model).Select(c => c.Name).ToHashSet();
        found.RemoveAll(c => c.Metric.Name == "tokens" && priced.Contains(c.Name));
        return found;
    }

    /// <summary>Who looks at many differences sees more chance (Benjamini–Hochberg).</summary>
    private static IEnumerable<Candidate> Unlikely(List<Candidate> candidates)
    {
        var ordered = candidates.OrderBy(c => c.Probability).ToList();
        var last = -1;
        for (var i = 0; i < ordered.Count; i++)
        {
            if (ordered[i].Probability <= ChanceShare * (i + 1) / ordered.Count) last = i;
        }
        return ordered.Take(last + 1);
    }

    private async Task<IReadOnlyList<Contribution>> ContributionsAsync(Differences of, Candidate candidate, CancellationToken cancel)
    {
        var metric = candidate.Metric;
        string[] asked = metric.Parts is null ? [metric.Name] : [metric.Name, MetricCatalogue.AboveOf(metric), MetricCatalogue.BelowOf(metric)];
        string?[] groups = [null, .. DimensionsOf(metric).Where(d => d != candidate.Dimension)];
        MetricRequest Ask(TimeRange when, string? by) => candidate.Narrow(of.Ask(metric.Name, by, when, null) with { Metrics = asked, Limit = int.MaxValue });
        var answers = await queries.AskAsync([.. groups.SelectMany(by => new[] { Ask(of.Range, by), Ask(of.Before, by) })], cancel).ConfigureAwait(false);
        var contributions = new List<Contribution>();
        for (var i = 1; i < groups.Length; i++)
        {
            contributions.AddRange(ContributionsOf(metric, groups[i]!, answers[0], answers[1], answers[2 * i], answers[2 * i + 1]));
        }
        return contributions;
    }

    private static bool IsSame(Finding one, Finding other) =>
        one.Metric.Name == other.Metric.Name && one.Dimension is { } a && other.Dimension is { } b && a != b
        && IsMostOf(one, b, other.Name) && IsMostOf(other, a, one.Name);

    private static bool IsMostOf(Finding finding, string dimension, string? name) =>
        finding.Contributions.FirstOrDefault(c => c.Dimension == dimension && c.Name == name) is { } part
        && Math.Sign(part.Delta) == Math.Sign(finding.Delta) && Math.Abs(part.Delta) >= SameShare * Math.Abs(finding.Delta);
}
