using Observatory.Core.Metrics;

namespace Observatory.Web.Filters;

internal static class FilterMerge
{
    /// <summary>The values of both, each once: what an address names beside a stored filter is added to it.</summary>
    public static MetricsFilter With(this MetricsFilter filter, MetricsFilter more) => new(
        [.. filter.Users.Union(more.Users)], [.. filter.Projects.Union(more.Projects)], [.. filter.Models.Union(more.Models)],
        [.. filter.Sources.Union(more.Sources)]);
}
