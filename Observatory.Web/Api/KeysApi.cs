using System.ComponentModel;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Accounts;
using Observatory.Core.Auditing;
using Observatory.Web.Auditing;
using Observatory.Web.Identity;

namespace Observatory.Web.Api;

internal static class KeysApi
{
    private static readonly string[] s_known = ["name", "scopes", "role", "projects", "userId", "expiresInDays", "neverExpires"];

    /// <summary>Hours for which a rotated key still holds.</summary>
    private const int DefaultGrace = 24, LongestGrace = 24 * 30;

    public static void MapKeys(this RouteGroupBuilder admin)
    {
        var keys = admin.MapGroup("/keys").WithTags("Keys");
        keys.MapGet("", ListAsync).WithName("ListKeys").WithSummary("Keys of programs, newest first. The keys themselves are kept nowhere.");
        keys.MapPost("", CreateAsync).WithName("CreateKey").WithSummary("Makes a key. The answer is the only place where it can be read.")
            .ReadsBody(
                "Name and scopes (ingest, read, admin); as whom a reading key reads (viewer or editor) and which projects it sees; when it ends, a year "
                + "from now unless told otherwise.", """{"name":"CI","scopes":["read"],"role":"viewer","projects":["/src/app"],"expiresInDays":90}""",
                "application/json");
        keys.MapPost("/{id}/rotate", RotateAsync).WithName("RotateKey").ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Makes a key like this one, which ends after graceHours (24 unless told otherwise): both are valid until then.");
        keys.MapDelete("/{id}", RevokeAsync).WithName("RevokeKey").ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Takes a key away; it ends with the next request.");
    }

    private static async Task<Ok<IEnumerable<KeyAnswer>>> ListAsync([FromServices] ApiKeyService keys, CancellationToken cancel) =>
        TypedResults.Ok((await keys.ListAsync(cancel)).Select(k => new KeyAnswer(k)));

    private static async Task<Results<Created<NewKeyAnswer>, ProblemHttpResult>> CreateAsync(
        HttpContext context, [FromServices] ApiKeyService keys, [FromServices] Auditor audit, CancellationToken cancel)
    {
        var body = await FieldReader.ReadAsync(context.Request, s_known, [], cancel);
        var name = body.Text("name", ApiKeyService.MaximumNameLength);
        var scopes = KeyScopes.None;
        foreach (var scope in body.Texts("scopes", 3, 16) ?? [])
        {
            var known = scope switch { "ingest" => KeyScopes.Ingest, "read" => KeyScopes.Read, "admin" => KeyScopes.Admin, _ => KeyScopes.None };
            if (known == KeyScopes.None) body.Wrong("scopes", "holds something that is none of ingest, read and admin");
            scopes |= known;
        }
        if (scopes == KeyScopes.None) body.Wrong("scopes", "holds none of ingest, read and admin");
        var role = AccountsApi.RoleOf(body, isNeeded: false);
        if (role == UserRole.Admin) body.Wrong("role", "is neither viewer nor editor");
        if (role is not null && !scopes.HasFlag(KeyScopes.Read)) body.Wrong("role", "goes with the scope read");
        if (role is not null && scopes.HasFlag(KeyScopes.Admin)) body.Wrong("role", "does not go with the scope admin");
        var (own, projects) = (AccountsApi.OwnOf(body), AccountsApi.ProjectsOf(body));
        var days = body.Number("expiresInDays", 1, 3_650);
        var lifetime = body.Flag("neverExpires") ? (TimeSpan?)null : days is { } given ? TimeSpan.FromDays(given) : ApiKeyService.Lifetime;
        if (!body.IsGood) return body.Problem();
        try
        {
            var owner = Sessions.AccountOf(context.User.FindFirstValue(ClaimTypes.NameIdentifier));
            var (key, kept) = await keys.CreateAsync(new NewApiKey(name!, scopes, lifetime, role, projects, own, owner), cancel);
            audit.Record(AuditActions.KeyCreated, AuditTargets.Of(kept), AuditTargets.RightsOf(kept));
            return Made(context, key, kept);
        }
        catch (ArgumentException bad)
        {
            return TypedResults.Problem(bad.Message.Split(" (Parameter")[0], statusCode: StatusCodes.Status400BadRequest,
                title: "A field is wrong");
        }
    }

    private static async Task<Results<Created<NewKeyAnswer>, ProblemHttpResult>> RotateAsync(
        long id, HttpContext context, [FromServices] ApiKeyService keys, [FromServices] Auditor audit, CancellationToken cancel)
    {
        var hours = DefaultGrace;
        if (context.Request.ContentLength != 0 && context.Request.HasJsonContentType())
        {
            var body = await FieldReader.ReadAsync(context.Request, ["graceHours"], [], cancel);
            hours = body.Number("graceHours", 0, LongestGrace) ?? hours;
            if (!body.IsGood) return body.Problem();
        }
        if (await keys.RotateAsync(id, TimeSpan.FromHours(hours), cancel) is not var (key, kept)) return Problems.NotFound("key that can be rotated");
        audit.Record(AuditActions.KeyRotated, $"key {id} {kept.Name}", $"key {kept.Id} in its place, both hold for {hours} hours");
        return Made(context, key, kept);
    }

    private static Created<NewKeyAnswer> Made(HttpContext context, string key, ApiKey kept)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"{context.Request.PathBase}/api/admin/keys/{kept.Id}", new NewKeyAnswer(key, new KeyAnswer(kept)));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(
        long id, [FromServices] ApiKeyService keys, [FromServices] Auditor audit, CancellationToken cancel)
    {
        if (!await keys.RevokeAsync(id, cancel)) return Problems.NotFound("key that can be taken away");
        if ((await keys.ListAsync(cancel)).FirstOrDefault(k => k.Id == id) is { } key) audit.Record(AuditActions.KeyRevoked, AuditTargets.Of(key));
        return TypedResults.NoContent();
    }
}

/// <param name="Key">Shown here and nowhere else.</param>
internal sealed record NewKeyAnswer(string Key, KeyAnswer Kept);

/// <summary>What is kept of a key.</summary>
internal sealed class KeyAnswer(ApiKey key)
{
    public long Id => key.Id;
    public string Name => key.Name;
    /// <summary>Its readable beginning; null for the key of the settings, whose shape is its owner's.</summary>
    public string? Begins => key.Name == ApiKey.BootstrapName ? null : KeyFormat.PublicPart(key.Scopes, key.CreatedAt);
    public IReadOnlyList<string> Scopes => [.. Enum.GetValues<KeyScopes>().Where(s => s != KeyScopes.None && key.Scopes.HasFlag(s))
        .Select(s => s.ToString().ToLowerInvariant())];
    [Description("As whom a reading key reads: viewer or editor; null = as an editor who writes nothing.")]
    public string? Role => key.Role is { } role ? AccountsApi.WordOf(role) : null;
    [Description("Paths of the projects that are seen; null = all.")]
    public IReadOnlyList<string>? Projects => ProjectList.Read(key.Projects);
    [Description("Whose figures are the own ones.")]
    public string? UserId => key.UserId;
    [Description("Id of the account that it was made with; it ends with that account.")]
    public long? OwnerId => key.OwnerId;
    public DateTimeOffset CreatedAt => DateTimeOffset.FromUnixTimeMilliseconds(key.CreatedAt);
    /// <summary>To the hour.</summary>
    public DateTimeOffset? LastUsedAt => Time(key.LastUsedAt);
    public DateTimeOffset? ExpiresAt => Time(key.ExpiresAt);
    public DateTimeOffset? RevokedAt => Time(key.RevokedAt);

    private static DateTimeOffset? Time(long? ms) => ms is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
