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
