using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Analysis;
using Observatory.Core.Statistics.Anomalies;
using Observatory.Core.Time;
using Observatory.Web.Filters;

namespace Observatory.Web.Api;

/// <summary>Reads the query string of one request. The first bad parameter is the answer.</summary>
internal sealed partial class ParameterReader(HttpRequest request, TimeProvider clock)
{
    public const int MaximumBuckets = 20_000;
    public const int MaximumLimit = 500;
    private const int DefaultLimit = 50;
    private const int DefaultDays = 30;
    private const int MaximumValues = 200;
    private const int MaximumValueLength = 4_096;
    private const int MaximumSearchLength = 256;

    private const int MaximumNameLength = 256;
    private const int FewestMetrics = 2;
    private const int MostMetrics = 12;
    internal const string TagPrefix = "tag.";

    private static readonly string[] s_sources = ["transcript", "otlp", "api", "hook", "demo"];

    public bool TryReadRange([NotNullWhen(true)] out MetricsQuery? query, [NotNullWhen(false)] out ProblemHttpResult? problem) =>
        Try(ReadRange, out query, out problem);

    public bool TryReadList([NotNullWhen(true)] out ConversationListQuery? query, [NotNullWhen(false)] out ProblemHttpResult? problem) =>
        Try(ReadList, out query, out problem);

    public bool TryReadSeries([NotNullWhen(true)] out SeriesQuery? query, [NotNullWhen(false)] out ProblemHttpResult? problem) =>
        Try(ReadSeries, out query, out problem);

    /// <param name="metric">Null = the parameter has to name it.</param>
    public bool TryReadAnalysis(string? metric, [NotNullWhen(true)] out AnalysisQuery? query, [NotNullWhen(false)] out ProblemHttpResult? problem) =>
        Try(() => ReadAnalysis(metric), out query, out problem);

    public bool TryReadCorrelations(
        [NotNullWhen(true)] out IReadOnlyList<string>? metrics, [NotNullWhen(true)] out AnalysisQuery? query,
        [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        query = null;
        return Try(ReadMetrics, out metrics, out problem) && TryReadAnalysis(metrics[0], out query, out problem);
    }

    public bool TryReadAnomalies([NotNullWhen(true)] out AnomaliesQuery? query, [NotNullWhen(false)] out ProblemHttpResult? problem) =>
        Try(ReadAnomalies, out query, out problem);

    public bool TryReadTopics(int otherwise, [NotNullWhen(true)] out MetricsQuery? query, out int limit, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        var asked = otherwise;
        var isRead = Try(
            () =>
            {
                asked = Limit(otherwise);
                var (range, zone) = ReadPeriod();
                return new MetricsQuery { Range = range, Zone = zone, Filter = Filter() };
            },
            out query, out problem);
        limit = asked;
        return isRead;
    }

    private AnomaliesQuery ReadAnomalies()
    {
        var (range, zone) = ReadPeriod();
        CheckBuckets(range, Interval.Hour, "start");
        return new AnomaliesQuery
        {
            Range = range, Zone = zone, Filter = Filter(), Metrics = [.. Many("metric").Distinct(StringComparer.Ordinal)],
            Least = Choice<AnomalySeverity>("severity") ?? AnomalySeverity.Low,
        };
    }

    private AnalysisQuery ReadAnalysis(string? metric)
    {
        var (range, zone) = ReadPeriod();
        var asked = ReadInterval([Interval.Hour, Interval.Day]);
        var interval = asked ?? Intervals.DefaultFor(range);
        CheckBuckets(range, interval, asked is null ? "start" : "interval");
        return new AnalysisQuery { Metric = metric ?? Metric(), Range = range, Zone = zone, Interval = interval, Filter = Filter() };
    }

    private string Metric() => Single("metric") is { Length: > 0 and <= MaximumNameLength } metric
        ? metric : throw new BadParameterException("metric", $"is missing or longer than {MaximumNameLength} characters");

    /// <summary>Names that are parted by commas.</summary>
    private IReadOnlyList<string> ReadMetrics()
    {
        var names = (Single("metrics") ?? "").Split(',', StringSplitOptions.TrimEntries);
        if (names.Length is < FewestMetrics or > MostMetrics || names.Any(n => n.Length is 0 or > MaximumNameLength))
        {
            throw new BadParameterException("metrics", $"is not {FewestMetrics} to {MostMetrics} names parted by commas");
        }
        return names.Distinct(StringComparer.Ordinal).Count() == names.Length ? names : throw new BadParameterException("metrics", "names one twice");
    }

    private SeriesQuery ReadSeries() => ReadSeries(null, null);

    /// <param name="metric">Where none is named; null = the parameter has to name it.</param>
    /// <param name="usual">Where none is named; null = by the length of the range.</param>
    private SeriesQuery ReadSeries(string? metric, Interval? usual)
    {
        var (range, zone) = ReadPeriod();
        var asked = ReadInterval(Intervals.All);
        var interval = asked ?? usual ?? Intervals.DefaultFor(range);
        CheckBuckets(range, interval, asked is null ? "start" : "interval");
        return new SeriesQuery
        {
            Metric = metric is null || Single("metric") is not null ? Metric() : metric, Range = range, Zone = zone, Interval = interval, Filter = Filter(),
            Aggregation = Choice<SeriesAggregation>("aggregation"), Fill = Choice<SeriesFill>("fill") ?? SeriesFill.None,
            Smooth = Single("smooth") is { } smooth ? Smoothing.Parse(smooth) ?? throw new BadParameterException(
                "smooth", "is neither ma and a number of buckets, nor ema and a weight above 0, at most 1") : null,
            Limit = Limit(SeriesQuery.DefaultLimit),
            GroupBy = Single("groupBy") is not { } tag ? null
                : tag.Length is > 0 and <= MaximumNameLength ? tag : throw new BadParameterException("groupBy", "is not the name of a dimension or a tag"),
            Tags = request.Query.Keys.Where(k => k.StartsWith(TagPrefix, StringComparison.Ordinal))
                .ToDictionary(k => k[TagPrefix.Length..], k => (IReadOnlyList<string>)Many(k)),
        };
    }

    private T? Choice<T>(string name) where T : struct, Enum
    {
        if (Single(name) is not { } text) return null;
        return Enum.GetNames<T>().Any(n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) ? Enum.Parse<T>(text, ignoreCase: true)
            : throw new BadParameterException(name, $"is none of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");
    }

    private (TimeRange Range, TimeZoneInfo Zone) ReadPeriod()
    {
        var zone = Single("timezone") is { } name ? Zones.Find(name) ?? throw new BadParameterException("timezone", Zones.WhyUnknown) : TimeZoneInfo.Utc;
        var start = Single("start") is { } first ? Instants.Parse("start", first) : (DateTimeOffset?)null;
        var end = Single("end") is { } last ? Instants.Parse("end", last) : (DateTimeOffset?)null;
        CheckYear("start", start);
        // The range ends before it; the first instant of all has nothing before it.
        CheckYear("end", end > DateTimeOffset.MinValue ? end.Value.AddTicks(-1) : end);
        return (Complete(start, end, zone), zone);
    }

    private MetricsQuery ReadRange()
    {
        var (range, zone) = ReadPeriod();
        var query = new MetricsQuery
        {
            Range = range, Zone = zone, Interval = ReadInterval(Intervals.OfCalendar),
            Filter = Filter(),
        };
        CheckBuckets(range, query.EffectiveInterval, query.Interval is null ? "start" : "interval");
        return query;
    }

    private ConversationListQuery ReadList() => new()
    {
        Metrics = ReadRange(), Search = Search(), Sort = Sort(), Limit = Limit(DefaultLimit),
        Skip = Single("cursor") is { } cursor ? Cursors.Parse(cursor) ?? throw new BadParameterException("cursor", "is not one that this server gave") : 0,
    };

    private TimeRange Complete(DateTimeOffset? start, DateTimeOffset? end, TimeZoneInfo zone)
    {
        var days = new BucketClock(zone);
        var until = end?.ToUnixTimeMilliseconds() ?? days.DayStart(days.DateOf(clock.GetUtcNow().ToUnixTimeMilliseconds()).AddDays(1));
        var from = start?.ToUnixTimeMilliseconds() ?? days.DayStart(days.DateOf(until - 1).AddDays(1 - DefaultDays));
        if (until <= from) throw new BadParameterException(end is null ? "start" : "end", end is null ? "lies after today" : "is not later than start");
        return new TimeRange(from, until);
    }

    private static void CheckYear(string name, DateTimeOffset? value)
    {
        if (value is { Year: < 1970 or > 2100 }) throw new BadParameterException(name, "lies outside the years 1970 to 2100");
    }

    private static void CheckBuckets(TimeRange range, Interval interval, string parameter)
    {
        if (range.Length / Intervals.ShortestLength(interval) > MaximumBuckets)
            throw new BadParameterException(parameter, $"cuts the range into more than {MaximumBuckets:N0} buckets");
    }

    private Interval? ReadInterval(IReadOnlyList<Interval> known)
    {
        if (Single("interval") is not { } name) return null;
        return Intervals.Parse(name) is { } interval && known.Contains(interval)
            ? interval : throw new BadParameterException("interval", $"is none of {string.Join(", ", known.Select(Intervals.NameOf))}");
    }

    private MetricsFilter Filter()
    {
        var named = new MetricsFilter(Many("user"), Many("project"), Many("model"), Sources());
        if (Single("filters") is not { } id) return named;
        return request.HttpContext.RequestServices.GetRequiredService<StoredFilters>().Find(id, out var stored)
            ? stored.With(named) : throw new BadParameterException("filters", "is not known to this server");
    }

    private string[] Sources()
    {
        var sources = Many("source");
        return Array.TrueForAll(sources, s => s_sources.Contains(s))
            ? sources : throw new BadParameterException("source", $"is none of {string.Join(", ", s_sources)}");
    }

    private string? Search()
    {
        var search = Single("search");
        return search is { Length: > MaximumSearchLength } ? throw new BadParameterException("search", $"is longer than {MaximumSearchLength} characters")
            : search;
    }

    private string Sort() => Single("sort") switch
    {
        null => "-lastActivity",
        { } sort when ConversationSorts.Contains(sort) => sort,
        _ => throw new BadParameterException("sort", $"is none of {ConversationSorts.Names}, with or without - in front"),
    };

    private int Limit(int otherwise)
    {
        if (Single("limit") is not { } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaximumLimit
            ? limit : throw new BadParameterException("limit", $"is not a whole number from 1 to {MaximumLimit}");
    }

    private string? Single(string name)
    {
        var values = request.Query[name];
        return values.Count switch
        {
            0 => null,
            1 => values[0] ?? "",
            _ => throw new BadParameterException(name, "is given more than once"),
        };
    }

    private string[] Many(string name)
    {
        var values = request.Query[name];
        if (values.Count > MaximumValues) throw new BadParameterException(name, $"is given more than {MaximumValues} times");
        var all = new string[values.Count];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = values[i] is { Length: > 0 and <= MaximumValueLength } value
                ? value : throw new BadParameterException(name, $"is empty or longer than {MaximumValueLength} characters");
        }
        return all;
    }

    private static bool Try<T>(Func<T> read, [NotNullWhen(true)] out T? value, [NotNullWhen(false)] out ProblemHttpResult? problem) where T : class
    {
        try
        {
            (value, problem) = (read(), null);
            return true;
        }
        catch (BadParameterException bad)
        {
            (value, problem) = (null, Problems.BadParameter(bad));
            return false;
        }
    }
}
