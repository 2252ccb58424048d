using Observatory.Core.Storage.Series;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Query;

/// <summary>Cuts a range into parts that sums of points answer, each by its longest bucket, and the rest at the ends, for which points are read.</summary>
internal static class SeriesSegments
{
    /// <returns>Length of the buckets in seconds, 0 = points; Unix ms, half-open. In order.</returns>
    /// <param name="buckets">Of the answer: no sum may reach over a border.</param>
    /// <param name="isSummed">Sums may be used at all.</param>
    public static List<(int Tier, long Start, long End)> Of(TimeRange range, IReadOnlyList<TimeRange> buckets, bool isSummed)
    {
        var parts = new List<(int, long, long)>();
        var tiers = isSummed ? TimeSeriesStore.Tiers.Where(t => buckets.Skip(1).All(b => b.Start % (t * 1_000L) == 0)).OrderDescending().ToArray() : [];
        Add(range.Start, range.End, 0);
        return parts;

        void Add(long start, long end, int next)
        {
            if (start >= end) return;
            if (next == tiers.Length)
            {
                parts.Add((0, start, end));
                return;
            }
            var length = tiers[next] * 1_000L;
            var (first, last) = (-BucketClock.Floor(-start, length), BucketClock.Floor(end, length));
            if (first >= last)
            {
                Add(start, end, next + 1);
                return;
            }
            Add(start, first, next + 1);
            parts.Add((tiers[next], first, last));
            Add(last, end, next + 1);
        }
    }
}
