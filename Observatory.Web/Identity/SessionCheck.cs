using System.Globalization;
using System.Security.Claims;
using Observatory.Core.Accounts;

namespace Observatory.Web.Identity;

/// <summary>
/// Whether someone who was let in may still be here: asked for each request with a cookie, and again and again for pages that stay open.
/// </summary>
internal sealed class SessionCheck(SessionList sessions, IAccountStore accounts, TimeProvider clock)
{
    public const string KeyPrefix = "key:";

    /// <summary>The part that costs nothing: the session was not ended and its time is not over. True for keys.</summary>
    public bool IsOpen(ClaimsPrincipal who) => who.FindFirstValue(Sessions.SessionClaim) is not { } session || sessions.Find(session) is not null;

    /// <summary>All of it: for an account also that it is enabled, with the same password and role; for a key that it is valid, with the same scopes.</summary>
    public async Task<bool> IsGoodAsync(ClaimsPrincipal? who, CancellationToken cancel)
    {
        var id = who?.FindFirstValue(ClaimTypes.NameIdentifier);
        if (who is null || id is null) return false;
        if (id.StartsWith(KeyPrefix, StringComparison.Ordinal)) return await IsGoodKeyAsync(who, id, cancel);
        if (who.FindFirstValue(Sessions.SessionClaim) is not { } session || sessions.Find(session) is not { } found || found.Owner != id) return false;
        sessions.Seen(found);
        if (id == Sessions.LocalId) return true;
        return Sessions.AccountOf(id) is { } number
            && await accounts.FindUserAsync(number, cancel) is { Disabled: false } user
            && user.SecurityStamp == who.FindFirstValue(Sessions.StampClaim) && user.Role == Policies.RoleOf(who) && Knows(who, user);
    }

    /// <summary>
    /// What a person sees is not in the cookie, which would grow with a list of projects, but told with each request. A page that is open has what it was
    /// opened with: a change has a new stamp.
    /// </summary>
    private static bool Knows(ClaimsPrincipal who, User user)
    {
        if (who.Identity is not ClaimsIdentity identity || who.HasClaim(c => c.Type == Policies.OwnClaim)) return true;
        identity.AddClaim(new Claim(Policies.OwnClaim, user.OwnUser));
        if (user.Projects is { } projects) identity.AddClaim(new Claim(Policies.ProjectsClaim, projects));
        return true;
    }

    private async Task<bool> IsGoodKeyAsync(ClaimsPrincipal who, string id, CancellationToken cancel)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return long.TryParse(id.AsSpan(KeyPrefix.Length), CultureInfo.InvariantCulture, out var number)
            && (await accounts.ListKeysAsync(cancel)).FirstOrDefault(k => k.Id == number) is { } key && key.IsValidAt(now)
            && Policies.ScopesOf(key.Scopes).SequenceEqual(who.FindAll(Policies.ScopeClaim).Select(c => c.Value))
            && key.Role?.ToString() == who.FindFirstValue(Policies.KeyRoleClaim) && key.Projects == who.FindFirstValue(Policies.ProjectsClaim)
            && key.UserId == who.FindFirstValue(Policies.OwnClaim);
    }
}
