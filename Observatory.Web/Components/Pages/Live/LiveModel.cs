using Observatory.Core;
using Observatory.Core.Charts;
using Observatory.Core.Metrics.Live;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.Live;

/// <summary>What the live page shows, made once for each answer.</summary>
public sealed class LiveModel
{
    private const int RateMinutes = 5;

    private readonly Dictionary<string, ChartConfiguration> _charts = [];
    private readonly string _zone;

    private LiveModel(LiveSnapshot now, UrlState url)
    {
        Now = now;
        _zone = url.Zone.Id;
        var whole = now.Minutes.Where(m => !m.Running).ToList();
        var last = whole.TakeLast(RateMinutes).ToList();
        TokensPerMinute = last.Count == 0 ? 0 : last.Average(m => m.Tokens);
        CallsPerMinute = last.Count == 0 ? 0 : last.Average(m => m.Calls);
        var busy = whole.Where(m => m.Tokens > 0).Select(m => m.Tokens).Order().ToList();
        MedianTokens = busy.Count == 0 ? null : busy[(busy.Count - 1) / 2];
        Calls = now.Minutes.Sum(m => m.Calls + m.Failed);
        Failed = now.Minutes.Sum(m => m.Failed);
        Cost = now.Minutes.Sum(m => m.Cost);
        Tokens = now.Minutes.Sum(m => m.Tokens);
        People = now.Sessions.Select(s => s.UserId).Distinct().Count();
        Waiting = now.Sessions.Count(s => s.State == LiveState.Permission);
    }

    public LiveSnapshot Now { get; }

    /// <summary>Mean of the last five whole minutes.</summary>
    public double TokensPerMinute { get; }

    public double CallsPerMinute { get; }

    /// <summary>Of the minutes of the last hour in which anything was used.</summary>
    public long? MedianTokens { get; }

    /// <summary>Of the last hour, failed ones included.</summary>
    public long Calls { get; }

    public long Failed { get; }

    public decimal Cost { get; }

    public long Tokens { get; }

    public int People { get; }

    public int Waiting { get; }

    public static async Task<LiveModel> LoadAsync(AnalyticsEngine analytics, UrlState url, CancellationToken cancel) =>
        new(await analytics.GetLiveAsync(url.Filter, cancel), url);

    public ChartConfiguration Chart(string measure)
    {
        if (!_charts.TryGetValue(measure, out var chart)) _charts[measure] = chart = LiveCharts.PerMinute(Now.Minutes, measure, _zone);
        return chart;
    }
}
