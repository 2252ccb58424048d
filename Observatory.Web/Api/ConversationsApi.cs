using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Core.Exports.Conversations;
using Observatory.Core.Exports.Csv;
using Observatory.Core.Exports.Tables;
using Observatory.Core.Metrics;

namespace Observatory.Web.Api;

internal static class ConversationsApi
{
    public static void MapConversations(this RouteGroupBuilder analytics)
    {
        var conversations = analytics.MapGroup("/conversations").WithTags("Conversations");
        conversations.MapGet("", ListAsync).WithName("ListConversations")
            .WithSummary("Conversations with a message in the range, page by page; the figures are those of the whole conversation.");
        conversations.MapGet("/{id}", GetAsync).WithName("GetConversation").ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("One conversation.");
        conversations.MapGet("/{id}/timeline", GetTimelineAsync).WithName("GetConversationTimeline").ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("One conversation as it went: turns, answers, tool calls, sub-agents. Long ones come in pages; a turn that is cut goes on with the "
                + "same number.");
        conversations.MapGet("/{id}/turns.csv", DownloadTurnsAsync).WithName("DownloadConversationTurns").ProducesCsv()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("The turns of one conversation as CSV.");
        conversations.MapGet("/{id}/export", ExportAsync).WithName("ExportConversation").ProducesProblem(StatusCodes.Status404NotFound)
            .Produces<string>(StatusCodes.Status200OK, "text/markdown", "application/x-ndjson")
            .WithSummary("One conversation as a file to read (md) or as lines of JSON (jsonl): texts as far as they are kept.");
        analytics.MapGet("/conversations.csv", DownloadAsync).WithTags("Conversations").WithName("DownloadConversations").ProducesCsv()
            .WithSummary("The same rows as CSV, all of them unless limit is given.");
    }

    private static async Task<Results<Ok<ConversationPage>, ProblemHttpResult>> ListAsync(
        [AsParameters] ConversationParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel)
    {
        if (!parameters.TryReadList(out var query, out var problem)) return problem;
        var page = await analytics.GetConversationsAsync(query, cancel);
        return TypedResults.Ok(page with { NextCursor = Cursors.After(query.Skip, page.Items.Count, page.Total) });
    }

    private static async Task<Results<Ok<ConversationRow>, ProblemHttpResult>> GetAsync(
        string id, [FromServices] AnalyticsEngine analytics, CancellationToken cancel) =>
        await analytics.GetConversationAsync(Segments.Decode(id), cancel) is { } row ? TypedResults.Ok(row) : Problems.NotFound("conversation");

    private static async Task<Results<Ok<TimelinePage>, ProblemHttpResult>> GetTimelineAsync(
        string id, [AsParameters] TimelineParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel)
    {
        if (!parameters.TryRead(out var from, out var limit, out var problem)) return problem;
        return await analytics.GetTimelinePartAsync(Segments.Decode(id), from, limit, cancel) is { } part
            ? TypedResults.Ok(new TimelinePage(part.Timeline.Id, part.Timeline.Turns, TimelineParameters.CursorOf(part.Next)))
                : Problems.NotFound("conversation");
    }

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> DownloadTurnsAsync(
        string id, [FromServices] AnalyticsEngine analytics, CancellationToken cancel) =>
        await analytics.GetTimelineAsync(Segments.Decode(id), cancel) is { } timeline
            ? CsvAnswers.Stream(body => CsvFormat.WriteAsync(timeline.Turns, body, cancel), "turns.csv") : Problems.NotFound("conversation");

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> ExportAsync(
        string id, [AsParameters] ConversationFileParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel)
    {
        if (!new ParameterReader(parameters.Request, parameters.Clock).TryReadConversationFile(out var query, out var format, out var problem)) return problem;
        id = Segments.Decode(id);
        if (await analytics.GetConversationAsync(id, cancel) is not { } row || await analytics.GetTimelineAsync(id, cancel) is not { } timeline)
            return Problems.NotFound("conversation");
        return TypedResults.Stream(
            body => ConversationFiles.WriteAsync(format, row, timeline, query.Zone, body, cancel), ConversationFiles.ContentTypeOf(format),
            ConversationFiles.NameOf(id, format));
    }

    private static Task<IResult> DownloadAsync(
        [AsParameters] ConversationParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel) =>
        CsvAnswers.DownloadAsync(Datasets.Conversations, parameters, analytics, cancel);
}
