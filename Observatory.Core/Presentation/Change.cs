namespace Observatory.Core.Presentation;

public enum ChangeKind
{
    /// <summary>In percent of the period before.</summary>
    Relative,

    /// <summary>As a number: for small counts.</summary>
    Absolute,

    /// <summary>Of a percentage, in points.</summary>
    Points,
}

/// <summary>How a figure moved. Said by arrow and sign; the tint only repeats it, and only where a direction is good or bad.</summary>
/// <param name="Text">"+9.1 %".</param>
/// <param name="Direction">−1, 0, 1.</param>
/// <param name="Tint"><c>good|bad</c> or null.</param>
/// <param name="IsNew">There was nothing before.</param>
public sealed record Change(string Text, int Direction, string? Tint, bool IsNew)
{
    public static Change Between(double? now, double? before, ChangeKind kind, bool? lessIsBetter, Formats format)
    {
        if (now is not { } n || !double.IsFinite(n)) return new Change(Formats.None, 0, null, false);
        if (before is not { } b || !double.IsFinite(b)) return new Change(Formats.None, 0, null, false);
        if (kind == ChangeKind.Relative && b == 0) return n > 0 ? new Change("new", 0, null, true) : new Change(Formats.None, 0, null, false);
        var (text, moved) = kind switch
        {
            ChangeKind.Absolute => (format.WithSign(n - b), n - b),
            ChangeKind.Points => ($"{format.WithSign(n - b, 2)}\u202Fpt", Math.Round(n - b, 2)),
            _ => (format.SignedPercent((n - b) / Math.Abs(b) * 100), Math.Round((n - b) / Math.Abs(b) * 100, 1)),
        };
        var direction = Math.Sign(moved);
        var tint = direction == 0 || lessIsBetter is null ? null : direction < 0 == lessIsBetter ? "good" : "bad";
        return new Change(direction == 0 && kind != ChangeKind.Relative ? "±0" : text, direction, tint, false);
    }
}
