using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Metrics;

namespace Observatory.Web.Api;

/// <summary>What every analytics endpoint takes. All are strings here, so that a bad one is answered by us and by name.</summary>
internal class RangeParameters
{
    public required HttpRequest Request { get; init; }

    [FromServices]
    public required TimeProvider Clock { get; init; }

    [FromQuery(Name = "start"), Description("First instant, ISO 8601 with offset or Z. Default: 30 calendar days of the zone, today included.")]
    public string? Start { get; init; }

    [FromQuery(Name = "end"),
        Description("First instant after the range, ISO 8601 with offset or Z. May lie in the future. Default: the end of today in the zone.")]
    public string? End { get; init; }

    [FromQuery(Name = "timezone"), Description("IANA zone that cuts the range into days and hours. Default: UTC.")]
    public string? Timezone { get; init; }

    [FromQuery(Name = "user"), Description("User id; may repeat.")]
    public string[] User { get; init; } = [];

    [FromQuery(Name = "project"), Description("Path of a project; may repeat.")]
    public string[] Project { get; init; } = [];

    [FromQuery(Name = "model"), Description("Model id as the source wrote it; may repeat.")]
    public string[] Model { get; init; } = [];

    [FromQuery(Name = "source"), Description("transcript, otlp, api, hook or demo; may repeat.")]
    public string[] Source { get; init; } = [];

    [FromQuery(Name = "filters"), Description("Id of a stored filter, as addresses of pages carry it. What user, project, model and source name is added.")]
    public string? Filters { get; init; }

    /// <summary>False = a parameter is bad, and <paramref name="problem"/> names it.</summary>
    public bool TryRead([NotNullWhen(true)] out MetricsQuery? query, [NotNullWhen(false)] out ProblemHttpResult? problem) =>
        new ParameterReader(Request, Clock).TryReadRange(out query, out problem);
}

internal sealed class DashboardParameters : RangeParameters
{
    [FromQuery(Name = "interval"), Description("1h, 1d, 1w (weeks from Monday) or 1M, of the zone. Default: 1h up to 48 hours, else 1d.")]
    public string? Interval { get; init; }
}

internal sealed class ConversationParameters : RangeParameters
{
    [FromQuery(Name = "search"), Description("Part of a title, an id or a project path.")]
    public string? Search { get; init; }

    [FromQuery(Name = "sort"), Description("A field of the rows, with - in front for descending. Default: -lastActivity.")]
    public string? Sort { get; init; }

    [FromQuery(Name = "limit"), Description("Rows a page, 1 to 500. Default: 50.")]
    public string? Limit { get; init; }

    [FromQuery(Name = "cursor"), Description("nextCursor of the page before.")]
    public string? Cursor { get; init; }

    public bool TryReadList([NotNullWhen(true)] out ConversationListQuery? query, [NotNullWhen(false)] out ProblemHttpResult? problem) =>
        new ParameterReader(Request, Clock).TryReadList(out query, out problem);
}
