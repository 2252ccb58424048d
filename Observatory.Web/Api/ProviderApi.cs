using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Accounts;
using Observatory.Web.Identity.Providers;

namespace Observatory.Web.Api;

/// <summary>Whether settings of a provider of OpenID Connect work.</summary>
internal static class ProviderApi
{
    private const int Longest = 2_048, MostRoles = 200;

    private static readonly string[] s_fields = ["authority", "clientId", "clientSecret", "roleClaim", "roleMap"];

    public static void MapProviderTrial(this RouteGroupBuilder admin) => admin.MapPost("/oidc/test", TestAsync).WithTags("Users").WithName("TestProvider")
        .WithSummary("Tries settings of a provider of OpenID Connect. Nothing is saved.");

    private static async Task<Results<Ok<ProviderTrialAnswer>, ProblemHttpResult>> TestAsync(
        HttpRequest request, [FromServices] ProviderTrial trial, CancellationToken cancel)
    {
        var fields = await FieldReader.ReadAsync(request, s_fields, [], cancel);
        var oidc = new OidcOptions
        {
            Authority = fields.Text("authority", Longest) ?? "", ClientId = fields.Text("clientId", Longest) ?? "",
            ClientSecret = fields.Text("clientSecret", Longest, isNeeded: false) ?? "",
        };
        if (fields.Text("roleClaim", Longest, isNeeded: false) is { Length: > 0 } claim) oidc.RoleClaim = claim;
        if (fields.IsGood && !ProviderTrial.IsAuthority(oidc.Authority)) fields.Wrong("authority", "is no https address (http is for this machine only)");
        if (fields.IsGood && oidc.ClientId.Length == 0) fields.Wrong("clientId", "is empty");
        ReadMap(fields, oidc);
        if (!fields.IsGood) return fields.Problem();
        var steps = await trial.TryAsync(oidc, cancel);
        return TypedResults.Ok(new ProviderTrialAnswer(steps.All(s => s.Ok), steps, ProviderTrial.SettingsOf(oidc)));
    }

    private static void ReadMap(FieldReader fields, OidcOptions oidc)
    {
        if (fields.Value("roleMap") is not { } map) return;
        if (map.ValueKind != JsonValueKind.Object || map.EnumerateObject().Count() > MostRoles
            || map.EnumerateObject().Any(m => m.Value.ValueKind != JsonValueKind.String || m.Name.Length is 0 or > Longest))
        {
            fields.Wrong("roleMap", "is no object of texts");
            return;
        }
        foreach (var entry in map.EnumerateObject()) oidc.RoleMap[entry.Name] = entry.Value.GetString()!;
        if (ProviderRoles.ReadMap(oidc.RoleMap) is null) fields.Wrong("roleMap", "names a role that is none of viewer, editor and admin");
    }
}

/// <param name="Ok">Every step is.</param>
/// <param name="Settings">The block for <c>appsettings.json</c>, without the secret.</param>
internal sealed record ProviderTrialAnswer(bool Ok, IReadOnlyList<ProviderStep> Steps, JsonObject Settings);
