using System.Globalization;

namespace Observatory.Core.Alerts;

/// <summary>Lengths of time as rules and settings write them: <c>30s</c>, <c>5m</c>, <c>2h</c>, <c>1d</c>.</summary>
public static class Durations
{
    private const int MostDigits = 9;

    /// <summary>Null = it is none, or longer than <paramref name="most"/>.</summary>
    public static TimeSpan? Parse(string? text, TimeSpan? most = null)
    {
        if (text is not { Length: > 1 and <= MostDigits } || !long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture,
            out var number)) return null;
        double? seconds = text[^1] switch { 's' => number, 'm' => 60.0 * number, 'h' => 3_600.0 * number, 'd' => 86_400.0 * number, _ => null };
        return seconds <= (most ?? TimeSpan.FromDays(4_000)).TotalSeconds ? TimeSpan.FromSeconds(seconds.Value) : null;
    }

    /// <summary>Of what was checked when it was kept.</summary>
    public static TimeSpan Of(string text) => Parse(text) ?? throw new FormatException($"{text} is no length of time.");

    /// <summary>"5 minutes", "day": goes on after "the last".</summary>
    public static string Last(string text) => Words(text) is var words && words.StartsWith("1 ", StringComparison.Ordinal) ? words[2..] : words;

    /// <summary>"5 minutes", "1 day".</summary>
    public static string Words(string text)
    {
        var number = text[..^1];
        var unit = text[^1] switch { 's' => "second", 'm' => "minute", 'h' => "hour", _ => "day" };
        return number == "1" ? $"1 {unit}" : $"{number} {unit}s";
    }
}
