using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Auditing;
using Observatory.Core.Privacy.Own;
using Observatory.Core.Storage.Redaction;
using Observatory.Web.Auditing;

namespace Observatory.Web.Api;

/// <summary>What an administrator wants taken out of texts beside what the program looks for anyway.</summary>
internal static class RedactionApi
{
    private const int Most = 50;
    private const int LongestSample = OwnRuleTrial.SampleLength;
    private static readonly string[] s_fields = ["name", "pattern", "replacement", "enabled"];

    public static void MapRedaction(this RouteGroupBuilder admin)
    {
        var redaction = admin.MapGroup("/redaction").WithTags("Redaction");
        redaction.MapGet("", List).WithName("ListRedactionRules").WithSummary("The administrator's own rules, in their order.");
        redaction.MapPut("", ReplaceAsync).WithName("ReplaceRedactionRules").WithMetadata(new IsChange(AuditActions.SettingChanged))
            .WithSummary("Puts these rules in place of all others. They hold for what comes in from now on.")
            .ReadsBody("The whole list.", """{"rules":[{"name":"customer","pattern":"CUST-[0-9]{6}","replacement":null,"enabled":true}]}""",
                "application/json");
        redaction.MapPost("/try", TryAsync).WithName("TryRedactionRule").WithSummary("What a rule does to a text, and how fast it is. Nothing is kept.")
            .ReadsBody("The rule and a text.", """{"rule":{"name":"customer","pattern":"CUST-[0-9]{6}"},"sample":"Ask CUST-481516."}""", "application/json");
    }

    private static Ok<RulesAnswer> List([FromServices] IOwnRedaction redaction) => TypedResults.Ok(new RulesAnswer(redaction.Rules));

    private static async Task<Results<Ok<RulesAnswer>, ProblemHttpResult>> ReplaceAsync(
        HttpRequest request, [FromServices] IOwnRedaction redaction, CancellationToken cancel)
    {
        var body = await FieldReader.ReadAsync(request, ["rules"], [], cancel);
        var wanted = body.Objects("rules", Most).Select((item, i) => Read(body, item, $"rules[{i}]", isNamed: true)).ToList();
        if (!body.IsGood) return body.Problem();
        try
        {
            await redaction.ReplaceAsync(wanted, cancel);
            return List(redaction);
        }
        catch (OwnRuleException bad)
        {
            return Bad(bad);
        }
    }

    private static async Task<Results<Ok<TrialAnswer>, ProblemHttpResult>> TryAsync(HttpRequest request, CancellationToken cancel)
    {
        var body = await FieldReader.ReadAsync(request, ["rule", "sample"], [], cancel);
        if (body.Value("rule") is not { ValueKind: JsonValueKind.Object } given)
        {
            body.Wrong("rule", "is missing, or no object");
            return body.Problem();
        }
        var rule = Read(body, given, "rule", isNamed: false);
        if (body.Value("sample") is not { ValueKind: JsonValueKind.String } sample || sample.GetString() is not { Length: <= LongestSample } text)
        {
            body.Wrong("sample", $"is no text of at most {LongestSample:N0} characters");
            return body.Problem();
        }
        if (!body.IsGood) return body.Problem();
        try
        {
            var trial = await Task.Run(() => OwnRuleTrial.Run(rule, text), cancel);
            return TypedResults.Ok(new TrialAnswer(true, trial.Matches, trial.Result, trial.Milliseconds, null));
        }
        catch (OwnRuleException bad)
        {
            return Bad(bad, new TrialAnswer(false, 0, null, null, bad.Message));
        }
    }

    private static ProblemHttpResult Bad(OwnRuleException bad, TrialAnswer? trial = null) => TypedResults.Problem(
        bad.Message, statusCode: StatusCodes.Status400BadRequest, title: "The rule cannot be used", extensions: trial is null
            ? [new("field", bad.Field)]
            : [new("field", bad.Field), new("ok", trial.Ok), new("matches", trial.Matches), new("result", trial.Result),
                new("milliseconds", trial.Milliseconds), new("error", trial.Error)]);

    private static OwnRule Read(FieldReader body, JsonElement item, string place, bool isNamed)
    {
        foreach (var field in item.EnumerateObject().Select(f => f.Name).Where(f => !s_fields.Contains(f))) body.Wrong($"{place}.{field}", "is not known here");
        string? Text(string field, bool isNeeded)
        {
            var isThere = item.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null;
            if (isThere && value.ValueKind == JsonValueKind.String) return value.GetString();
            if (isThere || isNeeded) body.Wrong($"{place}.{field}", isThere ? "is no text" : "is missing");
            return null;
        }
        var isEnabled = !item.TryGetProperty("enabled", out var enabled) || enabled.ValueKind == JsonValueKind.True;
        if (!isEnabled && enabled.ValueKind != JsonValueKind.False) body.Wrong($"{place}.enabled", "is neither true nor false");
        return new OwnRule(Text("name", isNamed)?.Trim() ?? "rule", Text("pattern", true) ?? "", Text("replacement", false), isEnabled);
    }
}

internal sealed record RulesAnswer(IReadOnlyList<OwnRule> Rules);

/// <param name="Ok">It can be used.</param>
/// <param name="Matches">How often it was found in the sample.</param>
/// <param name="Result">The sample as it would be kept.</param>
/// <param name="Milliseconds">For 100,000 characters of such text.</param>
/// <param name="Error">Why it cannot be used.</param>
internal sealed record TrialAnswer(bool Ok, int Matches, string? Result, double? Milliseconds, string? Error);
