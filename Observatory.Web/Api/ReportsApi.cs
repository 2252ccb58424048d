using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Auditing;
using Observatory.Core.Mail;
using Observatory.Core.Reports;
using Observatory.Core.Time;
using Observatory.Web.Auditing;
using Observatory.Web.Identity;
using Observatory.Web.Reports;

namespace Observatory.Web.Api;

/// <summary>Reports: their definitions, and what is done with them. What was sent stands in <see cref="ReportHistoryApi"/>.</summary>
internal static class ReportsApi
{
    private const int MostUpcoming = 100;

    public static void MapReports(this WebApplication app)
    {
        var all = app.MapGroup("/api/reports").WithTags("Reports").AddEndpointFilter(AdminApi.RefuseOtherOrigins)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(
                StatusCodes.Status403Forbidden);
        all.RequireAuthorization(Policies.Names);
        var read = all.MapGroup("").RequireAuthorization(Policies.Read);
        var edit = all.MapGroup("").RequireAuthorization(Policies.Edit).WithMetadata(new IsChange(AuditActions.SettingChanged));
        read.MapGet("", ListAsync).WithName("ListReports").WithSummary("All reports, by name.");
        edit.MapPost("", CreateAsync).WithName("CreateReport").WithSummary("Makes a report. What a GET answered can be sent as it is.");
        read.MapGet("/{id}", GetAsync).WithName("GetReport").ProducesProblem(404).WithSummary("One report, as JSON that can be sent back.");
        edit.MapPut("/{id}", ReplaceAsync).WithName("ReplaceReport").ProducesProblem(404).WithSummary(
            "Replaces a report. A schedule that stays keeps its next time.");
        edit.MapDelete("/{id}", DeleteAsync).WithName("DeleteReport").ProducesProblem(404).WithSummary("Deletes a report with its history.");
        edit.MapPost("/{id}/run", RunAsync).WithName("RunReport").ProducesProblem(404).WithSummary(
            "Sends it to all recipients now, as an occurrence of its own.");
        edit.MapPost("/{id}/test", TestAsync).WithName("TestReport").ProducesProblem(404).WithSummary("Sends the same mail to the caller only.");
        edit.MapPost("/{id}/pause", PauseAsync).WithName("PauseReport").ProducesProblem(404).WithSummary("Nothing is due until it is resumed.");
        edit.MapPost("/{id}/resume", ResumeAsync).WithName("ResumeReport").ProducesProblem(404).WithSummary("It is due again, from now on.");
        edit.MapPost("/{id}/duplicate", DuplicateAsync).WithName("DuplicateReport").ProducesProblem(404).WithSummary("Makes a paused copy.");
        all.MapGroup("").RequireAuthorization(Policies.Edit).MapPost("/preview", PreviewAsync).WithName("PreviewReport").Produces<string>(200,
            "text/html").WithSummary("The mail of a definition, as a page; nothing is kept or sent.");
        read.MapGet("/{id}/next", NextAsync).WithName("NextRuns").ProducesProblem(404).WithSummary("When it goes out next.");
        edit.MapDelete("/{id}/suppressions/{recipient}", UnsuppressAsync).WithName("UndoUnsubscribe").ProducesProblem(404)
            .WithSummary("Lets a recipient who unsubscribed get it again.");
        all.MapReportHistory();
    }

    private static async Task<Ok<JsonObject>> ListAsync([FromServices] IReports reports, CancellationToken cancel)
    {
        var items = new JsonArray();
        foreach (var report in await reports.ListAsync(cancel)) items.Add(await AnswerAsync(report, reports, cancel));
        return TypedResults.Ok(new JsonObject { ["items"] = items });
    }

    private static async Task<Results<Ok<JsonObject>, ProblemHttpResult>> GetAsync(string id, [FromServices] IReports reports, CancellationToken cancel) =>
        await FindAsync(id, reports, cancel) is { } report ? TypedResults.Ok(await AnswerAsync(report, reports, cancel)) : NoReport;

    private static async Task<Results<Created<JsonObject>, ProblemHttpResult>> CreateAsync(
        [FromBody] JsonElement body, HttpContext context, [FromServices] IReports reports, [FromServices] ReportOwners owners, CancellationToken cancel)
    {
        var (definition, problem) = await ReadAsync(body, null, context, owners, cancel);
        if (definition is null) return problem!;
        var report = await reports.CreateAsync(definition, cancel);
        return TypedResults.Created($"{context.Request.PathBase}/api/reports/{report.Id}", await AnswerAsync(report, reports, cancel));
    }

    private static async Task<Results<Ok<JsonObject>, ProblemHttpResult>> ReplaceAsync(
        string id, [FromBody] JsonElement body, HttpContext context, [FromServices] IReports reports, [FromServices] ReportOwners owners,
            CancellationToken cancel)
    {
        if (await FindAsync(id, reports, cancel) is not { } before) return NoReport;
        var (definition, problem) = await ReadAsync(body, before, context, owners, cancel);
        if (definition is null) return problem!;
        return await reports.ReplaceAsync(before.Id, definition, cancel) is { } report ? TypedResults.Ok(await AnswerAsync(report, reports, cancel))
            : NoReport;
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(string id, [FromServices] IReports reports, CancellationToken cancel) =>
        await FindAsync(id, reports, cancel) is { } report && await reports.DeleteAsync(report.Id, cancel) ? TypedResults.NoContent() : NoReport;

    private static async Task<Results<Accepted<JsonObject>, ProblemHttpResult>> RunAsync(
        string id, HttpContext context, [FromServices] IReports reports, CancellationToken cancel)
    {
        if (await FindAsync(id, reports, cancel) is not { } report) return NoReport;
        var (range, problem) = await ReadRangeAsync(context, cancel);
        if (problem is not null) return problem;
        var occurrence = await reports.RunAsync(report.Id, range, cancel);
        return occurrence is null ? NoReport
            : TypedResults.Accepted($"{context.Request.PathBase}/api/reports/{report.Id}/history", new JsonObject { ["occurrence"] = occurrence });
    }

    private static async Task<Results<Accepted<JsonObject>, ProblemHttpResult>> TestAsync(
        string id, HttpContext context, [FromServices] IReports reports, [FromServices] ReportMails mails, [FromServices] IMailTransport transport,
        [FromServices] ReportOwners owners, CancellationToken cancel)
    {
        if (await FindAsync(id, reports, cancel) is not { } report) return NoReport;
        var to = await owners.AddressOfAsync(context.User, cancel) ?? report.Definition.Owner ?? await owners.FirstAdminAsync(cancel);
        if (to is null) return TypedResults.Problem("There is no account whose address it could go to.", statusCode: StatusCodes.Status409Conflict);
        var result = await mails.TestAsync(report, to, transport, cancel);
        return TypedResults.Accepted((string?)null, new JsonObject
        {
            ["to"] = to, ["ok"] = result.Verdict == Core.Deliveries.SendVerdict.Sent, ["error"] = result.Error,
        });
    }

    private static Task<Results<Ok<JsonObject>, ProblemHttpResult>> PauseAsync(string id, [FromServices] IReports reports, CancellationToken cancel) =>
        ChangeAsync(id, reports, report => reports.PauseAsync(report, null, cancel), cancel);

    private static Task<Results<Ok<JsonObject>, ProblemHttpResult>> ResumeAsync(string id, [FromServices] IReports reports, CancellationToken cancel) =>
        ChangeAsync(id, reports, report => reports.ResumeAsync(report, cancel), cancel);

    private static Task<Results<Ok<JsonObject>, ProblemHttpResult>> DuplicateAsync(string id, [FromServices] IReports reports, CancellationToken cancel) =>
        ChangeAsync(id, reports, report => reports.DuplicateAsync(report, cancel), cancel);

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> PreviewAsync(
        [FromBody] JsonElement body, HttpContext context, [FromServices] ReportMails mails, [FromServices] ReportOwners owners, CancellationToken cancel)
    {
        var (definition, problem) = await ReadAsync(body, null, context, owners, cancel);
        if (definition is null) return problem!;
        return TypedResults.Content(MailRenderer.Page(await mails.LookAsync(0, definition, null, cancel)), "text/html; charset=utf-8");
    }

    private static async Task<Results<Ok<IEnumerable<DateTimeOffset>>, ProblemHttpResult>> NextAsync(
        string id, [FromServices] IReports reports, [FromServices] TimeProvider clock,
        [Description("How many, 1 to 100. Default: 5.")] string? count, CancellationToken cancel)
    {
        if (await FindAsync(id, reports, cancel) is not { } report) return NoReport;
        var wanted = 5;
        if (count is not null && (!int.TryParse(count, System.Globalization.CultureInfo.InvariantCulture, out wanted) || wanted is < 1 or > MostUpcoming))
            return Problems.BadParameter(new BadParameterException("count", $"is not from 1 to {MostUpcoming}"));
        return TypedResults.Ok(CronSchedule.Of(report.Definition.Schedule).Upcoming(clock.GetUtcNow().ToUnixTimeMilliseconds(), wanted));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> UnsuppressAsync(string id, string recipient, [FromServices] IReports reports,
        CancellationToken cancel) =>
        await FindAsync(id, reports, cancel) is { } report && await reports.UnsuppressAsync(report.Id, Segments.Decode(recipient), cancel)
            ? TypedResults.NoContent() : Problems.NotFound("recipient of this report who unsubscribed");

    internal static ProblemHttpResult NoReport => Problems.NotFound("report");

    internal static async Task<Report?> FindAsync(string id, IReports reports, CancellationToken cancel) =>
        int.TryParse(id, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? await reports.FindAsync(number, cancel) : null;

    private static async Task<Results<Ok<JsonObject>, ProblemHttpResult>> ChangeAsync(string id, IReports reports, Func<int, Task<Report?>> change,
        CancellationToken cancel) =>
        await FindAsync(id, reports, cancel) is { } found && await change(found.Id) is { } report
            ? TypedResults.Ok(await AnswerAsync(report, reports, cancel)) : NoReport;

    internal static async Task<JsonObject> AnswerAsync(Report report, IReports reports, CancellationToken cancel)
    {
        var answer = ReportJson.Write(report.Definition);
        answer.Insert(0, "id", report.Id);
        answer["nextRun"] = Instant(report.NextRun);
        answer["pausedBecause"] = report.PausedBecause;
        answer["warning"] = report.Warning;
        answer["createdAt"] = Instant(report.CreatedAt);
        answer["changedAt"] = Instant(report.ChangedAt);
        answer["suppressed"] = new JsonArray([.. (await reports.SuppressedAsync(report.Id, cancel)).Select(s => JsonValue.Create(s.Recipient))]);
        (answer["useful"], answer["notUseful"]) = await reports.SaidAsync(report.Id, cancel);
        return answer;
    }

    private static string? Instant(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<(ReportDefinition?, ProblemHttpResult?)> ReadAsync(
        JsonElement body, Report? before, HttpContext context, ReportOwners owners, CancellationToken cancel)
    {
        var reader = new ReportReader();
        if (reader.Read(body) is not { } definition) return (null, Wrong(reader.Errors));
        var (owner, problem) = await owners.ChooseAsync(definition.Owner, before?.Definition.Owner, context.User, cancel);
        return problem is null ? (definition with { Owner = owner }, null) : (null, problem);
    }

    internal static ProblemHttpResult Wrong(IReadOnlyDictionary<string, string[]> errors) => TypedResults.Problem(
        string.Join(" ", errors.Select(e => $"{e.Key}: {string.Join(" ", e.Value)}")), statusCode: StatusCodes.Status400BadRequest, title: "A field is wrong",
        extensions: [new KeyValuePair<string, object?>("errors", errors)]);

    private static async Task<(TimeRange?, ProblemHttpResult?)> ReadRangeAsync(HttpContext context, CancellationToken cancel)
    {
        if (context.Request.ContentLength is 0 || !context.Request.HasJsonContentType()) return (null, null);
        JsonElement body;
        try
        {
            body = await context.Request.ReadFromJsonAsync<JsonElement>(cancel);
        }
        catch (JsonException)
        {
            return (null, TypedResults.Problem("The body is no JSON.", statusCode: StatusCodes.Status400BadRequest));
        }
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (body.ValueKind != JsonValueKind.Object) return (null, TypedResults.Problem("The body is an object with start and end.",
            statusCode: StatusCodes.Status400BadRequest));
        foreach (var property in body.EnumerateObject().Where(p => p.Name is not ("start" or "end"))) errors[property.Name] = ["There is no such field."];
        DateTimeOffset? Read(string name)
        {
            if (!body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
            try
            {
                if (value.ValueKind == JsonValueKind.String) return Instants.Parse(name, value.GetString()!);
            }
            catch (BadParameterException)
            {
                // Said below.
            }
            errors[name] = ["It is not an instant such as 2026-11-23T00:00:00Z."];
            return null;
        }
        var (start, end) = (Read("start"), Read("end"));
        if (errors.Count == 0 && (start is null) != (end is null)) errors[start is null ? "start" : "end"] = ["Both ends, or none."];
        if (errors.Count == 0 && start >= end) errors["end"] = ["It is not after start."];
        if (errors.Count == 0 && end - start > TimeSpan.FromDays(ReportPeriod.LongestDays + 1)) errors["start"] =
            [$"At most {ReportPeriod.LongestDays} days."];
        if (errors.Count > 0) return (null, Wrong(errors));
        return (start is { } from ? new TimeRange(from, end!.Value) : null, null);
    }
}
