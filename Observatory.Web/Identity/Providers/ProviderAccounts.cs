using Observatory.Core.Accounts;
using Observatory.Core.Auditing;
using Observatory.Web.Auditing;

namespace Observatory.Web.Identity.Providers;

/// <summary>
/// Whose account a person of a provider has. Issuer and subject are the key: addresses change hands. An account is linked to them once, by a verified
/// address and while its invitation is open.
/// </summary>
internal sealed class ProviderAccounts(IAccountStore store, UserService users, IAudit audit, TimeProvider clock, ILogger<ProviderAccounts> log)
{
    /// <summary>Null = there is no account for this person, or it may not sign in.</summary>
    public async Task<User?> FindAsync(ProviderPerson person, string? address, CancellationToken cancel)
    {
        var user = await store.FindExternalAsync(person.Issuer, person.Subject, cancel) ?? await LinkAsync(person, cancel);
        if (user is null or { Disabled: true })
        {
            audit.Record(new AuditEvent(AuditActor.Unknown, AuditActions.SignInFailed, "provider", address, user is null ? "no account" : "disabled"));
            return null;
        }
        return person.Role is { } role && role != user.Role ? await ChangeAsync(user, role, address, cancel) : user;
    }

    private async Task<User?> LinkAsync(ProviderPerson person, CancellationToken cancel)
    {
        if (person.Email is not { } email || await store.FindUserAsync(email, cancel) is not { } found || !IsInvited(found)) return null;
        var isLinked = false;
        var user = await users.ChangeAsync(found.Id, u =>
        {
            // Of two who come by one invitation one was faster.
            if (!IsInvited(u)) return;
            isLinked = true;
            (u.InviteHash, u.InviteExpiresAt) = (null, null);
            (u.ExternalIssuer, u.ExternalSubject) = (person.Issuer, person.Subject);
        }, cancel);
        return isLinked ? user : null;
    }

    private bool IsInvited(User user) =>
        user is { Disabled: false, InviteHash: not null } && user.InviteExpiresAt > clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The role goes by the provider; where nobody could administer any more, it stays.</summary>
    private async Task<User> ChangeAsync(User user, UserRole role, string? address, CancellationToken cancel)
    {
        try
        {
            var changed = await users.ChangeAsync(user.Id, u => u.Role = role, cancel);
            audit.Record(new AuditEvent(
                new AuditActor(AuditActor.User, Auditor.IdOf(Sessions.OwnerOf(user)), user.Name ?? user.Email), AuditActions.RoleChanged,
                AuditTargets.Of(user), address, $"by the provider: {AuditTargets.RightsOf(user)} → {role.ToString().ToLowerInvariant()}"));
            return changed ?? user;
        }
        catch (AccountConflictException)
        {
            log.LogWarning("The provider makes the last administrator a {Role}. The account stays one", role);
            return user;
        }
    }
}
