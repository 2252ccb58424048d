using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Auditing;
using Observatory.Core.Events;
using Observatory.Core.Metrics;
using Observatory.Core.Storage.Letters;
using Observatory.Web.Auditing;

namespace Observatory.Web.Api;

internal static class DeadLettersApi
{
    public static void MapDeadLetters(this RouteGroupBuilder admin)
    {
        var letters = admin.MapGroup("/dead-letters").WithTags("Dead letters");
        letters.MapGet("", ListAsync).WithName("ListDeadLetters")
            .WithSummary("What was refused, newest first, with the reason and the text as far as it is kept.");
        letters.MapPost("/{id}/redrive", RedriveAsync).WithName("RedriveDeadLetter").ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Reads one again. What is taken leaves the list; what is refused again keeps the new reason.");
        letters.MapDelete("/{id}", DiscardAsync).WithName("DiscardDeadLetter").ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Lets one go for good.");
    }

    private static async Task<Results<Ok<DeadLettersAnswer>, ProblemHttpResult>> ListAsync(
        [FromServices] IDeadLetters letters, CancellationToken cancel, [FromQuery, Description("transcript, otlp, api or hook.")] string? source = null,
        [FromQuery, Description("Exactly as in the list.")] string? reason = null, [FromQuery, Description("1 to 200. Default: 200.")] int? limit = null)
    {
        EventSource? from = null;
        if (source is not null)
        {
            if (!SourceNames.All.Contains(source)) return Problems.BadParameter(new BadParameterException("source",
                $"is none of {string.Join(", ", SourceNames.All)}"));
            from = Enum.Parse<EventSource>(source, ignoreCase: true);
        }
        if (limit is < 1 or > DeadLetterQuery.Most) return Problems.BadParameter(new BadParameterException("limit",
            $"is not a whole number from 1 to {DeadLetterQuery.Most}"));
        var page = await letters.ListAsync(new DeadLetterQuery(from, reason, limit ?? DeadLetterQuery.Most), cancel);
        return TypedResults.Ok(new DeadLettersAnswer([.. page.Items.Select(l => new DeadLetterAnswer(l))], page.Total,
            [.. page.Groups.Select(g => new DeadLetterGroupAnswer(SourceNames.Of(g.Source), g.Reason, g.Count))]));
    }

    private static async Task<Results<Ok<RedriveResult>, ProblemHttpResult>> RedriveAsync(
        string id, [FromServices] IDeadLetters letters, [FromServices] Auditor audit, CancellationToken cancel)
    {
        if (await letters.RedriveAsync(id, cancel) is not { } result) return Problems.NotFound("dead letter");
        audit.Record(AuditActions.DeadLetter, $"letter {id}", result.Taken ? "let in" : "refused again");
        return TypedResults.Ok(result);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DiscardAsync(
        string id, [FromServices] IDeadLetters letters, [FromServices] Auditor audit, CancellationToken cancel)
    {
        if (await letters.DiscardAsync([id], cancel) == 0) return Problems.NotFound("dead letter");
        audit.Record(AuditActions.DeadLetter, $"letter {id}", "discarded");
        return TypedResults.NoContent();
    }
}

internal sealed record DeadLettersAnswer(IReadOnlyList<DeadLetterAnswer> Items, long Total, IReadOnlyList<DeadLetterGroupAnswer> Groups);

internal sealed record DeadLetterGroupAnswer(string Source, string Reason, long Count);

internal sealed class DeadLetterAnswer(DeadLetter letter)
{
    public string Id => letter.Id;
    public string Source => SourceNames.Of(letter.Source);
    public string? EventId => letter.EventId;
    public string Reason => letter.Reason;
    public string? Text => letter.Text;
    public string? UserId => letter.User;
    public DateTimeOffset ReceivedAt => letter.ReceivedAt;
    public string? File => letter.File;
    public long? Line => letter.Line;
    /// <summary>Why it cannot be let in again, or null.</summary>
    public string? Stuck => letter.Stuck;
}
