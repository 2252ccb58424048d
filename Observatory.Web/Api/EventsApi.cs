using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Web.Ingest;

namespace Observatory.Web.Api;

/// <summary>Where programs send events and values of metrics.</summary>
internal static class EventsApi
{
    private const string Path = "/api/analytics";

    private const string EventExample = """
        { "id": "7f3c", "type": "token_usage", "timestamp": "2026-11-12T09:05:28.918Z", "conversationId": "c-1", "userId": "ada",
          "data": { "inputTokens": 1200, "outputTokens": 340, "cacheCreationTokens": 0, "cacheReadTokens": 9000,
              "model": "claude-opus-5-5", "requestId": "req_1" } }
        """;

    private const string PointExample = """{ "metric": "build.seconds", "timestamp": "2026-11-12T09:05:28Z", "value": 41.5, "tags": { "branch": "main" } }""";

    private const string Forms =
        "One object, an array of them (application/json), or one a line (application/x-ndjson); gzip or br; at most 32 MB and 50,000 items.";

    public static void MapEvents(this WebApplication app)
    {
        app.MapPost($"{Path}/events", PostEventsAsync).TakesEvents().ProducesRefusals().WithTags("Events").WithName("PostEvents")
            .WithSummary("Takes events. Answers 202 when they are durable; the next GET shows them. An id that was seen before is a duplicate, no error.")
            .ReadsBody($"""
                {Forms} Known types: message_sent (messageId, role, messageLength), token_usage (inputTokens, outputTokens, cacheCreationTokens,
                cacheReadTokens, or tokens with type input or output; model, requestId), tool_use (tool, toolUseId, success, durationMs),
                api_error (status, message), conversation_created, conversation_message (messageId, content), user_activity (activity).
                Others are kept and can be counted.
                """, EventExample, ItemIntake.Json, ItemIntake.Lines);
        app.MapPost($"{Path}/timeseries", PostPointsAsync).TakesEvents().ProducesRefusals().WithTags("Time series").WithName("PostTimeSeries")
            .WithSummary("Takes values of a team's own metrics. Answers 202 when they are durable.")
            .ReadsBody($"{Forms} Up to 64 tags a value; a metric may have 1,000 sets of tags. An id is optional: without one the same value of the same "
                + $"instant counts once.",
                PointExample, ItemIntake.Json, ItemIntake.Lines);
    }

    private static Task<Results<Accepted<ItemsAnswer>, ProblemHttpResult>> PostEventsAsync(HttpContext context, [FromServices] ItemIntake intake) =>
        intake.TakeEventsAsync(context);

    private static Task<Results<Accepted<ItemsAnswer>, ProblemHttpResult>> PostPointsAsync(HttpContext context, [FromServices] ItemIntake intake) =>
        intake.TakeMetricsAsync(context);
}
