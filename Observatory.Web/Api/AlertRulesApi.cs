using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Core.Alerts;
using Observatory.Core.Auditing;
using Observatory.Web.Auditing;
using Observatory.Web.Identity;

namespace Observatory.Web.Api;

/// <summary>Rules: their definitions, what they would have said, and what they said.</summary>
internal static class AlertRulesApi
{
    private const string Example =
        """{"name":"Spend","kind":"threshold","metric":"cost","condition":{"op":">","value":50,"window":"1d"},"channels":[{"kind":"page"}]}""";

    public static void MapAlertRules(this RouteGroupBuilder alerts)
    {
        var read = alerts.MapGroup("/rules").RequireAuthorization(Policies.Read);
        var edit = alerts.MapGroup("/rules").RequireAuthorization(Policies.Edit);
        read.MapGet("", ListAsync).WithName("ListAlertRules").WithSummary("All rules, by name.");
        edit.MapPost("", CreateAsync).WithName("CreateAlertRule").WithSummary("Makes a rule. Secrets of webhooks are in this answer only.")
            .ReadsBody("The rule.", Example, "application/json");
        read.MapGet("/{id}", GetAsync).WithName("GetAlertRule").ProducesProblem(404).WithSummary("One rule, as JSON that can be sent back.");
        edit.MapPut("/{id}", ReplaceAsync).WithName("ReplaceAlertRule").ProducesProblem(404)
            .WithSummary("Replaces a rule. Its state, who took it on and its silence stay.").ReadsBody("The rule.", Example, "application/json");
        edit.MapDelete("/{id}", DeleteAsync).WithName("DeleteAlertRule").ProducesProblem(404).WithSummary("Deletes a rule with its alerts and its history.");
        edit.MapPost("/preview", PreviewAsync).WithName("PreviewAlertRule").WithSummary("When a rule would have fired in the last 90 days; nothing is kept.")
            .ReadsBody("The rule.", Example, "application/json");
        read.MapGet("/{id}/history", HistoryAsync).WithName("GetAlertRuleHistory").ProducesProblem(404)
            .WithSummary("What looks at the rule found, newest first; looks that follow each other and found the same are one row.");
    }

    private static async Task<Ok<JsonObject>> ListAsync([FromServices] AlertStore store, CancellationToken cancel) =>
        TypedResults.Ok(new JsonObject { ["items"] = new JsonArray([.. (await store.ListAsync(cancel)).Select(r => (JsonNode)Answer(r))]) });

    private static async Task<Results<Ok<JsonObject>, ProblemHttpResult>> GetAsync(string id, [FromServices] AlertStore store, CancellationToken cancel) =>
        await FindAsync(id, store, cancel) is { } rule ? TypedResults.Ok(Answer(rule)) : NoRule;

    private static async Task<Results<Created<JsonObject>, ProblemHttpResult>> CreateAsync(
        [FromBody] JsonElement body, HttpContext context, [FromServices] AlertStore store, [FromServices] AnalyticsEngine analytics,
        [FromServices] HookHosts hosts, [FromServices] Auditor audit, CancellationToken cancel)
    {
        var (rule, problem) = await ReadAsync(body, analytics, hosts, cancel);
        if (rule is null) return problem!;
        var (kept, news) = await store.CreateAsync(rule, cancel);
        audit.Record(AuditActions.RuleChanged, AuditTargets.Of(kept.Id, rule.Name), "made");
        return TypedResults.Created($"{context.Request.PathBase}/api/alerts/rules/{kept.Id}", Answer(kept, news));
    }

    private static async Task<Results<Ok<JsonObject>, ProblemHttpResult>> ReplaceAsync(
        string id, [FromBody] JsonElement body, [FromServices] AlertStore store, [FromServices] AnalyticsEngine analytics, [FromServices] HookHosts hosts,
        [FromServices] Auditor audit, CancellationToken cancel)
    {
        if (await FindAsync(id, store, cancel) is not { } before) return NoRule;
        var (rule, problem) = await ReadAsync(body, analytics, hosts, cancel);
        if (rule is null) return problem!;
        if (await store.ReplaceAsync(before.Id, rule, cancel) is not { } kept) return NoRule;
        audit.Record(AuditActions.RuleChanged, AuditTargets.Of(before.Id, rule.Name), "changed");
        return TypedResults.Ok(Answer(kept.Rule, kept.NewSecrets));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        string id, [FromServices] AlertStore store, [FromServices] Auditor audit, CancellationToken cancel)
    {
        if (await FindAsync(id, store, cancel) is not { } rule || !await store.DeleteAsync(rule.Id, cancel)) return NoRule;
        audit.Record(AuditActions.RuleChanged, AuditTargets.Of(rule.Id, rule.Rule.Name), "deleted");
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<PreviewFigures>, ProblemHttpResult>> PreviewAsync(
        [FromBody] JsonElement body, [FromServices] AlertPreview preview, [FromServices] AnalyticsEngine analytics, [FromServices] HookHosts hosts,
        [FromServices] TimeProvider clock, CancellationToken cancel)
    {
        var (rule, problem) = await ReadAsync(body, analytics, hosts, cancel);
        return rule is null ? problem! : TypedResults.Ok(await preview.PreviewAsync(rule, clock.GetUtcNow().ToUnixTimeMilliseconds(), cancel));
    }

    private static async Task<Results<Ok<AlertPage<AlertCheck>>, ProblemHttpResult>> HistoryAsync(
        string id, [FromServices] AlertStore store, CancellationToken cancel,
        [Description("Instant, ISO 8601: what ended before it is left out.")] string? start = null,
        [Description("Instant, ISO 8601, exclusive.")] string? end = null, [Description("Rows a page, 1 to 500. Default: 50.")] string? limit = null,
        [Description("nextCursor of the page before.")] string? cursor = null)
    {
        if (await FindAsync(id, store, cancel) is not { } rule) return NoRule;
        try
        {
            long? At(string name, string? text) => text is null ? null : Instants.Parse(name, text).ToUnixTimeMilliseconds();
            var (count, before) = AlertsApi.Page(limit, cursor);
            var (from, until) = (At("start", start), At("end", end));
            if (until <= from) throw new BadParameterException("end", "is not after start");
            return TypedResults.Ok(await store.HistoryAsync(rule.Id, from, until, count, before, cancel));
        }
        catch (BadParameterException bad)
        {
            return Problems.BadParameter(bad);
        }
    }

    internal static ProblemHttpResult NoRule => Problems.NotFound("rule");

    internal static async Task<KeptRule?> FindAsync(string id, AlertStore store, CancellationToken cancel) =>
        AlertsApi.NumberOf(id) is { } number ? await store.FindAsync(number, cancel) : null;

    /// <summary>As it was sent, with where it stands.</summary>
    /// <param name="news">Addresses of webhooks whose secrets are told now, and never again.</param>
    internal static JsonObject Answer(KeptRule kept, IReadOnlySet<string>? news = null)
    {
        var answer = AlertJson.Write(kept.Rule);
        answer.Insert(0, "id", kept.Id);
        foreach (var channel in answer["channels"]!.AsArray().OfType<JsonObject>())
        {
            if ((string?)channel["kind"] == AlertWords.Webhook && (string?)channel["to"] is { } to
                && news?.Contains(to) == true) channel["secret"] = kept.Secrets[to];
        }
        answer["state"] = kept.State.Shown;
        answer["since"] = Instant(kept.State.FailingSince ?? kept.State.Since);
        answer["value"] = kept.State.Value;
        answer["reason"] = kept.State.FailingSince is null ? kept.State.Reason : kept.State.Failure;
        answer["checkedAt"] = Instant(kept.State.CheckedAt);
        answer["lastFiredAt"] = Instant(kept.State.LastFiredAt);
        answer["silencedUntil"] = Instant(kept.State.SilencedUntil);
        answer["createdAt"] = Instant(kept.CreatedAt.ToUnixTimeMilliseconds());
        answer["changedAt"] = Instant(kept.ChangedAt.ToUnixTimeMilliseconds());
        return answer;
    }

    private static string? Instant(long? at) => at is { } ms
        ? DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'",
            System.Globalization.CultureInfo.InvariantCulture) : null;

    private static async Task<(AlertRule?, ProblemHttpResult?)> ReadAsync(JsonElement body, AnalyticsEngine analytics, HookHosts hosts,
        CancellationToken cancel)
    {
        var names = (await analytics.GetMetricsAsync(cancel)).Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
        var reader = new AlertRuleReader(names, hosts);
        return reader.Read(body) is { } rule ? (rule, null) : (null, ReportsApi.Wrong(reader.Errors));
    }
}
