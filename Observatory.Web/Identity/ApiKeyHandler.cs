using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Observatory.Web.Identity;

/// <summary>Signs a request in by its key: <c>Authorization: Bearer KEY</c> or <c>x-api-key: KEY</c>, exactly one. Never from the address.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKeys keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";
    private const string HeaderName = "x-api-key";
    private const string Bearer = "Bearer";

    /// <summary>The request brings a key, be it right or wrong: a cookie beside it then counts for nothing.</summary>
    public static bool Concerns(HttpRequest request) =>
        request.Headers.ContainsKey(HeaderName) || request.Headers.Authorization.Any(value => Token(value) is not null);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var given = Request.Headers.Authorization.Select(Token).Concat(Request.Headers[HeaderName]).OfType<string>().ToList();
        if (given.Count == 0) return AuthenticateResult.NoResult();
        if (given.Count > 1) return AuthenticateResult.Fail("Send one key, not several.");
        if (await keys.FindAsync(given[0].Trim(), Context.RequestAborted) is not { } key) return AuthenticateResult.Fail("Unknown key.");

        var identity = new ClaimsIdentity(SchemeName, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, SessionCheck.KeyPrefix + key.Id.ToString(CultureInfo.InvariantCulture)));
        identity.AddClaim(new Claim(ClaimTypes.Name, key.Name));
        foreach (var scope in Policies.ScopesOf(key.Scopes)) identity.AddClaim(new Claim(Policies.ScopeClaim, scope));
        if (key.Role is { } role) identity.AddClaim(new Claim(Policies.KeyRoleClaim, role.ToString()));
        if (key.UserId is { } own) identity.AddClaim(new Claim(Policies.OwnClaim, own));
        if (key.Projects is { } projects) identity.AddClaim(new Claim(Policies.ProjectsClaim, projects));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers[HeaderNames.WWWAuthenticate] = Bearer;
        return Task.CompletedTask;
    }

    private static string? Token(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return null;
        var rest = authorization[Bearer.Length..];
        if (rest.StartsWith(' ')) return rest.TrimStart();
        // Some clients send the configured header percent-encoded: "Bearer%20KEY".
        return rest.StartsWith("%20", StringComparison.Ordinal) ? Uri.UnescapeDataString(rest[3..]) : null;
    }
}
