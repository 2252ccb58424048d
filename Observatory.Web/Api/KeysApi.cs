using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Accounts;

namespace Observatory.Web.Api;

internal static class KeysApi
{
    public static void MapKeys(this RouteGroupBuilder admin)
    {
        var keys = admin.MapGroup("/keys").WithTags("Keys");
        keys.MapGet("", ListAsync).WithName("ListKeys").WithSummary("Keys of programs, newest first. The keys themselves are kept nowhere.");
        keys.MapPost("", CreateAsync).WithName("CreateKey").WithSummary("Makes a key. The answer is the only place where it can be read.");
        keys.MapDelete("/{id}", RevokeAsync).WithName("RevokeKey").ProducesProblem(StatusCodes.Status404NotFound).WithSummary("Takes a key away; it ends with the next request.");
    }

    private static async Task<Ok<IEnumerable<KeyAnswer>>> ListAsync([FromServices] ApiKeyService keys, CancellationToken cancel) =>
        TypedResults.Ok((await keys.ListAsync(cancel)).Select(k => new KeyAnswer(k)));

    private static async Task<Results<Created<NewKeyAnswer>, ProblemHttpResult>> CreateAsync(
        [FromBody] NewKey wanted, HttpContext context, [FromServices] ApiKeyService keys, CancellationToken cancel)
    {
        var scopes = KeyScopes.None;
        foreach (var name in wanted.Scopes ?? [])
        {
            var scope = name switch { "ingest" => KeyScopes.Ingest, "read" => KeyScopes.Read, "admin" => KeyScopes.Admin, _ => KeyScopes.None };
            if (scope == KeyScopes.None) return Problems.BadParameter(new BadParameterException("scopes", "holds something that is none of ingest, read and admin"));
            scopes |= scope;
        }
        if (wanted.ExpiresInDays is < 1 or > 3_650) return Problems.BadParameter(new BadParameterException("expiresInDays", "is not from 1 to 3650"));
        try
        {
            var lifetime = wanted.NeverExpires == true ? (TimeSpan?)null : wanted.ExpiresInDays is { } days ? TimeSpan.FromDays(days) : ApiKeyService.Lifetime;
            var (key, kept) = await keys.CreateAsync(wanted.Name ?? "", scopes, lifetime, cancel);
            context.Response.Headers.CacheControl = "no-store";
            return TypedResults.Created($"{context.Request.PathBase}/api/admin/keys/{kept.Id}", new NewKeyAnswer(key, new KeyAnswer(kept)));
        }
        catch (ArgumentException bad)
        {
            return TypedResults.Problem(bad.Message.Split(" (Parameter")[0], statusCode: StatusCodes.Status400BadRequest, title: $"Bad parameter: {bad.ParamName}");
        }
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(long id, [FromServices] ApiKeyService keys, CancellationToken cancel) =>
        await keys.RevokeAsync(id, cancel) ? TypedResults.NoContent() : Problems.NotFound("key that can be taken away");
}

internal sealed class NewKey
{
    [Description("What it is for.")]
    public string? Name { get; init; }

    [Description("ingest, read, admin; one or several.")]
    public string[]? Scopes { get; init; }

    [Description("1 to 3650. Default: 365.")]
    public int? ExpiresInDays { get; init; }

    public bool? NeverExpires { get; init; }
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
    public IReadOnlyList<string> Scopes => [.. Enum.GetValues<KeyScopes>().Where(s => s != KeyScopes.None && key.Scopes.HasFlag(s)).Select(s => s.ToString().ToLowerInvariant())];
    public DateTimeOffset CreatedAt => DateTimeOffset.FromUnixTimeMilliseconds(key.CreatedAt);
    /// <summary>To the hour.</summary>
    public DateTimeOffset? LastUsedAt => Time(key.LastUsedAt);
    public DateTimeOffset? ExpiresAt => Time(key.ExpiresAt);
    public DateTimeOffset? RevokedAt => Time(key.RevokedAt);

    private static DateTimeOffset? Time(long? ms) => ms is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
