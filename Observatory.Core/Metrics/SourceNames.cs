using Observatory.Core.Events;

namespace Observatory.Core.Metrics;

/// <summary>Names of sources as answers and filters write them.</summary>
public static class SourceNames
{
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<EventSource>().Select(Of)];

    public static string Of(EventSource source) => source.ToString().ToLowerInvariant();

    /// <summary>The sources in a stored bit mask.</summary>
    public static IEnumerable<string> Of(int mask) => Enum.GetValues<EventSource>().Where(s => (mask & (1 << (int)s)) != 0).Select(Of);
}
