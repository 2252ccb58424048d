using Observatory.Core;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Kept;
using Observatory.Core.Storage.Letters;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.Pipeline;

/// <summary>What the pipeline page shows, made once for each answer.</summary>
/// <param name="Types">Null where the page does not show them.</param>
/// <param name="Metrics">Null where the page does not show them.</param>
/// <param name="Last">The newest of the chosen type.</param>
public sealed record PipelineModel(
    PipelineFigures Figures, IReadOnlyList<DeadLetterGroup> Refused, IReadOnlyList<SourceSeen> Seen,
    IReadOnlyList<KeptType>? Types, IReadOnlyList<KeptMetric>? Metrics, IReadOnlyList<KeptEvent>? Last)
{
    public const int MostLast = 20;

    public static IReadOnlyList<(string Value, string Title)> Views { get; } = [("sources", "Sources"), ("events", "Events kept"), ("metrics", "Metrics kept")];

    /// <summary>Every source that can be connected, and whatever else brought something.</summary>
    public IReadOnlyList<(string Source, SourceRow? Now, SourceSeen? Ever)> Sources { get; } =
        [.. SourceTitle.All.Concat(Figures.Sources.Select(s => s.Source)).Concat(Seen.Select(s => s.Source)).Distinct()
            .Select(s => (s, Figures.Sources.FirstOrDefault(r => r.Source == s), Seen.FirstOrDefault(r => r.Source == s)))];

    public static string ViewOf(UrlState url) => Views.Any(v => v.Value == url.Get("view")) ? url.Get("view")! : "sources";

    public static async Task<PipelineModel> LoadAsync(AnalyticsEngine analytics, IDeadLetters letters, UrlState url, CancellationToken cancel)
    {
        var view = ViewOf(url);
        var figures = await analytics.GetPipelineAsync(cancel);
        var refused = figures.DeadLetters == 0 ? [] : (await letters.ListAsync(new DeadLetterQuery(Limit: 1), cancel)).Groups;
        return new PipelineModel(
            figures, refused, view == "sources" ? await analytics.GetSourcesAsync(cancel) : [],
            view == "events" ? await analytics.GetTypesAsync(cancel) : null,
            view == "metrics" ? await analytics.GetKeptMetricsAsync(cancel) : null,
            view == "events" && url.Get("type") is { } type ? await analytics.GetLastAsync(type, MostLast, cancel) : null);
    }
}
