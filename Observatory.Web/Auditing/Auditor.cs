using System.Net;
using System.Security.Claims;
using Observatory.Core.Auditing;
using Observatory.Web.Identity;

namespace Observatory.Web.Auditing;

/// <summary>Takes down what is done in a request or on an open page, with who does it and from where. One a scope.</summary>
internal sealed class Auditor(IAudit audit, SessionList? sessions = null)
{
    /// <summary>A disk that is full, or a database that is busy, holds up nobody for longer: the row is stored later.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private AuditActor _actor = AuditActor.Unknown;
    private string? _address;

    public string Name => _actor.Name;

    /// <param name="who">Was let in.</param>
    /// <param name="address">From where; null = from where the session was begun.</param>
    public void Become(ClaimsPrincipal who, string? address = null)
    {
        if (who.Identity is not { IsAuthenticated: true }) return;
        _actor = Of(who);
        _address = address ?? (who.FindFirstValue(Sessions.SessionClaim) is { } session ? sessions?.Find(session)?.Address : null);
    }

    /// <param name="action">One of <see cref="AuditActions"/>.</param>
    /// <param name="target">What it was done to.</param>
    /// <param name="details">In plain words. No secret, no prompt, no text that was searched for.</param>
    public void Record(string action, string target, string? details = null) => audit.Record(new AuditEvent(_actor, action, target, _address, details));

    /// <summary>Ends when what was recorded is stored, or after a while.</summary>
    public async Task FlushAsync()
    {
        try
        {
            await audit.FlushAsync().WaitAsync(s_patience);
        }
        catch (TimeoutException)
        {
            // It is stored when that is possible again.
        }
    }

    public static AuditActor Of(ClaimsPrincipal who)
    {
        var (id, name) = (who.FindFirstValue(ClaimTypes.NameIdentifier) ?? "", who.Identity?.Name ?? "unknown");
        if (id.StartsWith(SessionCheck.KeyPrefix, StringComparison.Ordinal)) return new AuditActor(AuditActor.Key, id[SessionCheck.KeyPrefix.Length..], name);
        return new AuditActor(AuditActor.User, IdOf(id), name);
    }

    /// <param name="owner">Of a session.</param>
    public static string IdOf(string owner) =>
        owner.StartsWith(Sessions.AccountPrefix, StringComparison.Ordinal) ? owner[Sessions.AccountPrefix.Length..] : owner;

    /// <summary>Of the one who asks, also behind a proxy; null = a server in memory.</summary>
    public static string? AddressOf(HttpContext context) => context.Connection.RemoteIpAddress is not { } address || address.Equals(IPAddress.None) ? null
        : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
}
