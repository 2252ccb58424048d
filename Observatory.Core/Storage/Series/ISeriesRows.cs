using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Series;

/// <summary>What the writer reads and writes of metrics that were sent, on its own connection. Writer only.</summary>
internal interface ISeriesRows
{
    IEnumerable<SeriesEntity> Series();

    void Write(SeriesEntity x);

    /// <summary>Notes which names identities of a series have.</summary>
    void WriteIdentities(int series, string names);

    /// <summary>Its points must be gone.</summary>
    void RemoveSeries(int series);

    /// <summary>The greatest number, 0 = there is none.</summary>
    int LastIdentity();

    int? FindIdentity(string tags);

    void WriteIdentity(int id, string tags);

    /// <summary>False where the point was known.</summary>
    bool Insert(int series, StoredPoint x);

    /// <summary>The point before that one, or behind it, of the same running total.</summary>
    StoredPoint? Neighbour(int series, StoredPoint x, bool isBefore);

    void SetGain(int series, StoredPoint x, double gain);

    /// <summary>Smallest and largest growth of points in a range, Unix ms; null where there is none.</summary>
    (double Min, double Max)? GainsIn(int series, long start, long end);

    TierCell? LoadCell(TierKey key);

    void Write(TierKey key, TierCell cell);

    /// <summary>Takes the earliest points of a series out of it.</summary>
    List<StoredPoint> Take(int series, int most);
}

/// <param name="At">Unix ms.</param>
/// <param name="StartAt">Unix ms at which a running total began, 0 = the value stands for itself.</param>
/// <param name="Gain">What counts: the value, or by how much the running total has grown since the point before it.</param>
/// <param name="Identity">Number of the tags that say whose it is, 0 = none.</param>
internal sealed record StoredPoint(long At, long Key, long StartAt, double Value, double Gain, int Identity);

/// <param name="Tier">Length of a bucket, seconds.</param>
/// <param name="Bucket">Unix time in lengths of a bucket.</param>
internal readonly record struct TierKey(int Series, int Tier, long Bucket)
{
    public long Start => Bucket * Tier * 1_000L;

    public long End => (Bucket + 1) * Tier * 1_000L;
}
