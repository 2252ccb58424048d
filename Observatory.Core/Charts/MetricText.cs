using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Presentation;

namespace Observatory.Core.Charts;

/// <summary>Values of a metric as a reader sees them.</summary>
public static class MetricText
{
    /// <summary>"12.3 k", "$4.20", "16.3 %", "4.2 s".</summary>
    public static string Of(double? value, MetricDefinition metric, Formats format)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(format);
        if (value is not { } v || !double.IsFinite(v)) return Formats.None;
        return metric.Unit switch
        {
            Units.Usd => format.Money((decimal)v),
            Units.Rate => format.Percent(v * 100),
            Units.Percent => format.Percent(v),
            Units.Seconds => format.Duration(v),
            Units.Milliseconds => format.DurationMs(v),
            _ => Math.Abs(v) < 100 && v != Math.Truncate(v) ? format.Exact(v) : format.Number(v),
        };
    }

    /// <summary>With a sign in front; nothing is no change.</summary>
    public static string WithSign(double value, MetricDefinition metric, Formats format)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(format);
        if (metric.Unit == Units.Rate) return
            $"{(value > 0 ? "+" : value < 0 ? "\u2212" : "")}{format.WithSign(Math.Abs(value) * 100, 1).TrimStart('+')}\u202Fpt";
        var text = Of(Math.Abs(value), metric, format);
        return value > 0 ? $"+{text}" : value < 0 ? $"\u2212{text}" : text;
    }
}
