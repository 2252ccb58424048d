using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Ingestion.Uploads;
using Observatory.Web.Ingest;

namespace Observatory.Web.Api;

/// <summary>What Claude Code itself sends: hooks and the status line; and transcripts of other machines.</summary>
internal static class ClaudeCodeApi
{
    private const string Path = "/api/claude-code";

    private const string HookExample =
        """{ "hook_event_name": "UserPromptSubmit", "session_id": "5f0e", "prompt_id": "p-1", "cwd": "/home/ada/shop", "prompt": "Move the e-mail test" }""";

    private const string StatuslineExample = """
        { "session_id": "5f0e", "cwd": "/home/ada/shop", "model": { "id": "claude-opus-5-5" }, "cost": { "total_cost_usd": 1.25 },
          "rate_limits": { "five_hour": { "used_percentage": 41.5, "resets_at": 1793523600 } } }
        """;

    public static void MapClaudeCode(this WebApplication app)
    {
        app.MapPost($"{Path}/hook", TakeHookAsync).TakesEvents().AnswersNothing().WithTags("Claude Code").WithName("PostHook")
            .WithSummary("Takes Claude Code's HTTP hooks. With a valid key always 204 with an empty body, at once: anything else would disturb the client.")
            .ReadsBody("The hook's JSON as Claude Code sends it.", HookExample, "application/json");
        app.MapPost($"{Path}/statusline", TakeStatuslineAsync).TakesEvents().AnswersNothing().WithTags("Claude Code").WithName("PostStatusline")
            .WithSummary("Takes the JSON that Claude Code gives to its status line: the 5-hour and 7-day quota windows, cost and context of a session. "
                + "Answers as hooks are answered.")
            .ReadsBody("The status line's JSON as Claude Code gives it.", StatuslineExample, "application/json");
        app.MapPost($"{Path}/transcripts", TakeTranscriptsAsync).TakesEvents().ProducesRefusals().WithTags("Claude Code").WithName("PostTranscripts")
            .WithSummary("Takes transcripts of another machine. Answers 200 when all of them are durable; what is uploaded twice counts once.")
            .ReadsBody("A transcript (.jsonl), or a .zip or .tar.zst of a projects folder, as the body or as the files of a form; told apart by content. Up "
                + "to 2 GB: the limit of 32 MB does not apply here.",
                null, "application/octet-stream", "application/x-ndjson", "application/zip", "application/zstd", "multipart/form-data");
    }

    private static async Task<Results<NoContent, ContentHttpResult>> TakeHookAsync(
        HttpContext context, [FromServices] ClientIntake intake,
            [FromQuery(Name = "user"), Description("Whose hooks they are; they do not say so themselves.")] string? user = null) =>
        // A word to the client only where the settings want it, and a budget is used up.
        await intake.TakeHookAsync(context, user) is { } answer ? TypedResults.Content(answer, "application/json") : TypedResults.NoContent();

    private static async Task<NoContent> TakeStatuslineAsync(
        HttpContext context, [FromServices] ClientIntake intake,
            [FromQuery(Name = "user"), Description("Whose status line it is; it does not say so itself.")] string? user = null)
    {
        await intake.TakeStatuslineAsync(context, user);
        return TypedResults.NoContent();
    }

    private static Task<Results<Ok<UploadResult>, ProblemHttpResult>> TakeTranscriptsAsync(
        HttpContext context, [FromServices] UploadIntake intake, [FromQuery(Name = "owner"), Description("Whose transcripts they are.")] string? owner = null,
        [FromQuery(Name = "name"), Description("Name of the file where the body is one transcript: SESSION.jsonl.")] string? name = null) =>
        intake.TakeAsync(context, owner, name);

    /// <summary>No body, whatever the status: the client would take one for a word to it.</summary>
    private static RouteHandlerBuilder AnswersNothing(this RouteHandlerBuilder endpoint) => endpoint
        .WithMetadata(new NoStatusPage(), new IgnoresUnknownParameters()).Produces(StatusCodes.Status401Unauthorized).Produces(StatusCodes.Status403Forbidden);

    private sealed class NoStatusPage : ISkipStatusCodePagesMetadata;
}
