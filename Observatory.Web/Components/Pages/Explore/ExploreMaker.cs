using Observatory.Core.Charts;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Time;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.Explore;

/// <summary>From answers to charts and rows.</summary>
internal sealed class ExploreMaker(ExploreQuery query, IReadOnlyList<MetricDefinition> metrics, ExploreNames names, UrlState url, DateTimeOffset now)
{
    private const string OtherColor = "c-7";

    private readonly ChartFrame _frame = new(url.Zone, query.Interval, now.ToUnixTimeMilliseconds());

    /// <param name="answers">By group and bucket; by bucket; by group; in all; the period before by group; in all; the earlier buckets.</param>
    public ExploreModel Make(IReadOnlyList<MetricAnswer> answers, EarlierBuckets shift, bool nothing)
    {
        var (a, b) = (answers[0].Metrics[0], answers[0].Metrics.ElementAtOrDefault(1));
        var colors = ColorsOf(answers[0].Groups);
        var drawn = answers[0].Groups.Select((g, i) => new DrawnGroup(NameOf(g), colors[i], Smoothed(g.Values[0]))).ToList();
        var hasBefore = url.Compare && answers[5].Groups.Count > 0;
        var before = hasBefore && query.Smooth is null && ExploreQuery.CanStack(a) && answers[6].Groups.Count > 0
            ? (shift.Name, answers[6].Groups[0].Values[0], (IReadOnlyList<(long, long)>)[.. answers[6].Buckets.Select(x => (x.Start, x.End))])
            : ((string, IReadOnlyList<double?>, IReadOnlyList<(long, long)>)?)null;
        var rows = answers[2].Groups.Select(g => RowOf(g, answers, colors, hasBefore)).ToList();
        return new ExploreModel
        {
            Query = query, Metrics = metrics, A = a, B = b, Rows = rows, HasBefore = hasBefore, Nothing = nothing, IsTruncated = answers[0].IsTruncated,
            Total = TotalOf(answers, hasBefore), Strip = query.Formula is { } && !query.IsFormulaHidden ? StripOf(answers[1]) : null,
            Chart = ExploreCharts.Groups(a, answers[0], drawn, query.Drawing, _frame, Question(a), before),
        };
    }

    /// <summary>What is drawn in lines may be evened out; bars show what is there.</summary>
    private IReadOnlyList<double?> Smoothed(IReadOnlyList<double?> values) =>
        query.Smooth is { } smooth && query.Drawing == GroupDrawing.Lines ? smooth.Of(values) : values;

    private string Question(MetricDefinition metric)
    {
        var noun = TrendCharts.Noun(metric);
        var per = _frame.PerBucket;
        if (query.By is { } by) return $"{metric.Title} of each {Dimensions.TitleOf(by)}, {per}";
        return ExploreQuery.CanStack(metric) ? $"How much {noun} {per}?" : $"What {noun} {per}?";
    }

    private ChartConfiguration? StripOf(MetricAnswer all)
    {
        if (all.Groups.Count == 0) return null;
        // Parts are evened out before they are put together: of a quotient that is sum ÷ sum, and no mean of quotients.
        var parts = all.Groups[0].Values.Select(v => query.Smooth?.Of(v) ?? v).ToList();
        var values = Enumerable.Range(0, all.Buckets.Count).Select(i => query.Formula!.Of([.. parts.Select(p => p[i])])).ToList();
        return ExploreCharts.OfFormula(FormulaName, UnitOfResult(all.Metrics), all, values, _frame);
    }

    private string FormulaName => string.IsNullOrWhiteSpace(query.Called) ? query.Formula!.Text : query.Called;

    /// <summary>Money over a count is money; shares have no unit.</summary>
    private string UnitOfResult(IReadOnlyList<MetricDefinition> asked)
    {
        var letters = query.Formula!.Letters;
        var units = asked.Where((_, i) => letters.Contains((char)('A' + i))).Select(TrendCharts.UnitOf).Distinct().ToList();
        if (units.Count == 1 && query.Formula.Text.IndexOfAny(['/', '÷']) < 0) return units[0];
        return units.Contains(ChartUnits.Usd) && units.Count == 2 && units.Contains(ChartUnits.Count) && TrendCharts.UnitOf(asked[0]) == ChartUnits.Usd
            ? ChartUnits.Usd : ChartUnits.Count;
    }

    private ExploreRow RowOf(MetricGroup group, IReadOnlyList<MetricAnswer> answers, List<string> colors, bool hasBefore)
    {
        var place = answers[0].Groups.ToList().FindIndex(g => g.Kind == group.Kind && g.Name == group.Name);
        var all = answers[3].Groups.Count == 0 ? null : answers[3].Groups[0].Totals[0];
        var named = answers[0].Groups.Where(g => g.Kind == GroupKind.Named).Select(g => g.Name).ToHashSet();
        var old = answers[4].Groups;
        var isAdditive = ExploreQuery.CanStack(answers[0].Metrics[0]);
        var before = group.Kind switch
        {
            GroupKind.Others => Sum(old.Where(g => g.Kind is GroupKind.Named && !named.Contains(g.Name))),
            _ => old.FirstOrDefault(g => g.Kind == group.Kind && g.Name == group.Name)?.Totals[0],
        };
        if (isAdditive) before ??= 0;
        return new ExploreRow(
            NameOf(group), group.Kind == GroupKind.Named ? group.Name : null, place < 0 ? OtherColor : colors[place], group.Totals[0],
            hasBefore ? before : null, group.Totals.ElementAtOrDefault(1), query.Formula?.Of(group.Totals),
            isAdditive && all is > 0 ? group.Totals[0] / all : null, place < 0 ? null : HighestOf(answers[0], answers[0].Groups[place]));

        double? Sum(IEnumerable<MetricGroup> groups) => isAdditive ? groups.Sum(g => g.Totals[0] ?? 0) : null;
    }

    private ExploreRow TotalOf(IReadOnlyList<MetricAnswer> answers, bool hasBefore)
    {
        var all = answers[3].Groups.Count == 0 ? null : answers[3].Groups[0];
        return new ExploreRow(
            "Total", null, "", all?.Totals[0], hasBefore ? answers[5].Groups[0].Totals[0] : null, all?.Totals.ElementAtOrDefault(1),
            all is null ? null : query.Formula?.Of(all.Totals), all is null || !ExploreQuery.CanStack(answers[3].Metrics[0]) ? null : 1,
            answers[1].Groups.Count == 0 ? null : HighestOf(answers[1], answers[1].Groups[0]));
    }

    private static (double, TimeRange)? HighestOf(MetricAnswer answer, MetricGroup group)
    {
        var best = -1;
        for (var i = 0; i < answer.Buckets.Count; i++)
        {
            if (group.Values[0][i] is { } value && (best < 0 || value > group.Values[0][best])) best = i;
        }
        return best < 0 ? null : (group.Values[0][best]!.Value, answer.Buckets[best]);
    }

    private string NameOf(MetricGroup group) => group.Kind switch
    {
        GroupKind.Named => names.NameOf(group.Name!),
        GroupKind.Others => ExploreModel.Others,
        GroupKind.None => ExploreModel.None,
        _ => metrics.First(m => m.Name == query.Metric).Title,
    };

    /// <summary>Own colours first; where two of one chart have the same, and where there is none, one that nobody uses.</summary>
    private List<string> ColorsOf(IReadOnlyList<MetricGroup> groups)
    {
        if (query.By is null) return [.. groups.Select(_ => "s-input")];
        var taken = new HashSet<string>();
        var own = groups.Select(g => g.Kind == GroupKind.Named && names.ColorOf(g.Name!) is { } color && taken.Add(color) ? color : null).ToList();
        var free = new Queue<string>(Enumerable.Range(0, ChartDataTransformer.Categories).Select(ChartDataTransformer.Category).Where(c => !taken.Contains(c)));
        return [.. groups.Select((g, i) => own[i] ?? (g.Kind == GroupKind.Named && free.TryDequeue(out var lent) ? lent : OtherColor))];
    }
}
