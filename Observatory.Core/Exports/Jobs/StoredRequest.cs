using System.Globalization;
using System.Text.Json;
using Observatory.Core.Exports.Tables;
using Observatory.Core.Metrics;
using Observatory.Core.Time;

namespace Observatory.Core.Exports.Jobs;

/// <summary>A request as it is kept. Fields are added, never renamed.</summary>
/// <param name="Start">Unix ms.</param>
/// <param name="End">Unix ms.</param>
internal sealed record StoredRequest(
    long Start, long End, string Zone, string Locale, IReadOnlyList<string> Users, IReadOnlyList<string> Projects, IReadOnlyList<string> Models,
    IReadOnlyList<string> Sources, string? Search = null, string? Sort = null, StoredSeries? Series = null)
{
    public static string Write(ExportRequest request)
    {
        var (query, filter) = (request.Query, request.Query.Filter);
        return JsonSerializer.Serialize(new StoredRequest(
            query.Range.Start, query.Range.End, query.Zone.Id, request.Culture.Name, filter.Users, filter.Projects, filter.Models, filter.Sources,
                request.Search,
            request.Sort, request.Series is { } series ? StoredSeries.Of(series) : null));
    }

    /// <param name="dataset">Of the row.</param>
    /// <param name="text">As it was written.</param>
    /// <param name="askedAt">When it was asked for.</param>
    public static ExportRequest Read(string dataset, string text, DateTimeOffset askedAt)
    {
        var stored = JsonSerializer.Deserialize<StoredRequest>(text) ?? throw new JsonException("An export without a request.");
        var query = new MetricsQuery
        {
            Range = new TimeRange(stored.Start, stored.End), Zone = ZoneOf(stored.Zone),
            Filter = new MetricsFilter(stored.Users, stored.Projects, stored.Models, stored.Sources),
        };
        return new ExportRequest
        {
            Dataset = dataset, Query = query, Search = stored.Search, Sort = stored.Sort ?? "-lastActivity", AskedAt = askedAt,
            Culture = CultureOf(stored.Locale), Series = stored.Series?.For(query),
        };
    }

    /// <summary>A zone may be gone with an update of the system: files of before are still listed.</summary>
    private static TimeZoneInfo ZoneOf(string id) => TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : TimeZoneInfo.Utc;

    private static CultureInfo CultureOf(string name)
    {
        try
        {
            return CultureInfo.GetCultureInfo(name);
        }
        catch (CultureNotFoundException)
        {
            return ExportRequest.DefaultCulture;
        }
    }
}

internal sealed record StoredSeries(string Metric, string Interval, string? Aggregation, string? GroupBy, int Limit, string Fill)
{
    public static StoredSeries Of(SeriesQuery series) =>
        new(series.Metric, Intervals.NameOf(series.Interval), series.Aggregation?.ToString(), series.GroupBy, series.Limit, series.Fill.ToString());

    public SeriesQuery For(MetricsQuery query) => new()
    {
        Metric = Metric, Range = query.Range, Zone = query.Zone, Filter = query.Filter, Interval = Intervals.Parse(Interval) ?? Time.Interval.Day,
            GroupBy = GroupBy,
        Limit = Limit, Fill = Enum.Parse<SeriesFill>(Fill), Aggregation = Aggregation is null ? null : Enum.Parse<SeriesAggregation>(Aggregation),
    };
}
