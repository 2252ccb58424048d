namespace Observatory.Core.Charts;

/// <summary>A value axis from 0: round steps, the top one not below the largest value.</summary>
/// <param name="Max">Value of the top line.</param>
/// <param name="Steps">Lines above zero, at equal distances.</param>
public sealed record ChartScale(double Max, int Steps)
{
    /// <summary>Below a chart of this height there are fewer lines, px.</summary>
    private const int LowChart = 200;

    private static readonly double[] s_round = [1, 2, 2.5, 4, 5, 10];

    /// <summary>Of values that are hidden one by one: the scales from the largest value down to a thousandth of it, in ascending order.</summary>
    private const double Shrink = 0.93;
    private const double Least = 0.001;

    /// <summary>Values of the lines, zero first.</summary>
    public IReadOnlyList<double> Ticks => [.. Enumerable.Range(0, Steps + 1).Select(i => Max * i / Steps)];

    /// <summary>Lines that a chart of a height has room for.</summary>
    public static int MostFor(int height) => height < LowChart ? 2 : 4;

    /// <param name="largest">Of what is drawn; sums where it is stacked.</param>
    /// <param name="unit">See <see cref="ChartUnits"/>: what is counted has no fractions.</param>
    /// <param name="most">Steps above zero, or one more where that leaves less of the height empty.</param>
    public static ChartScale For(double largest, string unit, int most)
    {
        if (!(largest > 0)) return new ChartScale(1, 1);
        var (usual, finer) = (Stepped(largest, unit, most), Stepped(largest, unit, most + 1));
        return finer.Max < usual.Max ? finer : usual;
    }

    /// <summary>For a chart whose reader may hide series: whoever draws takes the first that is not below what is left.</summary>
    public static IReadOnlyList<ChartScale> Ladder(double largest, string unit, int most)
    {
        var scales = new SortedDictionary<double, ChartScale>();
        for (var value = largest; value > 0 && value >= largest * Least; value *= Shrink)
        {
            var scale = For(value, unit, most);
            scales.TryAdd(scale.Max, scale);
        }
        return scales.Count == 0 ? [For(0, unit, most)] : [.. scales.Values];
    }

    private static ChartScale Stepped(double largest, string unit, int most)
    {
        var rough = largest / most;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = s_round.Select(f => f * power).FirstOrDefault(s => s >= rough, 10 * power);
        if (unit == ChartUnits.Count) step = Math.Max(1, Math.Ceiling(step));
        var steps = Math.Max(1, (int)Math.Ceiling(largest / step - 1e-9));
        return new ChartScale(step * steps, steps);
    }
}
