using Observatory.Core.Presentation;
using Observatory.Core;
using Observatory.Core.Charts;
using Observatory.Core.Metrics;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.Overview;

/// <summary>What the overview shows, made once for each answer.</summary>
public sealed class OverviewModel
{
    public static IReadOnlyList<(string Value, string Title)> Measures { get; } = [("tokens", "Tokens"), ("cost", "Cost"), ("messages", "Messages")];

    private readonly ChartFrame _frame;
    private readonly IReadOnlyList<UsageBucket>? _previous;
    private readonly Dictionary<string, ChartConfiguration> _usage = [];

    private OverviewModel(OverviewPageFigures figures, UrlState url, DateTimeOffset now, Formats format, bool nothing)
    {
        Figures = figures;
        Projects = [.. figures.Projects.OrderByDescending(p => p.Figures.TotalCost ?? 0).ThenByDescending(p => p.Figures.TotalTokens)];
        DearestModels = [.. figures.ModelRows.OrderByDescending(m => m.Figures.TotalCost ?? 0).ThenByDescending(m => m.Figures.TotalTokens)];
        Query = url.ToQuery(now);
        Nothing = nothing;
        _frame = ChartFrame.For(Query, now);
        _previous = url.Compare ? figures.PreviousUsage : null;
        // Without any price the tokens still say something.
        var priced = figures.Models.Any(m => m.Cost.Any(c => c > 0));
        Models = ChartDataTransformer.ModelUsage(_frame, figures.Usage, figures.Models, priced);
        HeatMap = ChartDataTransformer.HourOfWeek(figures.HeatMap, Weekdays(format), format.Hour);
        Compared = url.Compare ? ComparedLine.For(url, now, format) : null;
    }

    public OverviewPageFigures Figures { get; }
    public IReadOnlyList<ToolRow> Tools => Figures.Tools;
    /// <summary>All, dearest first.</summary>
    public IReadOnlyList<ProjectRow> Projects { get; }
    /// <summary>All, dearest first.</summary>
    public IReadOnlyList<ModelRow> DearestModels { get; }
    public MetricsQuery Query { get; }
    public ChartConfiguration Models { get; }
    public ChartConfiguration HeatMap { get; }
    /// <summary>"Compared with …"; null without comparison.</summary>
    public string? Compared { get; }
    /// <summary>Not only this range: there is no data at all.</summary>
    public bool Nothing { get; }

    public OverviewFigures Now => Figures.Dashboard.Overview;
    public OverviewFigures Before => Figures.Dashboard.Previous;
    public bool HasBefore => Compared is not null && Before.TotalMessages + Before.TotalTokens > 0;

    /// <summary>What has to be said of the period before, so that nobody takes its few days for all of it.</summary>
    public string? BeforeNote
    {
        get
        {
            if (!HasBefore) return " There was nothing in that time.";
            var (all, filled) = (Figures.PreviousUsage.Count, Figures.PreviousUsage.Count(u => u.Messages > 0 || u.TotalTokens > 0));
            if (filled == 0 || filled * 2 >= all) return null;
            return $" Only {filled} of its {all} {(_frame.PerBucket == "an hour" ? "hours" : "days")} {(filled == 1 ? "has" : "have")} data.";
        }
    }

    /// <summary>Dollars saved by the cache over all models; null where no model says.</summary>
    public decimal? CacheSavings => DearestModels.Any(m => m.CacheSavings is not null) ? DearestModels.Sum(m => m.CacheSavings ?? 0) : null;

    public static async Task<OverviewModel> LoadAsync(AnalyticsEngine analytics, UrlState url, DateTimeOffset now, Formats format, CancellationToken cancel)
    {
        var query = url.ToQuery(now);
        var figures = await analytics.GetOverviewPageAsync(query, cancel);
        var nothing = figures.Dashboard.Overview is { TotalMessages: 0, TotalTokens: 0 } && await IsEmptyAsync(analytics, cancel);
        return new OverviewModel(figures, url, now, format, nothing);
    }

    /// <summary>The main chart by measure; each is made when it is first looked at.</summary>
    public ChartConfiguration Usage(string measure)
    {
        if (!_usage.TryGetValue(measure, out var chart)) _usage[measure] = chart = Make(measure);
        return chart;
    }

    public IReadOnlyList<double?> Points(Func<UsageBucket, double?> value) =>
        [.. Figures.Usage.Where(u => u.Start.ToUnixTimeMilliseconds() <= _frame.Now).Select(value)];

    public IReadOnlyList<double?> PreviousPoints(Func<UsageBucket, double?> value) => _previous is null || !HasBefore ? [] : [.. _previous.Select(value)];

    private ChartConfiguration Make(string measure) => measure switch
    {
        "cost" => ChartDataTransformer.TimeSeries(
            _frame, $"What does it cost {_frame.PerBucket}?", "Cost", "US dollars", ChartUnits.Usd, "s-input", Figures.Usage, _previous, u => (double)u.Cost),
        "messages" => ChartDataTransformer.TimeSeries(
            _frame, $"How many messages {_frame.PerBucket}?", "Messages", "messages", ChartUnits.Count, "s-input", Figures.Usage, _previous, u => u.Messages),
        _ => ChartDataTransformer.TokenUsage(_frame, Figures.Usage, _previous),
    };

    /// <summary>Nothing was ever counted: not only this range is empty.</summary>
    public static async Task<bool> IsEmptyAsync(AnalyticsEngine analytics, CancellationToken cancel)
    {
        var choices = await analytics.GetFilterChoicesAsync(cancel);
        return choices.Projects.Count + choices.Models.Count + choices.Users.Count == 0;
    }

    private static string[] Weekdays(Formats format)
    {
        var names = format.Culture.DateTimeFormat.AbbreviatedDayNames;
        return [.. Enumerable.Range(0, 7).Select(i => names[(i + 1) % 7])];
    }
}
