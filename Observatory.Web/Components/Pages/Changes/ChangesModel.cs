using Observatory.Core;
using Observatory.Core.Metrics.Analysis;
using Observatory.Core.Presentation;
using Observatory.Web.Components.Pages.Overview;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.Changes;

/// <summary>What the page of changes shows, made once for each answer.</summary>
public sealed class ChangesModel
{
    public required ChangeReport Report { get; init; }

    /// <summary>Why cost is not what it was: who, and the bridge.</summary>
    public required ExplainFigures Cost { get; init; }

    /// <summary>Nothing was ever counted.</summary>
    public bool Nothing { get; init; }

    public static async Task<ChangesModel> LoadAsync(AnalyticsEngine analytics, UrlState url, DateTimeOffset now, CancellationToken cancel)
    {
        var query = url.ToQuery(now);
        var report = await analytics.GetChangesAsync(query, cancel);
        var cost = await analytics.ExplainAsync(
            new AnalysisQuery { Metric = "cost", Range = query.Range, Zone = query.Zone, Interval = Core.Time.Interval.Day, Filter = query.Filter }, cancel);
        return new ChangesModel
        {
            Report = report, Cost = cost, Nothing = report.HistoryDays == 0 && cost is { Current: 0, Previous: 0 }
                && await OverviewModel.IsEmptyAsync(analytics, cancel),
        };
    }

    /// <summary>What made most of it, in a sentence.</summary>
    public string Verdict(Formats format)
    {
        if (Cost.Bridge is not { } steps || Cost.Delta == 0) return "Cost is what it was.";
        var with = steps.Where(s => Math.Sign(s.Delta) == Math.Sign(Cost.Delta)).OrderByDescending(s => Math.Abs(s.Delta)).ToList();
        var against = steps.Where(s => Math.Sign(s.Delta) == -Math.Sign(Cost.Delta)).MaxBy(s => Math.Abs(s.Delta));
        if (with.Count == 0) return "Cost is nearly what it was.";
        var main = with.TakeWhile((s, i) => i == 0 || i == 1 && Math.Abs(s.Delta) > 0.3 * Math.Abs(Cost.Delta)).Select(s => Words(s, s.Delta > 0)).ToList();
        var text = $"{string.Join(" and ", main)} made most of it.";
        text = char.ToUpperInvariant(text[0]) + text[1..];
        if (against is null || Math.Abs(against.Delta) < 0.1 * Math.Abs(Cost.Delta)) return text;
        var words = Words(against, against.Delta > 0);
        var money = format.Money((decimal)Math.Abs(against.Delta));
        return $"{text} {char.ToUpperInvariant(words[0])}{words[1..]} {(against.Delta < 0 ? $"took {money} back" : $"added {money}")}.";
    }

    /// <summary>"more tokens a call".</summary>
    private static string Words(BridgeStep step, bool isMore) => step.Factor switch
    {
        "people" => isMore ? "more people" : "fewer people",
        "conversations" => isMore ? "more conversations a person" : "fewer conversations a person",
        "calls" => isMore ? "longer conversations" : "shorter conversations",
        "tokensPerCall" => isMore ? "more tokens a call" : "fewer tokens a call",
        "modelMix" => isMore ? "dearer models" : "cheaper models",
        "cacheShare" => isMore ? "a smaller cache share" : "a better cache share",
        _ => isMore ? "higher prices" : "lower prices",
    };
}
