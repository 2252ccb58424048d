namespace Observatory.Core.Statistics;

/// <summary>
/// Quantiles of positive values from counts in logarithmic bins: mergeable and subtractable, because a sketch is nothing but counts.
/// A quantile is off by at most 1 % of its value. Values are whole and at least 0; 0 has a bin of its own.
/// </summary>
public sealed class QuantileSketch
{
    /// <summary>Largest relative error of a quantile.</summary>
    public const double RelativeError = 0.01;

    private const double Gamma = (1 + RelativeError) / (1 - RelativeError);
    private static readonly double s_logGamma = Math.Log(Gamma);

    /// <summary>Counts by bin; some two thousand bins hold every value there is.</summary>
    private long[] _bins = [];

    public long Count { get; private set; }

    /// <summary>Bin of a value: 0 for 0, else at least 1.</summary>
    public static int BinOf(long value) => value <= 0 ? 0 : 1 + (int)Math.Ceiling(Math.Log(value) / s_logGamma);

    /// <summary>The value that stands for a bin.</summary>
    public static double ValueOf(int bin) => bin == 0 ? 0 : 2 * Math.Pow(Gamma, bin - 1) / (1 + Gamma);

    public void Add(int bin, long count)
    {
        if (bin >= _bins.Length) Array.Resize(ref _bins, Math.Max(bin + 1, Math.Min(2 * _bins.Length, BinOf(long.MaxValue) + 1)));
        _bins[bin] += count;
        Count += count;
    }

    /// <summary>Adds all of another sketch.</summary>
    public void Add(QuantileSketch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var bin = 0; bin < other._bins.Length; bin++)
        {
            if (other._bins[bin] != 0) Add(bin, other._bins[bin]);
        }
    }

    /// <summary>How many are larger, as far as their bins tell; a value of the sketch's own is not larger than itself.</summary>
    public long CountAbove(double value)
    {
        long count = 0;
        for (var bin = _bins.Length - 1; bin >= 0 && ValueOf(bin) > value * (1 + RelativeError / 10); bin--) count += _bins[bin];
        return count;
    }

    /// <summary>Quantile <paramref name="q"/> (0–1) by nearest rank; null without values.</summary>
    public double? Quantile(double q)
    {
        if (Count == 0) return null;
        var rank = (long)Math.Ceiling(q * Count);
        long seen = 0;
        for (var bin = 0; bin < _bins.Length; bin++)
        {
            seen += _bins[bin];
            if (seen >= rank && _bins[bin] > 0) return ValueOf(bin);
        }
        return ValueOf(_bins.Length - 1);
    }
}
