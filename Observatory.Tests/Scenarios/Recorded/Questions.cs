using System.Globalization;
using Observatory.Tests.Support;

namespace Observatory.Tests.Scenarios.Recorded;

/// <summary>What is asked over HTTP: routes × ranges × zones × filters × intervals, in a fixed order.</summary>
internal static class Questions
{
    private const string Analytics = "/api/analytics/";

    private static readonly string[] s_zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"];

    private static readonly string[] s_ranged = ["dashboard", "system", "users", "projects", "models", "tools"];

    private static readonly string[] s_tables = ["conversations.csv", "users.csv", "projects.csv", "models.csv", "tools.csv"];

    private static readonly string[] s_sorts =
        ["-cost", "title", "averageResponseTime", "-userEngagement", "-cacheHitRate", "project", "userId", "-activeSeconds"];

    /// <summary>Every name that a question of the made-up data may filter by: some that exist, some that do not.</summary>
    private static readonly string[] s_filters =
    [
        "", "user=ada", "user=bob&user=nobody", "project=/home/ada/src/checkout-api", "project=/srv/%C3%A9t%C3%A9%20%E6%97%A5%E6%9C%AC/app&user=carol",
        "model=claude-opus-5-5&model=acme/unpriced-1", "source=transcript", "source=otlp", "source=hook&source=demo", "project=/nowhere",
    ];

    /// <summary>Of the made-up corpus: whole, ragged at both ends, one day, an hour, both nights on which clocks change, ahead of the clock.</summary>
    private static readonly (string Start, string End)[] s_ranges =
    [
        ("2026-09-28T00:00:00Z", "2026-11-12T00:00:00Z"),
        ("2026-10-03T04:07:31.250Z", "2026-10-29T19:52:03.001Z"),
        ("2026-10-07T22:00:00Z", "2026-10-08T22:00:00Z"),
        ("2026-10-09T10:00:00Z", "2026-10-09T11:00:00Z"),
        ("2026-10-24T22:00:00Z", "2026-11-02T05:00:00Z"),
        ("2026-11-01T00:00:00Z", "2026-12-15T00:00:00Z"),
    ];

    public static IEnumerable<string> OfFixture()
    {
        var all = Range(Text(Fixture.Start), Text(Fixture.End));
        foreach (var zone in s_zones)
        {
            foreach (var interval in new[] { "1h", "1d", "1w", "1M" }) yield return $"{Analytics}dashboard?{all}&timezone={zone}&interval={interval}";
            foreach (var route in s_ranged.Skip(1)) yield return $"{Analytics}{route}?{all}&timezone={zone}";
        }
        foreach (var table in s_tables) yield return $"{Analytics}{table}?{all}";
        foreach (var sort in s_sorts) yield return $"{Analytics}conversations?{all}&limit=20&sort={sort}";
        foreach (var search in new[] { "test", "projects", "%25" }) yield return $"{Analytics}conversations?{all}&search={search}";
        yield return $"{Analytics}dashboard";
        yield return $"{Analytics}users/{Fixture.Owner}?{all}";
    }

    public static IEnumerable<string> OfCorpus(IReadOnlyList<string> conversations)
    {
        for (var range = 0; range < s_ranges.Length; range++)
        {
            for (var filter = 0; filter < s_filters.Length; filter++)
            {
                var zone = s_zones[(range + filter) % s_zones.Length];
                var asked = $"{Range(s_ranges[range].Start, s_ranges[range].End)}&timezone={zone}{(filter == 0 ? "" : "&" + s_filters[filter])}";
                foreach (var route in s_ranged) yield return $"{Analytics}{route}?{asked}";
                if (filter % 3 == 0) yield return $"{Analytics}dashboard?{asked}&interval={(range % 2 == 0 ? "1w" : "1h")}";
                if (filter % 2 == 0) yield return $"{Analytics}conversations?{asked}&limit=30&sort={s_sorts[(range + filter) % s_sorts.Length]}";
                if (filter == 3) yield return $"{Analytics}conversations?{asked}&limit=5&cursor=czU";
            }
        }
        foreach (var table in s_tables) yield return $"{Analytics}{table}?{Range(s_ranges[1].Start, s_ranges[1].End)}";
        var all = Range(s_ranges[0].Start, s_ranges[0].End);
        foreach (var user in new[] { "ada", "bob", "nobody" }) yield return $"{Analytics}users/{user}?{all}&timezone=Europe/Berlin";
        foreach (var id in conversations)
        {
            yield return $"{Analytics}conversations/{id}";
            yield return $"{Analytics}conversations/{id}/timeline";
        }
        yield return $"{Analytics}conversations/{conversations[0]}/turns.csv";
        foreach (var series in OfSeries()) yield return $"{Analytics}timeseries?metric=team.builds&{series}";
    }

    private static IEnumerable<string> OfSeries()
    {
        var range = Range("2026-10-05T00:00:00Z", "2026-10-12T00:00:00Z");
        foreach (var aggregation in new[] { "sum", "avg", "min", "max", "count", "p50", "p95", "p99" })
        {
            yield return $"{range}&interval=1d&timezone=Asia/Kathmandu&aggregation={aggregation}";
        }
        foreach (var fill in new[] { "none", "null", "zero", "previous" }) yield return $"{range}&interval=15m&fill={fill}";
        yield return $"{range}&interval=1h&groupBy=branch";
        yield return $"{range}&interval=1d&groupBy=branch&tag.os=linux&fill=zero";
    }

    private static string Range(string start, string end) => $"start={start}&end={end}";

    private static string Text(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
