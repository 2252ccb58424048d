using Observatory.Core;
using Observatory.Core.Charts;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Analysis;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Presentation;
using Observatory.Core.Statistics.Anomalies;
using Observatory.Core.Time;
using Observatory.Web.Components.Pages.Overview;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.Trends;

/// <summary>What the page of one series shows, made once for each answer.</summary>
public sealed class TrendsModel
{
    public const string MetricKey = "metric";
    public const string EveryKey = "every";
    public const string LeastKey = "least";
    public const string AnomalyKey = "anomaly";
    private const string DefaultMetric = "tokens";
    private const int MostConversations = 6;

    public static IReadOnlyList<(string Value, string Title)> Intervals { get; } = [("1h", "Hour"), ("1d", "Day")];

    public required IReadOnlyList<MetricDefinition> Metrics { get; init; }
    public required TrendFigures Trends { get; init; }
    public required SeriesPicture Picture { get; init; }

    /// <summary>Of the severity that is asked for, newest first: their numbers are those of the chart.</summary>
    public required IReadOnlyList<AnomalyFigures> Anomalies { get; init; }

    public required ChartConfiguration Chart { get; init; }
    public required AnalysisQuery Query { get; init; }

    /// <summary>The one that is explained; null = none is.</summary>
    public AnomalyFigures? Selected { get; init; }

    /// <summary>Behind what is explained: those with most of it.</summary>
    public IReadOnlyList<ConversationRow> Conversations { get; init; } = [];

    public long ConversationsInAll { get; init; }

    /// <summary>Nothing was ever counted.</summary>
    public bool Nothing { get; init; }

    public MetricDefinition Metric => Trends.Metric;

    /// <summary>How many each setting of the switch would tell: the history judged anew.</summary>
    public int CountOf(AnomalySeverity least) => Trends.Anomalies.Count(a => a.Severity >= least);

    public static async Task<TrendsModel> LoadAsync(AnalyticsEngine analytics, UrlState url, DateTimeOffset now, Formats format, CancellationToken cancel)
    {
        var metrics = await analytics.GetMetricsAsync(cancel);
        var metric = metrics.FirstOrDefault(m => m.Name == url.Get(MetricKey))?.Name ?? DefaultMetric;
        var query = new AnalysisQuery
        {
            Metric = metric, Range = url.Resolve(now), Zone = url.Zone, Interval = IntervalOf(url, now), Filter = url.Filter,
        };
        var trends = await analytics.GetTrendsAsync(query, cancel);
        var picture = await analytics.GetPictureAsync(query, cancel);
        var least = LeastOf(url);
        IReadOnlyList<AnomalyFigures> anomalies =
            [.. trends.Anomalies.Where(a => a.Severity >= least).OrderByDescending(a => a.Start).ThenBy(a => a.Probability)];
        // Who follows a link to one that is less severe still sees it.
        var selected = trends.Anomalies.FirstOrDefault(a => a.Id == url.Get(AnomalyKey));
        if (selected is not null && !anomalies.Contains(selected)) anomalies = [selected, .. anomalies];
        var frame = new ChartFrame(query.Zone, query.Interval, now.ToUnixTimeMilliseconds());
        var behind = selected is null ? null : await BehindAsync(analytics, query, selected, cancel);
        return new TrendsModel
        {
            Metrics = metrics, Trends = trends, Picture = picture, Anomalies = anomalies, Query = query, Selected = selected,
            Chart = TrendCharts.Of(picture, trends, anomalies, frame, format, selected?.Id),
            Conversations = behind?.Items ?? [], ConversationsInAll = behind?.Total ?? 0,
            Nothing = trends.Status == SeriesStatus.Empty && await OverviewModel.IsEmptyAsync(analytics, cancel),
        };
    }

    public static Interval IntervalOf(UrlState url, DateTimeOffset now) => url.Get(EveryKey) switch
    {
        "1h" => Interval.Hour,
        "1d" => Interval.Day,
        _ => url.Resolve(now).Length <= 48 * BucketClock.Hour ? Interval.Hour : Interval.Day,
    };

    public static AnomalySeverity LeastOf(UrlState url) => url.Get(LeastKey) switch
    {
        "medium" => AnomalySeverity.Medium,
        "high" => AnomalySeverity.High,
        _ => AnomalySeverity.Low,
    };

    /// <summary>"Spike", "New level": the kind in words.</summary>
    public static string KindOf(AnomalyFigures anomaly)
    {
        ArgumentNullException.ThrowIfNull(anomaly);
        return anomaly.Kind switch
        {
            AnomalyKind.LevelShift => "New level", AnomalyKind.NewValue => "New value", AnomalyKind.Dead => "Dead time", _ => anomaly.Kind.ToString(),
        };
    }

    /// <summary>"Wed 18 Nov", "Wed 18 Nov 14:00 – 17:00", "Sat 19 – Sun 20 Sep".</summary>
    public static string WhenOf(AnomalyFigures anomaly, UrlState url, Formats format, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(anomaly);
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(format);
        var clock = new BucketClock(url.Zone);
        var (start, end) = (anomaly.Start.ToUnixTimeMilliseconds(), anomaly.End.ToUnixTimeMilliseconds());
        var (first, last) = (clock.DateOf(start), clock.DateOf(end - 1));
        var day = format.Day(anomaly.Start, url.Zone, now);
        if (clock.DayStart(first) == start && clock.DayStart(last.AddDays(1)) == end)
        {
            return first == last ? day : $"{day} – {format.Day(anomaly.End.AddMilliseconds(-1), url.Zone, now)}";
        }
        return first == last ? $"{day}, {format.Time(anomaly.Start, url.Zone)} – {format.Time(anomaly.End, url.Zone)}"
            : $"{day} {format.Time(anomaly.Start, url.Zone)} – {format.Day(anomaly.End, url.Zone, now)} {format.Time(anomaly.End, url.Zone)}";
    }

    private static Task<ConversationPage> BehindAsync(AnalyticsEngine analytics, AnalysisQuery query, AnomalyFigures anomaly, CancellationToken cancel) =>
        analytics.GetConversationsAsync(
            new ConversationListQuery
            {
                Metrics = new MetricsQuery { Range = new TimeRange(anomaly.Start, anomaly.End), Zone = query.Zone, Filter = anomaly.Filter },
                Sort = query.Metric switch { "cost" => "-cost", "messages" or "userMessages" or "assistantMessages" => "-messageCount", _ => "-totalTokens" },
                Limit = MostConversations,
            },
            cancel);
}
