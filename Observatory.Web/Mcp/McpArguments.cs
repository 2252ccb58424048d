using System.Globalization;
using System.Text.Json;
using Observatory.Core.Metrics;
using Observatory.Core.Time;
using Observatory.Web.Api;

namespace Observatory.Web.Mcp;

/// <summary>An argument is wrong: said to the caller, who can ask again.</summary>
internal sealed class BadArgumentException(string message) : Exception(message);

/// <summary>What a tool was called with. Arguments are texts and numbers.</summary>
internal sealed class McpArguments
{
    private const int Longest = 4_096;

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <exception cref="BadArgumentException">One is not known, or is neither text nor number.</exception>
    public McpArguments(IEnumerable<KeyValuePair<string, JsonElement>>? given, IReadOnlyList<McpArgument> known)
    {
        foreach (var (name, value) in given ?? [])
        {
            if (known.All(a => a.Name != name))
                throw new BadArgumentException($"There is no argument {McpText.Word(name)}. Known: {string.Join(", ", known.Select(a => a.Name))}.");
            if (value.ValueKind == JsonValueKind.Null) continue;
            var text = value.ValueKind switch
            {
                JsonValueKind.String => value.GetString()!.Trim(),
                JsonValueKind.Number => value.GetRawText(),
                _ => throw new BadArgumentException($"{name} is neither a text nor a number."),
            };
            if (text.Length > Longest) throw new BadArgumentException($"{name} is longer than {Longest} characters.");
            if (text.Length > 0) _values[name] = text;
        }
    }

    public string? Text(string name) => _values.GetValueOrDefault(name);

    /// <exception cref="BadArgumentException">It is missing.</exception>
    public string Needed(string name) => Text(name) ?? throw new BadArgumentException($"{name} is missing.");

    /// <exception cref="BadArgumentException">It is no whole number in these limits.</exception>
    public int Number(string name, int otherwise, int least, int most)
    {
        if (Text(name) is not { } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
            : throw new BadArgumentException($"{name} is no whole number from {least} to {most}.");
    }

    /// <exception cref="BadArgumentException">It is none of these.</exception>
    public string? OneOf(string name, params string[] choices) => Text(name) is not { } text ? null
        : choices.Contains(text) ? text : throw new BadArgumentException($"{name} is none of {string.Join(", ", choices)}.");

    public MetricsFilter Filter() => new(One("user"), One("project"), One("model"), One("source"));

    private IReadOnlyList<string> One(string name) => Text(name) is { } value ? [value] : [];

    /// <exception cref="BadArgumentException">There is no such zone.</exception>
    public TimeZoneInfo Zone() => Text("timezone") is not { } name ? TimeZoneInfo.Utc
        : Zones.Find(name) ?? throw new BadArgumentException($"timezone {Zones.WhyUnknown}.");

    /// <summary>The range that is named: <c>today</c>, <c>yesterday</c>, <c>7d</c> = seven days with today, or <c>start/end</c>.</summary>
    /// <exception cref="BadArgumentException">It is none of these.</exception>
    public McpRange Range(string otherwise, DateTimeOffset now)
    {
        var zone = Zone();
        var text = Text("range") ?? otherwise;
        var days = new BucketClock(zone);
        var today = days.DateOf(now.ToUnixTimeMilliseconds());
        if (text == "today") return Of(today, today);
        if (text == "yesterday") return Of(today.AddDays(-1), today.AddDays(-1));
        if (text.EndsWith('d') && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 3_660)
            return Of(today.AddDays(1 - count), today);
        if (text.Split('/') is [var first, var last] && Bound(first, isEnd: false) is { } start && Bound(last, isEnd: true) is { } end && end > start)
            return new McpRange(new TimeRange(start, end), zone, text);
        throw new BadArgumentException("range is none of today, yesterday, 7d, 30d (any number of days), and start/end such as 2026-11-01/2026-11-30.");

        McpRange Of(DateOnly from, DateOnly to) => new(new TimeRange(days.DayStart(from), days.DayStart(to.AddDays(1))), zone, text);

        long? Bound(string word, bool isEnd)
        {
            if (DateOnly.TryParseExact(word, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is >= 1970 and <= 2100)
                return days.DayStart(isEnd ? date.AddDays(1) : date);
            try
            {
                return Instants.Parse("range", word).ToUnixTimeMilliseconds();
            }
            catch (BadParameterException)
            {
                return null;
            }
        }
    }
}

/// <param name="Word">As it was asked for.</param>
internal sealed record McpRange(TimeRange Range, TimeZoneInfo Zone, string Word)
{
    public MetricsQuery Query(MetricsFilter filter) => new() { Range = Range, Zone = Zone, Filter = filter };

    /// <summary>First and last day of it, in the zone.</summary>
    public string Days
    {
        get
        {
            var clock = new BucketClock(Zone);
            var (first, last) = (clock.DateOf(Range.Start), clock.DateOf(Range.End - 1));
            return first == last ? $"{first:yyyy-MM-dd}" : $"{first:yyyy-MM-dd} to {last:yyyy-MM-dd}";
        }
    }
}

/// <summary>One argument of a tool.</summary>
/// <param name="IsNeeded">The tool is an error without it.</param>
internal sealed record McpArgument(string Name, string Description, bool IsNeeded = false);
