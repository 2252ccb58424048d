using System.Collections.Concurrent;

namespace Observatory.Core.Hosting;

/// <param name="Count">Answers that the percentiles are of.</param>
public sealed record QueryRow(string Name, int Count, double P50Ms, double P95Ms, double P99Ms);

/// <summary>How long answers took, by name, of the last hours. Bounded, and thread-safe.</summary>
public sealed class QueryTimes(TimeProvider clock)
{
    /// <summary>Answers of a name that are remembered.</summary>
    private const int Most = 1_024;

    private const int MostNames = 200;

    private readonly ConcurrentDictionary<string, Ring> _names = new(StringComparer.Ordinal);

    public void Took(string name, TimeSpan time)
    {
        if (!_names.TryGetValue(name, out var ring))
        {
            if (_names.Count >= MostNames) return;
            ring = _names.GetOrAdd(name, _ => new Ring());
        }
        ring.Add(clock.GetUtcNow().ToUnixTimeMilliseconds(), time.TotalMilliseconds);
    }

    /// <summary>Of what was answered within the window, by name; those without an answer are left out.</summary>
    public IReadOnlyList<QueryRow> Within(TimeSpan window)
    {
        var from = clock.GetUtcNow().ToUnixTimeMilliseconds() - (long)window.TotalMilliseconds;
        var rows = new List<QueryRow>();
        foreach (var (name, ring) in _names.OrderBy(n => n.Key, StringComparer.Ordinal))
        {
            var times = ring.Since(from);
            if (times.Length > 0) rows.Add(new QueryRow(name, times.Length, At(times, 0.5), At(times, 0.95), At(times, 0.99)));
        }
        return rows;
    }

    /// <summary>The smallest that so many of the values do not exceed.</summary>
    private static double At(double[] sorted, double share) => sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];

    private sealed class Ring
    {
        private readonly (long At, double Ms)[] _kept = new (long, double)[Most];
        private int _count;

        public void Add(long at, double ms)
        {
            lock (_kept) _kept[_count++ % Most] = (at, ms);
        }

        public double[] Since(long from)
        {
            lock (_kept) return [.. _kept.Take(Math.Min(_count, Most)).Where(k => k.At >= from).Select(k => k.Ms).Order()];
        }
    }
}
