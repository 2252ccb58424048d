namespace Observatory.Core.Metrics.Query;

/// <summary>The one query behind pages, routes, files and everything else that shows figures. Thread-safe.</summary>
public interface IMetricQueries
{
    /// <summary>All answers from one snapshot, in the order of the questions.</summary>
    /// <exception cref="UnknownMetricException">No metric of the catalogue, and none that was sent.</exception>
    /// <exception cref="TooManyValuesException">More values than one answer may look at.</exception>
    Task<IReadOnlyList<MetricAnswer>> AskAsync(IReadOnlyList<MetricRequest> requests, CancellationToken cancel = default);

    /// <summary>Every metric that can be asked for: those of the catalogue, then those that were sent, by name.</summary>
    Task<IReadOnlyList<Catalogue.MetricDefinition>> GetMetricsAsync(CancellationToken cancel = default);
}

public sealed class UnknownMetricException(string name) : Exception($"There is no metric {name}.")
{
    public string Name { get; } = name;
}
