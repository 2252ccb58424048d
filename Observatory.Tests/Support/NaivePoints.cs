using Observatory.Core.Events;
using Observatory.Core.Ingestion;

namespace Observatory.Tests.Support;

/// <summary>A point as it was sent.</summary>
/// <param name="At">Unix ms, each another.</param>
/// <param name="StartAt">Unix ms at which its running total began, 0 = it stands for itself.</param>
internal sealed record NaivePoint(SortedDictionary<string, string> Tags, long At, long StartAt, double Value)
{
    public string TagText => "{" + string.Join(',', Tags.Select(t => $"\"{t.Key}\":\"{t.Value}\"")) + "}";

    public string? Tag(string name) => Tags.GetValueOrDefault(name);
}

/// <summary>
/// Made-up points of one metric of many sessions and two people around nights on which clocks change: values that stand for themselves, and running totals that
/// begin anew. What counts of each is found with all of them at hand.
/// </summary>
internal sealed class NaivePoints
{
    private static readonly DateTimeOffset[] s_around =
        [new(2026, 3, 7, 12, 0, 0, TimeSpan.Zero), new(2026, 4, 4, 6, 0, 0, TimeSpan.Zero), new(2026, 10, 31, 20, 0, 0, TimeSpan.Zero)];

    public NaivePoints(int seed, int sessions)
    {
        var random = new Random(seed);
        var used = new HashSet<long>();
        for (var session = 0; session < sessions; session++)
        {
            var start = s_around[session % s_around.Length].AddSeconds(random.Next(180_000)).ToUnixTimeMilliseconds();
            var isTotal = random.Next(3) > 0;
            double total = 0;
            var (at, began) = (start, start);
            for (var n = random.Next(1, 7); n > 0; n--)
            {
                do at += random.Next(1_000, 5_000_000);
                while (!used.Add(at));
                var step = Math.Round(random.NextDouble() * 100, 3);
                total += step;
                // It begins anew, and says so or not.
                if (isTotal && random.Next(6) == 0) (total, began) = (step, random.Next(2) == 0 ? at - 500 : began);
                All.Add(new NaivePoint(
                    new SortedDictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["model"] = $"m{session % 3}", ["session.id"] = $"s{session}", ["user.email"] = session % 2 == 0 ? "ada" : "bob",
                    },
                    at, isTotal ? began : 0, isTotal ? total : step * (random.Next(8) == 0 ? -1 : 1)));
            }
        }
    }

    public static DateTimeOffset Start { get; } = new(2026, 3, 7, 0, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset End { get; } = new(2026, 11, 5, 0, 0, 0, TimeSpan.Zero);

    public List<NaivePoint> All { get; } = [];

    /// <summary>What counts of each: its value, or the growth since the point before it of the same running total.</summary>
    public List<(NaivePoint Point, double Gain)> Gains() =>
    [
        .. All.GroupBy(p => (p.TagText, p.StartAt)).SelectMany(run =>
        {
            var points = run.OrderBy(p => p.At).ToList();
            return points.Select((p, i) => (p, run.Key.StartAt == 0 || i == 0 || points[i - 1].Value > p.Value ? p.Value : p.Value - points[i - 1].Value));
        }),
    ];

    public static EventBatch Batch(IEnumerable<NaivePoint> points, string metric, EventSource source = EventSource.Otlp)
    {
        var batch = new EventBatch { Source = source, User = "owner" };
        foreach (var p in points)
        {
            batch.Points.Add(new MetricPoint(EventKey.Of(KeySpace.Point, $"{metric} {p.TagText} {p.At}"), metric, p.TagText, p.At, p.Value, p.StartAt));
        }
        return batch;
    }
}
