using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Auditing;
using Observatory.Core.Storage.Aliases;
using Observatory.Web.Auditing;

namespace Observatory.Web.Api;

internal static class AliasesApi
{
    public static void MapAliases(this RouteGroupBuilder admin)
    {
        var aliases = admin.MapGroup("/aliases").WithTags("Aliases");
        aliases.MapGet("", ListAsync).WithName("ListAliases").WithSummary("Names of users that are shown as another name.");
        aliases.MapPost("", MergeAsync).WithName("MergeUsers").WithSummary("Shows one user's figures under another name, everywhere and at once.");
        aliases.MapDelete("/{name}", UndoAsync).WithName("UndoMerge").ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Lets a name stand for itself again.");
    }

    private static async Task<Ok<IEnumerable<Alias>>> ListAsync([FromServices] IAliases aliases, CancellationToken cancel) =>
        TypedResults.Ok((await aliases.ListAsync(cancel)).AsEnumerable());

    private static async Task<Results<NoContent, ProblemHttpResult>> MergeAsync(
        [FromBody] Merge merge, [FromServices] IAliases aliases, [FromServices] Auditor audit, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(merge.Name)) return Problems.BadParameter(new BadParameterException("name", "is missing"));
        if (string.IsNullOrEmpty(merge.Into)) return Problems.BadParameter(new BadParameterException("into", "is missing"));
        if (await aliases.MergeAsync(merge.Name, merge.Into, cancel) is { } problem)
            return TypedResults.Problem(problem, statusCode: StatusCodes.Status400BadRequest);
        audit.Record(AuditActions.AliasChanged, merge.Name, $"shown as {merge.Into}");
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> UndoAsync(
        string name, [FromServices] IAliases aliases, [FromServices] Auditor audit, CancellationToken cancel)
    {
        if (!await aliases.UndoAsync(Segments.Decode(name), cancel)) return Problems.NotFound("alias");
        audit.Record(AuditActions.AliasChanged, Segments.Decode(name), "stands for itself again");
        return TypedResults.NoContent();
    }
}

internal sealed class Merge
{
    [Description("The user id that is replaced.")]
    public string? Name { get; init; }

    [Description("The user id that is shown.")]
    public string? Into { get; init; }
}
