namespace Observatory.Core.Statistics;

/// <summary>
/// Quantiles of any finite values from counts in logarithmic bins, those below 0 in bins of their own: mergeable and subtractable. A quantile is off by at
/// most 1 % of its value. Holds as many bins as it has met.
/// </summary>
public sealed class ValueSketch
{
    private const double Gamma = (1 + QuantileSketch.RelativeError) / (1 - QuantileSketch.RelativeError);

    /// <summary>More than the smallest value there is needs below 0, so that every positive value has a positive bin.</summary>
    private const int Middle = 40_000;

    private static readonly double s_logGamma = Math.Log(Gamma);

    private readonly SortedDictionary<int, long> _bins = [];

    public long Count { get; private set; }

    /// <summary>In order of their values.</summary>
    public IEnumerable<KeyValuePair<int, long>> Bins => _bins;

    /// <summary>0 for 0; above it for what is above 0, and below for what is below.</summary>
    public static int BinOf(double value) =>
        value == 0 ? 0 : Math.Sign(value) * (Middle + (int)Math.Ceiling(Math.Log(Math.Abs(value)) / s_logGamma));

    /// <summary>The value that stands for a bin.</summary>
    public static double ValueOf(int bin) => bin == 0 ? 0 : Math.Sign(bin) * 2 * Math.Pow(Gamma, Math.Abs(bin) - Middle) / (1 + Gamma);

    public void Add(double value, long count = 1) => AddBin(BinOf(value), count);

    public void AddBin(int bin, long count)
    {
        var sum = _bins.GetValueOrDefault(bin) + count;
        if (sum == 0) _bins.Remove(bin);
        else _bins[bin] = sum;
        Count += count;
    }

    /// <summary>Adds all of another sketch.</summary>
    public void Add(ValueSketch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var (bin, count) in other._bins) AddBin(bin, count);
    }

    /// <summary>Quantile <paramref name="q"/> (0–1) by nearest rank; null without values.</summary>
    public double? Quantile(double q)
    {
        if (Count <= 0) return null;
        var (rank, seen) = (Math.Max(1, (long)Math.Ceiling(q * Count)), 0L);
        foreach (var (bin, count) in _bins)
        {
            seen += count;
            if (seen >= rank) return ValueOf(bin);
        }
        return null;
    }
}
