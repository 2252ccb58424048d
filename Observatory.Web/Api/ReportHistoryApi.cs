using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Deliveries;
using Observatory.Core.Reports;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;
using Observatory.Web.Identity;
using Observatory.Web.Reports;

namespace Observatory.Web.Api;

/// <summary>What became of a report: its occurrences, who got them, and what they got.</summary>
internal static class ReportHistoryApi
{
    /// <summary>A year of days and what was run by hand.</summary>
    private const int MostListed = 500;

    public static void MapReportHistory(this RouteGroupBuilder all)
    {
        all.MapGet("/{id}/history", HistoryAsync).RequireAuthorization(Policies.Read).WithName("ReportHistory").ProducesProblem(404)
            .WithSummary("Its occurrences with their deliveries, newest first.");
        all.MapGet("/{id}/history/{occurrence}/mail", MailAsync).RequireAuthorization(Policies.Read).WithName("ReportMail").Produces<string>(200, "text/html")
            .ProducesProblem(404).WithSummary("The mail as it was rendered.");
        all.MapGet("/{id}/history/{occurrence}/files/{format}", FileAsync).RequireAuthorization(Policies.Read).WithName("ReportFile").ProducesProblem(404)
            .WithSummary("A file of the occurrence, made anew from the figures of today.");
        all.MapPost("/{id}/history/{occurrence}/deliveries/{recipient}/resend", ResendAsync).RequireAuthorization(Policies.Edit).WithName("ResendDelivery")
            .ProducesProblem(404).ProducesProblem(409).WithSummary("Sends what failed or is uncertain once more, under the same Message-ID.");
    }

    private static async Task<Results<Ok<IEnumerable<OccurrenceAnswer>>, ProblemHttpResult>> HistoryAsync(
        string id, [FromServices] IReports reports, [FromServices] IDeliveryLedger ledger, CancellationToken cancel)
    {
        if (await ReportsApi.FindAsync(id, reports, cancel) is not { } report) return ReportsApi.NoReport;
        var history = await ledger.HistoryAsync(DeliveryKinds.Report, Source(report), MostListed, cancel);
        return TypedResults.Ok(history.Select(h => new OccurrenceAnswer(h)));
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> MailAsync(
        string id, string occurrence, [FromServices] IReports reports, [FromServices] IDeliveryLedger ledger,
        [Description("Whose mail; without it the one that everybody got.")] string? recipient, CancellationToken cancel)
    {
        if (await ReportsApi.FindAsync(id, reports, cancel) is not { } report) return ReportsApi.NoReport;
        if (await ledger.FindAsync(DeliveryKinds.Report, Source(report), Segments.Decode(occurrence), cancel) is not { } found) return Problems.NotFound(
            "occurrence");
        if (recipient is not null && !found.Deliveries.Any(d => d.Recipient == recipient)) return Problems.NotFound("delivery");
        foreach (var audience in ReportMailSet.Audiences(report, recipient ?? ""))
        {
            if (await reports.FindMailAsync(found.Occurrence.Id, audience, cancel) is { } mail) return TypedResults.Content(MailRenderer.Page(mail),
                "text/html; charset=utf-8");
        }
        return TypedResults.Problem("Nothing was rendered of it.", statusCode: StatusCodes.Status404NotFound);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> FileAsync(
        string id, string occurrence, string format, [FromServices] IReports reports, [FromServices] IDeliveryLedger ledger, [FromServices] ReportMails mails,
        CancellationToken cancel)
    {
        if (await ReportsApi.FindAsync(id, reports, cancel) is not { } report) return ReportsApi.NoReport;
        if (await ledger.FindAsync(DeliveryKinds.Report, Source(report), Segments.Decode(occurrence), cancel) is not { } found) return Problems.NotFound(
            "occurrence");
        var range = new TimeRange(found.Occurrence.PeriodStart, found.Occurrence.PeriodEnd);
        return await mails.FileAsync(report.Definition, range, format, cancel) is { } file
            ? TypedResults.File(file.Data, file.Type, file.Name) : Problems.NotFound("file");
    }

    private static async Task<Results<Accepted, ProblemHttpResult>> ResendAsync(
        string id, string occurrence, string recipient, [FromServices] IReports reports, [FromServices] IDeliveryLedger ledger, [FromServices] ReportBell bell,
        CancellationToken cancel)
    {
        if (await ReportsApi.FindAsync(id, reports, cancel) is not { } report) return ReportsApi.NoReport;
        switch (await ledger.ResendAsync(DeliveryKinds.Report, Source(report), Segments.Decode(occurrence), Segments.Decode(recipient), cancel))
        {
            case null:
                return Problems.NotFound("delivery");
            case false:
                return TypedResults.Problem("Only what failed or is uncertain can be sent again.", statusCode: StatusCodes.Status409Conflict);
            default:
                bell.Ring();
                return TypedResults.Accepted((string?)null);
        }
    }

    private static string Source(Report report) => report.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>One occurrence.</summary>
internal sealed class OccurrenceAnswer(OccurrenceHistory history)
{
    public string Occurrence => history.Occurrence.Occurrence;

    public DateTimeOffset PeriodStart => DateTimeOffset.FromUnixTimeMilliseconds(history.Occurrence.PeriodStart);

    public DateTimeOffset PeriodEnd => DateTimeOffset.FromUnixTimeMilliseconds(history.Occurrence.PeriodEnd);

    public OccurrenceState State => history.Occurrence.State;

    public string? Note => history.Occurrence.Note;

    public IReadOnlyList<DeliveryAnswer> Deliveries { get; } = [.. history.Deliveries.Select(d => new DeliveryAnswer(d))];
}

/// <summary>One delivery.</summary>
internal sealed class DeliveryAnswer(DeliveryEntity row)
{
    public string Recipient => row.Recipient;

    public DeliveryState State => row.State;

    public int Attempts => row.Attempts;

    public string MessageId => $"<{row.MessageId}>";

    public DateTimeOffset? SentAt => row.SentAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    public string? Error => row.Error;
}
