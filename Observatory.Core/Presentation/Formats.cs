using System.Globalization;

namespace Observatory.Core.Presentation;

/// <summary>
/// Every number and date that a reader sees, in the reader's locale. Unknown is "—", never 0. A narrow no-break space stands between
/// number and unit, so that no figure wraps. <c>js/format.js</c> holds the same rules for charts; its marks come from <see cref="Marks"/>.
/// </summary>
public sealed class Formats(CultureInfo culture)
{
    public const string None = "—";
    private const char Thin = '\u202F';
    private const char Minus = '\u2212';

    private static readonly (double Size, string Unit)[] s_sizes = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")];

    /// <summary>Of the reader, with the marks that go with Latin digits.</summary>
    public CultureInfo Culture { get; } = NumberMarks.ForLatinDigits(culture);

    public NumberMarks Marks => field ??= NumberMarks.Of(Culture);

    /// <summary>1,234 · 12.3 k · 4.56 M.</summary>
    public string Number(double? value) => Join(Parts(value));

    /// <summary>1,234,567.</summary>
    public string Exact(double? value) => value is { } v ? v.ToString(v == Math.Truncate(v) ? "N0" : "#,0.##", Culture) : None;

    /// <summary>Figure and unit apart, for tiles that write the unit smaller.</summary>
    public (string Value, string? Unit) Parts(double? value)
    {
        if (value is not { } v || !double.IsFinite(v)) return (None, null);
        var size = Math.Abs(v);
        if (size < 9_999.5) return (Text(v, 0), null);
        foreach (var (unit, name) in s_sizes)
        {
            // From where the next smaller unit would round up to 1,000.
            if (size < unit * 0.99995) continue;
            var scaled = v / unit;
            return (Text(scaled, Math.Abs(scaled) < 9.995 ? 2 : 1), name);
        }
        return (Text(v, 0), null);
    }

    /// <summary>$0.042 · $12.34 · $1,234.</summary>
    public string Money(decimal? usd)
    {
        if (usd is not { } v) return None;
        var size = Math.Abs(v);
        var sign = v < 0 ? Minus.ToString() : "";
        if (size == 0) return "$0";
        if (size < 0.0005m) return $"{sign}<${0.001m.ToString("N3", Culture)}";
        return $"{sign}${Text((double)size, size < 0.0995m ? 3 : size < 999.995m ? 2 : 0)}";
    }

    public string ExactMoney(decimal? usd) => usd is { } v ? $"{(v < 0 ? Minus.ToString() : "")}${Math.Abs(v).ToString("#,0.00####", Culture)}" : None;

    /// <summary>840 ms · 4.2 s · 48 s · 3 min 10 s · 2 h 5 min · 3 d 4 h.</summary>
    public string Duration(double? seconds)
    {
        if (seconds is not { } s || !double.IsFinite(s)) return None;
        if (s < 0) s = 0;
        if (s < 0.9995) return $"{Text(s * 1000, 0)}{Thin}ms";
        if (s < 9.95) return $"{Text(s, 1)}{Thin}s";
        if (s < 59.5) return $"{Text(s, 0)}{Thin}s";
        var whole = (long)Math.Round(s, MidpointRounding.AwayFromZero);
        if (whole < 3_600) return Two(whole / 60, "min", whole % 60, "s");
        var minutes = (long)Math.Round(s / 60, MidpointRounding.AwayFromZero);
        if (minutes < 24 * 60) return Two(minutes / 60, "h", minutes % 60, "min");
        var hours = (long)Math.Round(s / 3_600, MidpointRounding.AwayFromZero);
        return Two(hours / 24, "d", hours % 24, "h");
    }

    /// <summary>At a line of an axis: no more digits than the step needs, zero without a unit.</summary>
    /// <param name="unit"><c>count|usd|seconds|ms|percent</c>.</param>
    public string Axis(double value, string unit) => unit switch
    {
        "usd" => AxisMoney(value),
        "seconds" => AxisDuration(value),
        "ms" => AxisDuration(value / 1000),
        "percent" => $"{Digits(value, 0, 1)}{Thin}%",
        _ => AxisCount(value),
    };

    private string AxisCount(double value)
    {
        var size = Math.Abs(value);
        if (size < 1_000) return Digits(size < 0.005 ? 0 : value, 0, 2);
        foreach (var (unit, name) in s_sizes)
        {
            if (size < unit * 0.99995) continue;
            var scaled = value / unit;
            return $"{Digits(scaled, 0, Math.Abs(scaled) < 9.995 ? 2 : 1)}{Thin}{name}";
        }
        return Digits(value, 0, 0);
    }

    private string AxisMoney(double value)
    {
        var size = Math.Abs(value);
        var sign = value < 0 ? Minus.ToString() : "";
        if (size == 0) return "0";
        if (size >= 1_000) return $"{sign}${AxisCount(size)}";
        if (size < 0.0005) return $"{sign}<${Digits(0.001, 3, 3)}";
        var digits = size < 0.0995 ? 3 : size < 999.995 ? 2 : 0;
        return $"{sign}${Digits(size, size == Math.Truncate(size) ? 0 : digits, digits)}";
    }

    private string AxisDuration(double seconds) => seconds switch
    {
        <= 0 => "0",
        >= 0.9995 and < 9.95 => $"{Digits(seconds, 0, 1)}{Thin}s",
        _ => Duration(seconds),
    };

    private string Digits(double value, int least, int most) =>
        (Math.Round(value, most, MidpointRounding.AwayFromZero) + 0.0).ToString("#,0." + new string('0', least) + new string('#', most - least), Culture);

    public string DurationMs(double? milliseconds) => Duration(milliseconds / 1000);

    /// <param name="percent">0–100.</param>
    public string Percent(double? percent, int decimals = 1) =>
        percent is { } p && double.IsFinite(p) ? $"{Text(p, decimals)}{Thin}%" : None;

    /// <summary>Of a whole, 0–1: what is there is never written as nothing, and what is missing never as all.</summary>
    public string Share(double? share) => share switch
    {
        > 0 and < 0.0005 => $"<{Percent(0.1)}",
        >= 0.9995 and < 1 => $">{Percent(99.9)}",
        _ => Percent(share * 100),
    };

    /// <summary>1,234 B · 12.3 kB · 4.56 MB.</summary>
    public string Bytes(double? bytes)
    {
        var (value, unit) = Parts(bytes);
        return bytes is null ? None : unit == "B" ? $"{value}{Thin}GB" : $"{value}{Thin}{unit}B";
    }

    /// <summary>+9.1 % with a real minus sign; from 0 there is no percentage.</summary>
    public string SignedPercent(double percent)
    {
        var rounded = Math.Round(percent, Math.Abs(percent) < 999.95 ? 1 : 0);
        return rounded == 0 ? $"0{Thin}%" : $"{Sign(rounded)}{Math.Abs(rounded).ToString(Math.Abs(rounded) < 1_000 ? "N1" : "N0", Culture)}{Thin}%";
    }

    public string WithSign(double value, int decimals = 0) =>
        $"{Sign(Math.Round(value, decimals))}{Math.Abs(value).ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), Culture)}";

    /// <summary>Wed 18 Nov, with the year where it is not this one.</summary>
    public string Day(DateTimeOffset instant, TimeZoneInfo zone, DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(instant, zone);
        return $"{local.ToString("ddd", Culture)} {Date(DateOnly.FromDateTime(local.DateTime), Today(zone, now))}";
    }

    /// <summary>18 Nov, or 18 Nov 2025.</summary>
    public string Date(DateOnly date, DateOnly today)
    {
        var pattern = Culture.DateTimeFormat.MonthDayPattern.Replace("MMMM", "MMM", StringComparison.Ordinal);
        var text = date.ToString(pattern, Culture);
        return Apart(date.Year == today.Year ? text : $"{text} {date.Year.ToString(CultureInfo.InvariantCulture)}");
    }

    /// <summary>November 2026.</summary>
    public string Month(DateOnly date) =>
        $"{date.ToString("MMMM", Culture)} {date.Year.ToString(CultureInfo.InvariantCulture)}";

    public string Time(DateTimeOffset instant, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(instant, zone).ToString("t", Culture);

    /// <summary>13:00 or 1:00 PM; the hour of midnight stands at both ends of a day.</summary>
    public string Hour(int hour) => new TimeOnly(hour % 24, 0).ToString("t", Culture);

    /// <summary>Today 13:50 · Yesterday 09:12 · Wed 18 Nov.</summary>
    public string Recent(DateTimeOffset instant, TimeZoneInfo zone, DateTimeOffset now)
    {
        var days = Today(zone, now).DayNumber - Today(zone, instant).DayNumber;
        return days switch
        {
            0 => $"Today {Time(instant, zone)}",
            1 => $"Yesterday {Time(instant, zone)}",
            _ => Day(instant, zone, now),
        };
    }

    /// <summary>Today 13:50 · Yesterday · Wed 18 Nov: where a line is short.</summary>
    public string RecentDay(DateTimeOffset instant, TimeZoneInfo zone, DateTimeOffset now) =>
        Today(zone, now).DayNumber - Today(zone, instant).DayNumber == 1 ? "Yesterday" : Recent(instant, zone, now);

    /// <summary>Wed 18 Nov 13:50:07, for tooltips.</summary>
    public string Instant(DateTimeOffset instant, TimeZoneInfo zone, DateTimeOffset now) =>
        $"{Day(instant, zone, now)} {TimeZoneInfo.ConvertTime(instant, zone).ToString("T", Culture)} {zone.Id}";

    /// <summary>25 Oct – 23 Nov; one day has no dash.</summary>
    public string Dates(DateOnly first, DateOnly last, DateOnly today) => first == last ? Date(first, today) : $"{Date(first, today)} – {Date(last, today)}";

    public static DateOnly Today(TimeZoneInfo zone, DateTimeOffset now) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);

    /// <summary>1 file · 24 files.</summary>
    public string Plural(long count, string one, string? many = null) => $"{Number(count)} {(count == 1 ? one : many ?? one + "s")}";

    /// <summary>Middle-cut, for ids and paths.</summary>
    public static string Middle(string text, int length = 24) =>
        text.Length <= length ? text : $"{text[..(length / 2 - 1)]}…{text[^(length / 2)..]}";

    // Halves go up, as js/format.js has it; .NET's own formats take the even neighbour. Plus zero: it writes a small negative as "-0".
    private string Text(double value, int digits) =>
        (Math.Round(value, digits, MidpointRounding.AwayFromZero) + 0.0).ToString(digits switch { 0 => "N0", 1 => "N1", 2 => "N2", _ => "N3" }, Culture);

    // In an English sentence a date that is written from the right keeps its order when it stands in an isolate of its own.
    private string Apart(string text) => Culture.TextInfo.IsRightToLeft ? $"\u2068{text}\u2069" : text;

    private string Two(long large, string largeUnit, long small, string smallUnit) => small == 0
        ? $"{large.ToString("N0", Culture)}{Thin}{largeUnit}"
        : $"{large.ToString("N0", Culture)}{Thin}{largeUnit} {small.ToString("N0", Culture)}{Thin}{smallUnit}";

    private static string Join((string Value, string? Unit) parts) => parts.Unit is null ? parts.Value : $"{parts.Value}{Thin}{parts.Unit}";

    private static string Sign(double value) => value > 0 ? "+" : value < 0 ? Minus.ToString() : "";
}
