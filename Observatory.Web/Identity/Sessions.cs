using System.Globalization;
using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Observatory.Core.Accounts;

namespace Observatory.Web.Identity;

/// <summary>What a session cookie says about its owner, and how long it lasts.</summary>
internal static class Sessions
{
    public const string SessionClaim = "session";
    public const string StampClaim = "stamp";
    public const string AccountPrefix = "account:";

    /// <summary>Of whoever opened a link: the owner of the machine's account, as only that one sees the console.</summary>
    public const string LocalId = "local";

    public static TimeSpan OnThisMachine { get; } = TimeSpan.FromDays(30);

    public static TimeSpan Elsewhere { get; } = TimeSpan.FromHours(12);

    public static ClaimsPrincipal ForLink() => Create(LocalId, Environment.UserName, UserRole.Admin, null);

    public static ClaimsPrincipal For(User user) =>
        Create(AccountPrefix + user.Id.ToString(CultureInfo.InvariantCulture), user.Name ?? user.Email, user.Role, user.SecurityStamp);

    /// <summary>30 days on this machine, where the cookie never leaves it; 12 hours elsewhere. Both count from the sign-in.</summary>
    public static AuthenticationProperties Lasting(HttpContext context, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return new AuthenticationProperties
        {
            IsPersistent = true, AllowRefresh = false, IssuedUtc = now, ExpiresUtc = now + (IsLocal(context) ? OnThisMachine : Elsewhere),
        };
    }

    private static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    private static ClaimsPrincipal Create(string id, string name, UserRole role, string? stamp)
    {
        var identity = new ClaimsIdentity("Session", ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, id));
        identity.AddClaim(new Claim(ClaimTypes.Name, name));
        identity.AddClaim(new Claim(ClaimTypes.Role, role.ToString()));
        identity.AddClaim(new Claim(SessionClaim, Guid.NewGuid().ToString("N")));
        if (stamp is not null) identity.AddClaim(new Claim(StampClaim, stamp));
        return new ClaimsPrincipal(identity);
    }
}
