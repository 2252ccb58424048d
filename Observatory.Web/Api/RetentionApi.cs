using System.ComponentModel;
using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Auditing;
using Observatory.Core.Retention;
using Observatory.Web.Auditing;

namespace Observatory.Web.Api;

/// <summary>How long things are kept, what would go, and what went.</summary>
internal static class RetentionApi
{
    public static void MapRetention(this RouteGroupBuilder admin)
    {
        var retention = admin.MapGroup("/retention").WithTags("Retention");
        retention.MapGet("", GetAsync).WithName("GetRetention").WithSummary("Policies, holds and the schedule, as they hold now.");
        retention.MapPut("", PutAsync).WithName("PutRetention")
            .WithSummary("Changes them. What keeps less than before waits for 72 hours and can be taken back until then.");
        retention.MapPost("/preview", PreviewAsync).WithName("PreviewRetention")
            .WithSummary("What would go now, to the row. The plan can be run within the hour.");
        retention.MapPost("/run", RunAsync).WithName("RunRetention").ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status410Gone)
            .WithSummary("Deletes exactly the rows of a plan, once.");
        retention.MapGet("/runs", ListAsync).WithName("ListRetentionRuns").WithSummary("Runs, newest first.");
        retention.MapGet("/runs/{id}", FindAsync).WithName("GetRetentionRun").ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("How far a run is.");
        Map("pause", (runs, id, cancel) => runs.PauseAsync(id, cancel), "Stops a run; it can go on later.");
        Map("resume", (runs, id, cancel) => runs.ResumeAsync(id, cancel), "Lets a paused run go on.");
        Map("cancel", (runs, id, cancel) => runs.CancelAsync(id, cancel), "Ends a run; what is gone stays gone.");
        admin.MapGet("/storage", StorageAsync).WithTags("Retention").WithName("GetStorage").WithSummary("What takes how much of the disk, and how it grows.");

        void Map(string verb, Func<RetentionRuns, int, CancellationToken, Task<bool?>> change, string summary) =>
            retention.MapPost($"/runs/{{id}}/{verb}", async Task<Results<Accepted<RunAnswer>, ProblemHttpResult>> (
                    string id, [FromServices] RetentionRuns runs, [FromServices] Auditor audit, CancellationToken cancel) =>
                {
                    if (await change(runs, NumberOf(id), cancel) is not { } isDone) return Problems.NotFound("run");
                    if (!isDone) return TypedResults.Problem($"The run is in no state to {verb} it.", statusCode: StatusCodes.Status409Conflict);
                    audit.Record(AuditActions.RetentionRun, $"run {NumberOf(id)}", verb);
                    return TypedResults.Accepted((string?)null, new RunAnswer(NumberOf(id)));
                })
                .WithName($"{char.ToUpperInvariant(verb[0])}{verb[1..]}RetentionRun").ProducesProblem(StatusCodes.Status404NotFound)
                .ProducesProblem(StatusCodes.Status409Conflict).WithSummary(summary);
    }

    private static async Task<Ok<RetentionSettings>> GetAsync([FromServices] RetentionPolicies policies, CancellationToken cancel) =>
        TypedResults.Ok(await policies.GetAsync(cancel));

    private static async Task<Results<Ok<RetentionSettings>, ProblemHttpResult>> PutAsync(
        [FromBody] RetentionBody body, [FromServices] RetentionPolicies policies, [FromServices] Auditor audit, CancellationToken cancel,
        [Description("What keeps less holds at once.")] bool now = false, [Description("Why: wanted with now=true.")] string? reason = null)
    {
        if (now && string.IsNullOrWhiteSpace(reason)) return Problems.BadParameter(new BadParameterException("reason", "is missing: now=true skips the wait"));
        try
        {
            var before = await policies.GetAsync(cancel);
            var held = await policies.PutAsync(body.Over(before), now, cancel);
            var changes = AuditTargets.Changes(before, held);
            audit.Record(AuditActions.SettingChanged, "retention", now ? $"{changes}; at once: {reason}" : changes);
            return TypedResults.Ok(held);
        }
        catch (BadRetentionException bad)
        {
            return Problems.BadParameter(new BadParameterException(bad.Name, bad.Message[(bad.Name.Length + 1)..^1]));
        }
    }

    private static async Task<Ok<RetentionPreview>> PreviewAsync([FromServices] RetentionRuns runs, CancellationToken cancel) =>
        TypedResults.Ok(await runs.PreviewAsync(cancel));

    private static async Task<Results<Accepted<RunAnswer>, ProblemHttpResult>> RunAsync(
        [FromBody] RunBody body, ClaimsPrincipal user, [FromServices] RetentionRuns runs, [FromServices] Auditor audit, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(body.PlanId)) return Problems.BadParameter(new BadParameterException("planId", "is missing"));
        var (id, refusal) = await runs.RunAsync(body.PlanId, body.Confirm == true, user.Identity?.Name ?? "unknown", cancel);
        if (id is { } begun) audit.Record(AuditActions.RetentionRun, $"run {begun}", "begun");
        return refusal switch
        {
            RunRefusal.None => TypedResults.Accepted((string?)null, new RunAnswer(id!.Value)),
            RunRefusal.Unknown => Problems.NotFound("plan"),
            RunRefusal.Expired => Problem(StatusCodes.Status410Gone, "The plan is older than an hour. Make a new one."),
            RunRefusal.Ran => Problem(StatusCodes.Status409Conflict, "The plan was run already. Make a new one."),
            _ => Problem(StatusCodes.Status409Conflict, "The clock of this machine moved by more than two days, and the plan takes over 20 % of a table. "
                + "If that is meant, send it again with confirm."),
        };

        static ProblemHttpResult Problem(int status, string detail) => TypedResults.Problem(detail, statusCode: status);
    }

    private static async Task<Ok<RunsAnswer>> ListAsync([FromServices] RetentionRuns runs, CancellationToken cancel) =>
        TypedResults.Ok(new RunsAnswer(await runs.ListAsync(cancel)));

    private static async Task<Results<Ok<RetentionRun>, ProblemHttpResult>> FindAsync(
        string id, [FromServices] RetentionRuns runs, CancellationToken cancel) =>
        await runs.FindAsync(NumberOf(id), cancel) is { } run ? TypedResults.Ok(run) : Problems.NotFound("run");

    /// <summary>0 = no run has such a number.</summary>
    private static int NumberOf(string id) => int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static async Task<Ok<StorageAnswer>> StorageAsync([FromServices] StorageFigures storage, CancellationToken cancel) =>
        TypedResults.Ok(await storage.ReadAsync(cancel));
}

/// <summary>What is left out stays as it is.</summary>
internal sealed class RetentionBody
{
    [Description("Those of the datasets that are to change.")]
    public IReadOnlyList<PolicyBody>? Policies { get; init; }

    [Description("All of them: what is not in the list is lifted.")]
    public IReadOnlyList<HoldBody>? Holds { get; init; }

    public RetentionSchedule? Schedule { get; init; }

    public bool? Archive { get; init; }

    public RetentionSettings Over(RetentionSettings held) => new(
        Policies is null ? held.Policies : [.. Policies.Select(p => p.ToPolicy())],
        Holds is null ? held.Holds : [.. Holds.Select(h => new RetentionHold(h.Kind ?? "", h.Name ?? "", h.Reason ?? "", h.ReviewAt))],
        Schedule is null ? held.Schedule : new RetentionSchedule(Schedule.Cron ?? "", Schedule.Timezone ?? ""), Archive ?? held.Archive);
}

internal sealed class PolicyBody
{
    [Description("raw, texts, series1m, series5m, series1h, series1d, aggregates, deadLetters, exports, mailHistory, audit or archives.")]
    public string? Dataset { get; init; }

    [Description("UTC days before today that are kept; null = for ever.")]
    public int? Days { get; init; }

    [Description("At least 1000000; null = as large as it gets.")]
    public long? MaxBytes { get; init; }

    public IReadOnlyList<ProjectRetention>? Projects { get; init; }

    public RetentionPolicy ToPolicy() => new(Dataset ?? "", Days, MaxBytes, Projects ?? [], null);
}

internal sealed class HoldBody
{
    [Description("project or user.")]
    public string? Kind { get; init; }

    public string? Name { get; init; }

    public string? Reason { get; init; }

    public DateOnly? ReviewAt { get; init; }
}

internal sealed class RunBody
{
    public string? PlanId { get; init; }

    [Description("The clock moved, much would go, and it is meant.")]
    public bool? Confirm { get; init; }
}

/// <param name="Id">Number of the run.</param>
internal sealed record RunAnswer(int Id);

/// <param name="Items">Newest first, at most 100.</param>
internal sealed record RunsAnswer(IReadOnlyList<RetentionRun> Items);
