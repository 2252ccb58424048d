using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Core.Metrics.Analysis;
using Observatory.Core.Storage.Readers;
using Observatory.Core.Time;
using Observatory.Web.Identity;

namespace Observatory.Web.Api;

/// <summary>What a reader says of something unusual: it was expected.</summary>
internal static class FeedbackApi
{
    private const string Field = "expected";

    /// <summary>What may be said, as answers and bodies write it.</summary>
    public static IReadOnlyDictionary<string, Expectation> Words { get; } = new Dictionary<string, Expectation>(StringComparer.Ordinal)
    {
        ["once"] = Expectation.Once, ["thisHour"] = Expectation.ThisHour, ["dayOff"] = Expectation.DayOff,
    };

    public static void MapFeedback(this RouteGroupBuilder analytics)
    {
        var feedback = analytics.MapGroup("/anomalies/{id}/feedback").RequireAuthorization(Policies.Edit).AddEndpointFilter(AdminApi.RefuseOtherOrigins)
            .WithTags("Statistics").ProducesProblem(StatusCodes.Status404NotFound);
        feedback.MapPost("", SetAsync).WithName("ExpectAnomaly")
            .WithSummary("Says that something unusual was expected: once, always at this hour of this weekday, or because the day is off.")
            .ReadsBody("How far it is expected: once, thisHour or dayOff.", """{"expected":"once"}""", "application/json");
        feedback.MapDelete("", RemoveAsync).WithName("UnexpectAnomaly").WithSummary("Takes back what was said of it.");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> SetAsync(
        string id, HttpRequest request, [FromServices] AnalyticsEngine analytics, [FromServices] IAnomalyMarks marks, [FromServices] TimeProvider clock,
        CancellationToken cancel,
        [FromQuery(Name = "timezone"), Description("IANA zone whose day is off, where that is said. Default: UTC.")] string? timezone = null)
    {
        if (AnomalyId.Parse(id) is not { } anomaly) return Problems.NotFound("anomaly");
        var zone = timezone is null ? TimeZoneInfo.Utc : Zones.Find(timezone);
        if (zone is null) return Problems.BadParameter(new BadParameterException("timezone", Zones.WhyUnknown));
        var body = await FieldReader.ReadAsync(request, [Field], ["id", "state", "by", "at"], cancel);
        var word = body.Text(Field, 32);
        if (word is not null && !Words.ContainsKey(word)) body.Wrong(Field, $"is none of {string.Join(", ", Words.Keys)}");
        if (!body.IsGood) return body.Problem();
        await marks.SetAsync(new AnomalyMark(id, Words[word!], analytics.Asker.Name, clock.GetUtcNow()), DayOffOf(anomaly, Words[word!], zone), cancel);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(string id, [FromServices] IAnomalyMarks marks, CancellationToken cancel)
    {
        if (AnomalyId.Parse(id) is null) return Problems.NotFound("anomaly");
        await marks.RemoveAsync(id, cancel);
        return TypedResults.NoContent();
    }

    /// <summary>The day that goes onto the list with it; null where none does.</summary>
    public static DayOff? DayOffOf(AnomalyId anomaly, Expectation expected, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(anomaly);
        return expected == Expectation.DayOff ? new DayOff(new BucketClock(zone).DateOf(anomaly.Start), "Day off", zone.Id) : null;
    }
}
