using System.Globalization;
using System.Text;

namespace Observatory.Core.Presentation;

/// <summary>Paths in a box of 128 × 24 with 2 px of air. A sparkline costs the browser nothing but its drawing.</summary>
public static class SparkPath
{
    private const double Width = 128;
    private const double Bottom = 22;
    private const double Top = 2;

    public static string Line(IReadOnlyList<double?> values, double most)
    {
        var path = new StringBuilder();
        var pen = false;
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is not { } value)
            {
                pen = false;
                continue;
            }
            Append(path, pen ? 'L' : 'M', X(i, values.Count), Y(value, most));
            // A lone point between gaps shows as a dot.
            if (!pen && (i + 1 == values.Count || values[i + 1] is null)) Append(path, 'L', X(i, values.Count) + 0.5, Y(value, most));
            pen = true;
        }
        return path.ToString();
    }

    public static string Area(IReadOnlyList<double?> values, double most)
    {
        var path = new StringBuilder();
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is null) continue;
            Append(path, 'M', X(i, values.Count), 24);
            var last = i;
            for (; i < values.Count && values[i] is { } value; last = i, i++) Append(path, 'L', X(i, values.Count), Y(value, most));
            Append(path, 'L', X(last, values.Count), 24);
            path.Append('Z');
        }
        return path.ToString();
    }

    private static double X(int index, int count) => Width * index / Math.Max(1, count - 1);

    private static double Y(double value, double most) => Bottom - Math.Clamp(value / most, 0, 1) * (Bottom - Top);

    private static void Append(StringBuilder path, char command, double x, double y) =>
        path.Append(command).Append(x.ToString("0.#", CultureInfo.InvariantCulture)).Append(' ').Append(y.ToString("0.#", CultureInfo.InvariantCulture));
}
