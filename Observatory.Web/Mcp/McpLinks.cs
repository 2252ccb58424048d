using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Observatory.Core.Metrics;
using Observatory.Core.Time;

namespace Observatory.Web.Mcp;

/// <summary>Addresses of pages for the range and filters of a call.</summary>
internal static class McpLinks
{
    public static string Page(string path, McpRange range, MetricsFilter filter)
    {
        var clock = new BucketClock(range.Zone);
        var values = new List<KeyValuePair<string, string?>>
        {
            new("from", clock.DateOf(range.Range.Start).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            new("to", clock.DateOf(range.Range.End - 1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            new("zone", range.Zone.Id),
        };
        foreach (var (name, chosen) in new[] { ("user", filter.Users), ("project", filter.Projects), ("model", filter.Models), ("source", filter.Sources) })
            values.AddRange(chosen.Select(value => new KeyValuePair<string, string?>(name, value)));
        return QueryHelpers.AddQueryString(path, values);
    }

    public static string Conversation(string id) => $"/conversations/{Uri.EscapeDataString(id)}";
}
