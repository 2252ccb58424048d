using System.Collections.Concurrent;
using Observatory.Core.Events;

namespace Observatory.Core.Metrics;

/// <summary>Names of sources as answers and filters write them.</summary>
public static class SourceNames
{
    /// <summary>There are no more masks than sets of sources.</summary>
    private static readonly ConcurrentDictionary<int, string> s_sets = new();

    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<EventSource>().Select(Of)];

    public static string Of(EventSource source) => source.ToString().ToLowerInvariant();

    /// <summary>The whole set of a stored bit mask as one name: <c>otlp+transcript</c>.</summary>
    public static string SetOf(int mask) => s_sets.GetOrAdd(mask, m => string.Join('+', Of(m).Order(StringComparer.Ordinal)));

    /// <summary>The sources in a stored bit mask.</summary>
    public static IEnumerable<string> Of(int mask) => Enum.GetValues<EventSource>().Where(s => (mask & (1 << (int)s)) != 0).Select(Of);
}
