using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Core.Topics;

namespace Observatory.Web.Api;

internal static class TopicsApi
{
    private const int DefaultLimit = 20;

    public static void MapTopics(this RouteGroupBuilder analytics) =>
        analytics.MapGet("/topics", GetAsync).WithTags("Statistics").WithName("ListTopics")
            .WithSummary("Key phrases that set the prompts of the range and filters apart, best first.");

    private static async Task<Results<Ok<IEnumerable<TopicFigures>>, ProblemHttpResult>> GetAsync(
        [AsParameters] TopicParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel) =>
        new ParameterReader(parameters.Request, parameters.Clock).TryReadTopics(DefaultLimit, out var query, out var limit, out var problem)
            ? TypedResults.Ok((await analytics.GetTopicsAsync(query, limit, cancel)).AsEnumerable()) : problem;
}

internal sealed class TopicParameters : RangeParameters
{
    [FromQuery(Name = "limit"), Description("Phrases, 1 to 500. Default: 20.")]
    public string? Limit { get; init; }
}
