namespace Observatory.Core.Metrics.Kept;

/// <summary>What is kept beside the figures: events by type, and metrics by name. Thread-safe.</summary>
public interface IKeptFigures
{
    /// <summary>By count, most first.</summary>
    Task<IReadOnlyList<KeptType>> GetTypesAsync(CancellationToken cancel = default);

    /// <summary>The newest of one type, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<KeptEvent>> GetLastAsync(string type, int limit, CancellationToken cancel = default);

    /// <summary>By name.</summary>
    Task<IReadOnlyList<KeptMetric>> GetMetricsAsync(CancellationToken cancel = default);

    /// <summary>What each source has ever brought, by the conversations and series that know it.</summary>
    Task<IReadOnlyList<SourceSeen>> GetSourcesAsync(CancellationToken cancel = default);
}

public sealed record KeptType(string Type, long Count, DateTimeOffset FirstAt, DateTimeOffset LastAt);

/// <param name="Data">JSON object; null where the content setting keeps no text.</param>
public sealed record KeptEvent(DateTimeOffset At, string? Conversation, string? UserId, string Source, string? Data);

/// <param name="LastAt">Of the newest point.</param>
/// <param name="LastValue">Of the newest point of all series; points of one instant: the largest.</param>
public sealed record KeptMetric(string Metric, long Series, long Points, DateTimeOffset? LastAt, double? LastValue);

/// <param name="Source"><c>transcript|otlp|api|hook|demo</c>.</param>
/// <param name="Conversations">Known through it.</param>
/// <param name="Series">Of metrics that it sent.</param>
/// <param name="LastAt">Newest activity of these conversations and points; null where there is neither.</param>
public sealed record SourceSeen(string Source, long Conversations, long Series, DateTimeOffset? LastAt);
