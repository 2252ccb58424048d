using MathNet.Numerics;

namespace Observatory.Core.Statistics;

/// <summary>
/// How likely a count is where counts vary more than by chance alone: the negative binomial distribution of a mean μ and a shape k, with variance
/// μ + μ²/k. Values between whole ones are taken as they are, so that amounts can be judged in units of a usual piece.
/// </summary>
internal static class CountModel
{
    /// <summary>At least so many.</summary>
    public static double AtLeast(double value, double mean, double shape) =>
        value <= 0 ? 1 : mean <= 0 ? 0 : SpecialFunctions.BetaRegularized(value, shape, mean / (mean + shape));

    /// <summary>At most so many.</summary>
    public static double AtMost(double value, double mean, double shape) =>
        value < 0 ? 0 : mean <= 0 ? 1 : SpecialFunctions.BetaRegularized(shape, value + 1, shape / (mean + shape));

    /// <summary>At least so many (or at most), where the mean itself is known to a variance only, as a share of its square.</summary>
    public static double Tail(double value, double mean, double shape, double doubt, bool isHigh)
    {
        var plain = isHigh ? AtLeast(value, mean, shape) : AtMost(value, mean, shape);
        // What is usual anyway is not worth the sum.
        if (plain > 0.1 || doubt <= 0) return plain;
        var spread = Math.Sqrt(Math.Log(1 + doubt));
        var all = 0.0;
        for (var i = 0; i < s_places.Length; i++)
        {
            var here = mean * Math.Exp(s_places[i] * spread - spread * spread / 2);
            all += s_weights[i] * (isHigh ? AtLeast(value, here, shape) : AtMost(value, here, shape));
        }
        return all;
    }

    // Gauss–Hermite of nine points, for the standard normal distribution.
    private static readonly double[] s_places =
    [
        -4.512745863399783, -3.205429002856470, -2.076847978677830, -1.023255663789133, 0, 1.023255663789133, 2.076847978677830, 3.205429002856470,
        4.512745863399783,
    ];

    private static readonly double[] s_weights =
    [
        2.234584400774664e-5, 2.789141321231769e-3, 4.991640676521787e-2, 0.244097502894939, 0.406349206349206, 0.244097502894939, 4.991640676521787e-2,
        2.789141321231769e-3, 2.234584400774664e-5,
    ];

    /// <summary>The smallest whole value that so large a share of all is at or below.</summary>
    public static double Quantile(double share, double mean, double shape)
    {
        if (mean <= 0 || AtMost(0, mean, shape) >= share) return 0;
        double low = 0, high = Math.Max(1, Math.Ceiling(mean));
        while (AtMost(high, mean, shape) < share && high < 1e15) (low, high) = (high, 2 * high);
        while (high - low > 1)
        {
            var middle = Math.Floor((low + high) / 2);
            if (AtMost(middle, mean, shape) < share) low = middle;
            else high = middle;
        }
        return high;
    }
}
