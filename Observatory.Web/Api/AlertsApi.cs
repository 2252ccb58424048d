using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Alerts;
using Observatory.Core.Auditing;
using Observatory.Web.Auditing;
using Observatory.Web.Identity;

namespace Observatory.Web.Api;

/// <summary>What is not normal, the rules that say so, and who was told.</summary>
internal static class AlertsApi
{
    private const int UsualLimit = 50, MostLimit = 500;

    public static void MapAlerts(this WebApplication app)
    {
        var all = app.MapGroup("/api/alerts").WithTags("Alerts").AddEndpointFilter(AdminApi.RefuseOtherOrigins).AddEndpointFilter(AdminApi.StoreAuditAsync)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden);
        // Rules name people and projects.
        all.RequireAuthorization(Policies.Names);
        var read = all.MapGroup("").RequireAuthorization(Policies.Read);
        var edit = all.MapGroup("").RequireAuthorization(Policies.Edit);
        read.MapGet("", ListAsync).WithName("ListAlerts").WithSummary("What is not normal, the worst first; what is resolved is listed for 24 hours.");
        edit.MapPost("/{id}/acknowledge", AcknowledgeAsync).WithName("AcknowledgeAlert").ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Says that somebody has taken it on.").ReadsBody("An empty object.", "{}", "application/json");
        edit.MapPost("/{id}/silence", SilenceAsync).WithName("SilenceAlert").ProducesProblem(404)
            .WithSummary("Tells nobody of its rule for a while; a time that is over ends it.")
            .ReadsBody("How long: for, or until.", """{"for":"2h"}""", "application/json");
        read.MapGet("/deliveries", DeliveriesAsync).WithName("ListAlertDeliveries").WithSummary("Messages and what became of them, newest first.");
        edit.MapPost("/channels/test", TestAsync).WithName("TestAlertChannel").WithSummary("Sends one message by a channel, and says what the other side said.")
            .ReadsBody("The channel.", """{"kind":"webhook","to":"https://hooks.example.org/x"}""", "application/json");
        all.MapAlertRules();
    }

    private static async Task<Ok<AlertList>> ListAsync([FromServices] AlertStore store, CancellationToken cancel) =>
        TypedResults.Ok(new AlertList(await store.ListAlertsAsync(cancel)));

    private static async Task<Results<Ok<AlertItem>, ProblemHttpResult>> AcknowledgeAsync(
        string id, HttpContext context, [FromServices] AlertStore store, [FromServices] Auditor audit, CancellationToken cancel)
    {
        if (await FindAsync(id, store, cancel) is not { } alert) return NoAlert;
        if (context.Request.ContentLength is not (null or 0))
        {
            var body = await FieldReader.ReadAsync(context.Request, [], [], cancel);
            if (!body.IsGood) return body.Problem();
        }
        if (alert.State == AlertStates.Resolved) return TypedResults.Problem("It is resolved already.", statusCode: StatusCodes.Status409Conflict);
        if (await store.AcknowledgeAsync(alert.Id, NameOf(context), cancel) is not { } now) return NoAlert;
        audit.Record(AuditActions.RuleChanged, AuditTargets.Of(alert.Rule.Id, alert.Rule.Name), "acknowledged");
        return TypedResults.Ok(now);
    }

    private static async Task<Results<Ok<AlertItem>, ProblemHttpResult>> SilenceAsync(
        string id, HttpContext context, [FromServices] AlertStore store, [FromServices] TimeProvider clock, [FromServices] Auditor audit,
        CancellationToken cancel)
    {
        if (await FindAsync(id, store, cancel) is not { } alert) return NoAlert;
        var body = await FieldReader.ReadAsync(context.Request, ["until", "for"], [], cancel);
        var (length, until) = (body.Text("for", 16, isNeeded: false), body.Text("until", 64, isNeeded: false));
        var at = clock.GetUtcNow();
        if (length is not null)
        {
            if (Durations.Parse(length, TimeSpan.FromDays(366)) is { } time) at += time;
            else body.Wrong("for", "is no length of time such as 30m, 2h or 1d");
        }
        if (until is not null)
        {
            try
            {
                at = Instants.Parse("until", until);
            }
            catch (BadParameterException)
            {
                body.Wrong("until", "is no instant such as 2026-11-23T00:00:00Z");
            }
        }
        if (body.IsGood && length is null == until is null) body.Wrong(length is null ? "for" : "until", length is null ? "or until is missing"
            : "stands beside for");
        if (!body.IsGood) return body.Problem();
        if (await store.SilenceAsync(alert.Id, at, NameOf(context), cancel) is not { } now) return NoAlert;
        audit.Record(AuditActions.RuleChanged, AuditTargets.Of(alert.Rule.Id, alert.Rule.Name), $"silenced until {at.UtcDateTime:u}");
        return TypedResults.Ok(now);
    }

    private static async Task<Results<Ok<AlertPage<AlertDelivery>>, ProblemHttpResult>> DeliveriesAsync(
        [FromServices] AlertStore store, CancellationToken cancel, [Description("Rows a page, 1 to 500. Default: 50.")] string? limit = null,
        [Description("nextCursor of the page before.")] string? cursor = null)
    {
        try
        {
            var (count, before) = Page(limit, cursor);
            return TypedResults.Ok(await store.DeliveriesAsync(count, before, cancel));
        }
        catch (BadParameterException bad)
        {
            return Problems.BadParameter(bad);
        }
    }

    private static async Task<Results<Ok<JsonObject>, ProblemHttpResult>> TestAsync(
        [FromBody] JsonElement body, HttpContext context, [FromServices] AlertStore store, [FromServices] AlertSender sender, [FromServices] HookHosts hosts,
        [FromServices] TimeProvider clock, CancellationToken cancel)
    {
        var reader = new AlertChannelReader(hosts);
        if (reader.Read(body) is not { } channel) return ReportsApi.Wrong(reader.Errors);
        var secret = channel.Kind != AlertWords.Webhook ? null
            : (await store.ListAsync(cancel)).Select(r => r.Secrets.GetValueOrDefault(channel.To!)).FirstOrDefault(s =>
                s is not null) ?? Guid.NewGuid().ToString("N");
        var message = new AlertMessage(
            new AlertRuleName(0, "Test"), AlertStates.Firing, clock.GetUtcNow(), 1, "This message was sent to see whether the channel works. It does.",
            $"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}/alerts");
        var error = await sender.TestAsync(channel, message, secret, cancel);
        return TypedResults.Ok(new JsonObject { ["ok"] = error is null, ["error"] = error });
    }

    internal static ProblemHttpResult NoAlert => Problems.NotFound("alert");

    internal static string NameOf(HttpContext context) => context.User.Identity?.Name ?? "key";

    internal static int? NumberOf(string id) => int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    internal static (int Limit, int? Before) Page(string? limit, string? cursor)
    {
        var (count, before) = (UsualLimit, (int?)null);
        if (limit is not null && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out count) || count is < 1 or > MostLimit))
            throw new BadParameterException("limit", $"is not from 1 to {MostLimit}");
        if (cursor is not null && (before = NumberOf(cursor)) is null) throw new BadParameterException("cursor", "is none of a page before");
        return (count, before);
    }

    private static async Task<AlertItem?> FindAsync(string id, AlertStore store, CancellationToken cancel) =>
        NumberOf(id) is { } number ? await store.FindAlertAsync(number, cancel) : null;
}

internal sealed record AlertList(IReadOnlyList<AlertItem> Items);
