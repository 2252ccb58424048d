using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Observatory.Core.Metrics;
using Observatory.Core.Presentation;
using Observatory.Core.Time;
using Observatory.Web.Filters;

namespace Observatory.Web.Components.Shared;

/// <summary>
/// Everything that decides what a page shows, read from its address and written back to it: range, zone, comparison, filters, and
/// whatever else the page keeps there (<see cref="Get"/>, <see cref="With(string, string?)"/>). Bad values fall back and leave a note.
/// </summary>
public sealed record UrlState
{
    // As the API has it (ParameterReader).
    private const int MaximumValues = 200;
    private const int MaximumLength = 4_096;
    private const int MaximumExtra = 1_024;

    /// <summary>Characters of filters in an address; longer ones are stored and stand there by their id. With all else it stays far below 8 kB.</summary>
    public const int LongestFilter = 1_500;

    private const string StoredKey = "filters";

    private static readonly string[] s_own = ["range", "from", "to", "zone", "compare", "user", "project", "model", "source", "interval", StoredKey];
    private static readonly string[] s_sources = ["transcript", "otlp", "api", "hook", "demo"];

    /// <summary>Of the page, without <see cref="Base"/>.</summary>
    public required string Path { get; init; }
    /// <summary>What stands before the path of every page; most often empty.</summary>
    public string Base { get; init; } = "";
    public RangeChoice Range { get; init; } = RangeChoice.Default;
    /// <summary>Also the usual range has to stand in an address, because this reader gets another one without it.</summary>
    public bool RangeGiven { get; init; }
    public required TimeZoneInfo Zone { get; init; }
    /// <summary>The address names the zone; a link made from this state always does.</summary>
    public bool ZoneGiven { get; init; }
    public bool Compare { get; init; } = true;
    /// <summary>Length of a bar in charts over time; null = as it suits the range.</summary>
    public Interval? Interval { get; init; }
    public MetricsFilter Filter { get; init; } = MetricsFilter.None;
    /// <summary>What of the address was not understood, in plain words.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
    public ImmutableSortedDictionary<string, string> Extra { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Where filters are kept that an address cannot hold; null = nowhere, and addresses hold them all.</summary>
    private StoredFilters? Stored { get; init; }

    public static UrlState Parse(string uri, ReaderState reader)
    {
        var address = new Uri(uri, UriKind.Absolute);
        var query = QueryHelpers.ParseQuery(address.Query);
        var notes = ImmutableArray.CreateBuilder<string>();
        string? One(string name) => query.TryGetValue(name, out var v) && v.Count > 0 ? v[0] : null;
        IReadOnlyList<string> Many(string name) => query.TryGetValue(name, out var v)
            ? [.. v.OfType<string>().Where(x => x.Length is > 0 and <= MaximumLength).Distinct()] : [];

        var zone = One("zone") is { } name ? Api.Zones.Find(name) : null;
        if (!Hosting.ZoneCheck.HasZones) notes.Add($"All times are in UTC. {Hosting.ZoneCheck.Advice}.");
        else if (zone is null && One("zone") is { } bad) notes.Add($"No zone is called “{Formats.Middle(bad)}”; times are in {reader.Zone.Id}.");
        var sources = Many("source");
        if (sources.Any(s => !s_sources.Contains(s))) notes.Add("A source in this address is not known and was left out.");
        var range = ReadRange(One("range"), One("from"), One("to"), notes);
        var named = new MetricsFilter(Many("user"), Many("project"), Many("model"), [.. sources.Where(s_sources.Contains)]);
        var filter = Limited(WithStored(named, One(StoredKey), reader, notes), notes);
        if (IsLong(filter)) reader.StoredFilters?.Keep(filter);
        return new UrlState
        {
            Path = PathOf(address, reader.Base), Base = reader.Base, Range = range ?? reader.Range, RangeGiven = reader.Range != RangeChoice.Default,
            Zone = zone ?? reader.Zone, ZoneGiven = zone is not null, Compare = One("compare") != "off",
            Interval = BarLengths.Read(One("interval")), Notes = notes.ToImmutable(),
            Filter = filter, Stored = reader.StoredFilters,
            Extra = query.Where(q => !s_own.Contains(q.Key) && q.Key.Length <= 32 && q.Value.Count > 0 && q.Value[0]!.Length <= MaximumExtra).Take(16)
                .ToImmutableSortedDictionary(q => q.Key, q => q.Value[0]!),
        };
    }

    /// <summary>A value that belongs to one page: sort, search, measure.</summary>
    public string? Get(string key) => Extra.GetValueOrDefault(key);

    public UrlState With(string key, string? value) => this with { Extra = string.IsNullOrEmpty(value) ? Extra.Remove(key) : Extra.SetItem(key, value) };

    public UrlState WithFilter(string field, string value, bool on)
    {
        IReadOnlyList<string> Set(IReadOnlyList<string> values, string name) =>
            name != field ? values : on ? [.. values.Append(value).Distinct()] : [.. values.Where(v => v != value)];
        return this with
        {
            Filter = new MetricsFilter(Set(Filter.Users, "user"), Set(Filter.Projects, "project"), Set(Filter.Models, "model"), Set(Filter.Sources, "source")),
        };
    }

    public IEnumerable<(string Field, string Value)> Filters() =>
        Filter.Users.Select(v => ("user", v)).Concat(Filter.Projects.Select(v => ("project", v)))
            .Concat(Filter.Models.Select(v => ("model", v))).Concat(Filter.Sources.Select(v => ("source", v)));

    public TimeRange Resolve(DateTimeOffset now) => Range.Resolve(Zone, now);

    /// <summary>New data can still fall into the range.</summary>
    public bool EndsNow(DateTimeOffset now) => Resolve(now).End > now.ToUnixTimeMilliseconds();

    public MetricsQuery ToQuery(DateTimeOffset now) =>
        new() { Range = Resolve(now), Zone = Zone, Filter = Filter, Interval = BarLengths.For(Interval, Resolve(now)) };

    /// <summary>This view of this page, to go to or to send.</summary>
    public string Here => Address(Path, Extra);

    /// <summary>Another page with the same range, zone, comparison and filters.</summary>
    public string Link(string path) => Address(path, ImmutableSortedDictionary<string, string>.Empty);

    /// <summary>An address of the HTTP API that answers for what is on the page, with its own parameters first.</summary>
    public string ToApi(string path, DateTimeOffset now, params (string Key, string? Value)[] more)
    {
        var range = Resolve(now);
        string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return Write(Base + path, [("start", Instant(range.StartTime)), ("end", Instant(range.EndTime)), ("timezone", Zone.Id), .. FilterPairs(), .. more]);
    }

    private string Address(string path, ImmutableSortedDictionary<string, string> extra)
    {
        var pairs = new List<(string, string?)>();
        if (RangeGiven || Range != RangeChoice.Default) pairs.AddRange(Range.ToQuery().Select(p => (p.Key, (string?)p.Value)));
        if (!Compare) pairs.Add(("compare", "off"));
        if (BarLengths.Write(Interval) is { } interval) pairs.Add(("interval", interval));
        pairs.AddRange(FilterPairs());
        foreach (var (key, value) in extra) pairs.Add((key, value));
        // Without anything else to say the address stays bare, and so does the reader's own zone.
        if (ZoneGiven || pairs.Count > 0) pairs.Add(("zone", Zone.Id));
        return Write(Base + path, pairs);
    }

    /// <summary>As <see cref="Here"/>, with range and zone in any case: for whoever sits elsewhere and has kept others.</summary>
    public string Shared => (this with { ZoneGiven = true, RangeGiven = true }).Here;

    private static string PathOf(Uri address, string home)
    {
        var path = address.AbsolutePath;
        return home.Length > 0 && path.StartsWith(home + "/", StringComparison.OrdinalIgnoreCase) ? path[home.Length..] : path;
    }

    private IEnumerable<(string Key, string? Value)> FilterPairs() =>
        Stored is not null && IsLong(Filter) ? [(StoredKey, Stored.Offer(Filter))] : Filters().Select(f => (f.Field, (string?)f.Value));

    private static bool IsLong(MetricsFilter filter)
    {
        var (values, length) = (filter.Users.Concat(filter.Projects).Concat(filter.Models).Concat(filter.Sources), 0);
        foreach (var value in values)
        {
            // With its name, which is at most "project".
            if ((length += Escape(value).Length + 9) > LongestFilter) return true;
        }
        return false;
    }

    private static MetricsFilter WithStored(MetricsFilter named, string? id, ReaderState reader, ImmutableArray<string>.Builder notes)
    {
        if (id is null) return named;
        if (reader.StoredFilters?.Find(id, out var stored) == true) return stored.With(named);
        notes.Add("The filters of this address are not known here any more, so everything is shown. Choose them again.");
        return named;
    }

    private static MetricsFilter Limited(MetricsFilter filter, ImmutableArray<string>.Builder notes)
    {
        if (filter.Users.Count <= MaximumValues && filter.Projects.Count <= MaximumValues && filter.Models.Count <= MaximumValues) return filter;
        notes.Add($"A filter holds {MaximumValues} values; what came after them was left out.");
        return new MetricsFilter(
            [.. filter.Users.Take(MaximumValues)], [.. filter.Projects.Take(MaximumValues)], [.. filter.Models.Take(MaximumValues)], filter.Sources);
    }

    private static string Write(string path, IEnumerable<(string Key, string? Value)> pairs)
    {
        var query = string.Join('&', pairs.Where(p => p.Value is not null).Select(p => $"{p.Key}={Escape(p.Value!)}"));
        return query.Length == 0 ? path : $"{path}?{query}";
    }

    // Zones and paths stay readable: a slash and a colon mean nothing inside a query.
    private static string Escape(string value) =>
        Uri.EscapeDataString(value).Replace("%2F", "/", StringComparison.Ordinal).Replace("%3A", ":", StringComparison.Ordinal);

    // Null = the address says nothing about it.
    private static RangeChoice? ReadRange(string? name, string? from, string? to, ImmutableArray<string>.Builder notes)
    {
        if (from is not null || to is not null)
        {
            if (RangeChoice.Parse(from, to) is { } absolute) return absolute;
            notes.Add("The dates in this address are no range; here are the last 30 days.");
            return RangeChoice.Default;
        }
        if (name is null) return null;
        if (RangeChoice.Named(name) is { } named) return named;
        notes.Add($"No range is called “{Formats.Middle(name)}”; here are the last 30 days.");
        return RangeChoice.Default;
    }
}
