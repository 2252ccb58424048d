using System.Globalization;
using Observatory.Core.Metrics;

namespace Observatory.Core.Exports.Tables;

/// <summary>What a file is asked to hold.</summary>
public sealed record ExportRequest
{
    /// <summary>See <see cref="Datasets.Names"/>.</summary>
    public required string Dataset { get; init; }

    /// <summary>Range, zone and filters.</summary>
    public required MetricsQuery Query { get; init; }

    /// <summary>Of conversations: what their list is searched for, null = all.</summary>
    public string? Search { get; init; }

    /// <summary>Of conversations, as their list has it.</summary>
    public string Sort { get; init; } = "-lastActivity";

    /// <summary>Of conversations: rows of the list that are left out before the first.</summary>
    public int Skip { get; init; }

    /// <summary>Of conversations: rows at most; null = all.</summary>
    public int? Limit { get; init; }

    /// <summary>Of <c>timeseries</c>; of others it is not asked.</summary>
    public SeriesQuery? Series { get; init; }

    /// <summary>Whose marks files for people are written with.</summary>
    public CultureInfo Culture { get; init; } = DefaultCulture;

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>By the names of parameters, also empty ones.</summary>
    public IEnumerable<(string Name, IReadOnlyList<string> Values)> Filters
    {
        get
        {
            var filter = Query.Filter;
            yield return ("user", filter.Users);
            yield return ("project", filter.Projects);
            yield return ("model", filter.Models);
            yield return ("source", filter.Sources);
            if (Search is { Length: > 0 } search) yield return ("search", [search]);
        }
    }

    public static CultureInfo DefaultCulture { get; } = CultureInfo.GetCultureInfo("en-US");

    /// <summary><c>observatory-days-2026-11-01-2026-12-01-Europe_Berlin</c>: dataset, start and end of the range in the zone, zone.</summary>
    public string FileName
    {
        get
        {
            string Day(long at) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(at), Query.Zone)
                .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var zone = Query.Zone.Id.Replace('/', '_');
            return $"observatory-{Dataset}-{Day(Query.Range.Start)}-{Day(Query.Range.End)}-{zone}";
        }
    }
}
