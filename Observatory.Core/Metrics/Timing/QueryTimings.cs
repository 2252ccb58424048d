using Microsoft.Extensions.Logging;
using Observatory.Core.Statistics;

namespace Observatory.Core.Metrics.Timing;

/// <summary>How long one kind of question took.</summary>
/// <param name="Name">Of the question, as the code calls it: <c>dashboard</c>, <c>users</c>, …</param>
/// <param name="Count">Answers in the window.</param>
/// <param name="P50Ms">Milliseconds that half of them took at most, off by at most 1 %; the others likewise.</param>
public sealed record QueryTiming(string Name, long Count, double P50Ms, double P95Ms, double P99Ms);

/// <summary>
/// Durations of every question that pages and programs ask, by kind, over the last hour: a sketch a minute. What took long is said in the log, once a
/// minute and kind at most. Thread-safe.
/// </summary>
public sealed class QueryTimings(TimeProvider clock, ILogger<QueryTimings> log)
{
    /// <summary>Minutes that are kept.</summary>
    public const int Minutes = 60;

    /// <summary>Milliseconds from which one is slow.</summary>
    public const double Slow = 1_000;

    // Names are those of methods: there are some forty.
    private readonly Dictionary<string, Kind> _kinds = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <param name="name">Of the kind of question.</param>
    /// <param name="milliseconds">That it took.</param>
    public void Note(string name, double milliseconds)
    {
        var minute = Minute;
        var isNews = false;
        lock (_gate)
        {
            if (!_kinds.TryGetValue(name, out var kind)) _kinds[name] = kind = new Kind();
            kind.Of(minute).Add(QuantileSketch.BinOf((long)Math.Ceiling(milliseconds * 1_000)), 1);
            kind.Total++;
            if (milliseconds >= Slow && kind.SaidAt != minute) (kind.SaidAt, isNews) = (minute, true);
        }
        if (isNews) log.LogWarning("A slow query: {Name} took {Milliseconds:0} ms", name, milliseconds);
    }

    /// <summary>Kinds that were asked in the window, slowest first by <see cref="QueryTiming.P95Ms"/>.</summary>
    /// <param name="window">Up to now; at most an hour is known.</param>
    public IReadOnlyList<QueryTiming> Read(TimeSpan window)
    {
        var now = Minute;
        var first = now - Math.Clamp((int)Math.Ceiling(window.TotalMinutes), 1, Minutes) + 1;
        lock (_gate)
        {
            return [.. _kinds.Select(k => Figures(k.Key, k.Value.Since(first, now))).OfType<QueryTiming>().OrderByDescending(t => t.P95Ms)
                .ThenBy(t => t.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>All kinds as one.</summary>
    public QueryTiming? ReadAll(TimeSpan window)
    {
        var now = Minute;
        var first = now - Math.Clamp((int)Math.Ceiling(window.TotalMinutes), 1, Minutes) + 1;
        var sum = new QuantileSketch();
        lock (_gate)
        {
            foreach (var kind in _kinds.Values) sum.Add(kind.Since(first, now));
        }
        return Figures("all", sum);
    }

    /// <summary>Answers by kind since the program started.</summary>
    public IReadOnlyList<(string Name, long Count)> Totals
    {
        get
        {
            lock (_gate) return [.. _kinds.OrderBy(k => k.Key, StringComparer.Ordinal).Select(k => (k.Key, k.Value.Total))];
        }
    }

    private long Minute => clock.GetUtcNow().ToUnixTimeMilliseconds() / 60_000;

    private static QueryTiming? Figures(string name, QuantileSketch sketch) => sketch.Count == 0 ? null
        : new QueryTiming(name, sketch.Count, At(sketch, 0.5), At(sketch, 0.95), At(sketch, 0.99));

    private static double At(QuantileSketch sketch, double q) => Math.Round((sketch.Quantile(q) ?? 0) / 1_000, 3);

    private sealed class Kind
    {
        private readonly (long Minute, QuantileSketch? Sketch)[] _ring = new (long, QuantileSketch?)[Minutes];

        public long Total { get; set; }

        public long SaidAt { get; set; } = -1;

        public QuantileSketch Of(long minute)
        {
            ref var place = ref _ring[minute % Minutes];
            if (place.Sketch is null || place.Minute != minute) place = (minute, new QuantileSketch());
            return place.Sketch!;
        }

        public QuantileSketch Since(long first, long last)
        {
            var sum = new QuantileSketch();
            foreach (var (minute, sketch) in _ring)
            {
                if (sketch is not null && minute >= first && minute <= last) sum.Add(sketch);
            }
            return sum;
        }
    }
}
