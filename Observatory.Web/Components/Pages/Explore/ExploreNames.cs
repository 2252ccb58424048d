using Observatory.Core;
using Observatory.Core.Charts;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Catalogue;

namespace Observatory.Web.Components.Pages.Explore;

/// <summary>How the values of a dimension are called and coloured: projects and models as on every other page.</summary>
internal sealed class ExploreNames(Dictionary<string, (string Name, string Color)> known)
{
    public static async Task<ExploreNames> OfAsync(AnalyticsEngine analytics, string? dimension, MetricsQuery query, CancellationToken cancel)
    {
        // Colours are those of everything that there is, whatever is filtered.
        if (dimension == Dimensions.Project)
        {
            var rows = await analytics.GetProjectsAsync(query, cancel);
            return new ExploreNames(rows.Where(r => r.Path is not null).DistinctBy(r => r.Path)
                .ToDictionary(r => r.Path!, r => (r.Project ?? r.Path!, ChartDataTransformer.Category(r.Color)), StringComparer.Ordinal));
        }
        if (dimension == Dimensions.Model)
        {
            var rows = await analytics.GetModelsAsync(query, cancel);
            return new ExploreNames(rows.Where(r => r.Model is not null).DistinctBy(r => r.Model)
                .ToDictionary(r => r.Model!, r => (r.Model!, ChartDataTransformer.Category(r.Color)), StringComparer.Ordinal));
        }
        return new ExploreNames([]);
    }

    /// <summary>Null = it has no colour of its own.</summary>
    public string? ColorOf(string value) => known.TryGetValue(value, out var own) ? own.Color : null;

    public string NameOf(string value) => known.TryGetValue(value, out var own) ? own.Name : value;
}
