namespace Observatory.Core.Statistics;

/// <summary>Means that move along a series with gaps.</summary>
public static class MovingAverages
{
    /// <summary>Mean of the values that end at each place; null before as many are there, and where one of them is missing.</summary>
    public static IReadOnlyList<double?> Simple(IReadOnlyList<double?> values, int window)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        var smooth = new double?[values.Count];
        for (var i = window - 1; i < values.Count; i++)
        {
            // Added anew for each: a running sum would keep the rounding of large values that have left the window.
            double sum = 0;
            var known = 0;
            for (var j = i - window + 1; j <= i; j++)
            {
                if (values[j] is not { } value) continue;
                sum += value;
                known++;
            }
            if (known == window) smooth[i] = sum / window;
        }
        return smooth;
    }

    /// <summary>Begins with the first value, and goes on behind a gap where it was.</summary>
    /// <param name="weight">Of the newest value, above 0, at most 1.</param>
    public static IReadOnlyList<double?> Exponential(IReadOnlyList<double?> values, double weight)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (weight is not (> 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(weight), weight, "The weight is above 0 and at most 1.");
        var smooth = new double?[values.Count];
        double? mean = null;
        for (var i = 0; i < smooth.Length; i++)
        {
            if (values[i] is not { } value) continue;
            smooth[i] = mean = mean is { } before ? before + weight * (value - before) : value;
        }
        return smooth;
    }
}
