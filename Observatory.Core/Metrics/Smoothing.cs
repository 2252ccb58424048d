using System.Globalization;
using Observatory.Core.Statistics;

namespace Observatory.Core.Metrics;

/// <summary>Evens a series out: by the mean of the last buckets, or by an exponential mean.</summary>
public sealed record Smoothing
{
    private const int LongestWindow = 1_000;

    private Smoothing()
    {
    }

    /// <summary>Buckets of a moving mean; 0 = an exponential one.</summary>
    private int Window { get; init; }

    /// <summary>Weight of the newest bucket, above 0, at most 1.</summary>
    private double Weight { get; init; }

    /// <summary><c>ma7</c>, <c>ema0.1</c>; null = neither.</summary>
    public static Smoothing? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith("ema", StringComparison.Ordinal))
        {
            return double.TryParse(text.AsSpan(3), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight) && weight is > 0 and <= 1
                ? new Smoothing { Weight = weight } : null;
        }
        return text.StartsWith("ma", StringComparison.Ordinal) && int.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var window)
            && window is >= 1 and <= LongestWindow ? new Smoothing { Window = window } : null;
    }

    /// <summary>
    /// A moving mean has no value before as many buckets are there, nor where one of them has none. An exponential mean begins with the first value
    /// and goes on behind a gap where it was.
    /// </summary>
    public IReadOnlyList<double?> Of(IReadOnlyList<double?> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Window > 0 ? MovingAverages.Simple(values, Window) : MovingAverages.Exponential(values, Weight);
    }
}
