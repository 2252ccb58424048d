using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Query;

/// <summary>Finds the bucket of an instant; neighbours in time are found at once.</summary>
internal sealed class BucketIndex(IReadOnlyList<TimeRange> buckets)
{
    private int _last;

    public IReadOnlyList<TimeRange> Buckets => buckets;

    public int Of(long at)
    {
        if (buckets.Count == 1 || buckets[_last].Contains(at)) return _last;
        return _last = RangeFigures.IndexOf(buckets, at);
    }
}
