using System.Globalization;
using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Observatory.Core.Accounts;
using Observatory.Core.Auditing;
using Observatory.Web.Auditing;
using Observatory.Web.Hosting;

namespace Observatory.Web.Identity;

/// <summary>Signs people in and out: what their cookie says, and how long it lasts.</summary>
internal sealed class Sessions(SessionList list, PublicAddress address, IAudit audit, TimeProvider clock)
{
    public const string SessionClaim = "session";
    public const string StampClaim = "stamp";
    public const string AccountPrefix = "account:";

    /// <summary>Of whoever opened a link: the owner of the machine's account, as only that one sees the console.</summary>
    public const string LocalId = "local";

    private const int MaximumAgent = 256;

    public static TimeSpan OnThisMachine { get; } = TimeSpan.FromDays(30);

    public static TimeSpan Elsewhere { get; } = TimeSpan.FromHours(12);

    public Task SignInByLinkAsync(HttpContext context) => SignInAsync(context, LocalId, Environment.UserName, UserRole.Admin, null, "link");

    /// <param name="way">password, invite, passkey, provider.</param>
    public Task SignInAsync(HttpContext context, User user, string way) =>
        SignInAsync(context, OwnerOf(user), user.Name ?? user.Email, user.Role, user.SecurityStamp, way);

    public async Task SignOutAsync(HttpContext context)
    {
        if (context.User.FindFirstValue(SessionClaim) is { } session && list.End(session))
            audit.Record(new AuditEvent(Auditor.Of(context.User), AuditActions.SignOut, "session", Auditor.AddressOf(context)));
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        context.Response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\"";
    }

    public static string OwnerOf(User user) => AccountPrefix + user.Id.ToString(CultureInfo.InvariantCulture);

    /// <summary>Null where the reader has no account.</summary>
    public static long? AccountOf(string? owner) => owner is not null && owner.StartsWith(AccountPrefix, StringComparison.Ordinal)
        && long.TryParse(owner.AsSpan(AccountPrefix.Length), CultureInfo.InvariantCulture, out var id) ? id : null;

    private async Task SignInAsync(HttpContext context, string owner, string name, UserRole role, string? stamp, string way)
    {
        var now = clock.GetUtcNow();
        // 30 days on this machine, where the cookie never leaves it; 12 hours elsewhere. Both count from the sign-in.
        var end = now + (IsLocal(context) ? OnThisMachine : Elsewhere);
        var agent = context.Request.Headers.UserAgent.ToString();
        var session = new Session(
            Guid.NewGuid().ToString("N"), owner, way, now.ToUnixTimeMilliseconds(), end.ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds(),
            context.Connection.RemoteIpAddress is { } from ? Plain(from).ToString() : null, agent.Length == 0 ? null
                : agent[..Math.Min(agent.Length, MaximumAgent)]);
        var identity = new ClaimsIdentity("Session", ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, owner));
        identity.AddClaim(new Claim(ClaimTypes.Name, name));
        identity.AddClaim(new Claim(ClaimTypes.Role, role.ToString()));
        identity.AddClaim(new Claim(SessionClaim, session.Id));
        if (stamp is not null) identity.AddClaim(new Claim(StampClaim, stamp));
        list.Add(session);
        var lasting = new AuthenticationProperties { IsPersistent = true, AllowRefresh = false, IssuedUtc = now, ExpiresUtc = end };
        var who = new ClaimsPrincipal(identity);
        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, who, lasting);
        audit.Record(new AuditEvent(Auditor.Of(who), AuditActions.SignIn, way, Auditor.AddressOf(context)));
    }

    /// <summary>Who comes by the public address does not, whatever machine the proxy runs on.</summary>
    private bool IsLocal(HttpContext context) => !(address.Host.HasValue && context.Request.Host == address.Host) && IsLoopback(context);

    private static bool IsLoopback(HttpContext context) => context.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(Plain(address));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
