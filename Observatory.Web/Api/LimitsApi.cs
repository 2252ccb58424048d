using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Core.Metrics.Live;
using Observatory.Core.Storage.Readers;

namespace Observatory.Web.Api;

/// <summary>Quotas of subscriptions, as status lines report them.</summary>
internal static class LimitsApi
{
    public static void MapLimits(this RouteGroupBuilder analytics)
    {
        var limits = analytics.MapGroup("/limits").WithTags("Limits");
        limits.MapGet("", GetAsync).WithName("GetLimits")
            .WithSummary("Every window of a quota that a status line reported: how much is used, when it resets, and where it leads.");
        limits.MapPlan();
        limits.MapGet("/history", HistoryAsync).WithName("GetLimitHistory").WithSummary("What status lines said of a window, in order.");
    }

    private static async Task<Ok<LimitsAnswer>> GetAsync(
        [FromServices] AnalyticsEngine analytics, [FromServices] IPlans plans, [FromServices] TimeProvider clock, CancellationToken cancel,
        [FromQuery, Description("User id; may repeat.")] string[]? user = null) => TypedResults.Ok(new LimitsAnswer(
            [.. (await analytics.GetLimitsAsync(user ?? [], cancel)).Select(w => new LimitAnswer(w))], PlanAnswer.Of(await plans.ReadAsync(cancel), clock)));

    private static async Task<Results<Ok<LimitHistory>, ProblemHttpResult>> HistoryAsync(
        [AsParameters] RangeParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel,
        [Description("Id of a window, as /limits names it. Default: five_hour.")] string? window = null)
    {
        if (!parameters.TryRead(out var query, out var problem)) return problem;
        var points = await analytics.GetLimitHistoryAsync(window ?? "five_hour", query.Range, query.Filter.Users, cancel);
        return TypedResults.Ok(new LimitHistory([.. points.Select(p => new LimitPointAnswer(p))]));
    }
}

/// <param name="Plan">Of today.</param>
internal sealed record LimitsAnswer(IReadOnlyList<LimitAnswer> Windows, PlanAnswer Plan);

/// <summary>What nobody reported is left out.</summary>
internal sealed class LimitAnswer(LimitWindow window)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? User => window.User;
    public string Id => window.Id;
    public string Title => window.Title;
    public double UsedPercent => window.UsedPercent;
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ResetsAt => window.ResetsAt;
    public DateTimeOffset ObservedAt => window.ObservedAt;
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? PacePercent => window.PacePercent;
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ForecastAtReset => window.ForecastAtReset;
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? FullAt => window.FullAt;
    public IReadOnlyList<DateTimeOffset> ResetsSeen => window.ResetsSeen;
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PercentWorth? PerPercent => window.PerPercent;
}

/// <param name="Items">In order of time.</param>
internal sealed record LimitHistory(IReadOnlyList<LimitPointAnswer> Items);

internal sealed class LimitPointAnswer(LimitPoint point)
{
    public DateTimeOffset Timestamp => point.Timestamp;
    public double UsedPercent => point.UsedPercent;
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ResetsAt => point.ResetsAt;
}
