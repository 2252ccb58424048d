using System.Security.Cryptography;
using Observatory.Core;
using Observatory.Core.Accounts;
using Observatory.Web.Hosting;

namespace Observatory.Web.Identity;

/// <summary>
/// Brings the accounts in line with <c>Observatory:Bootstrap</c>, and refuses to be reachable from other machines while nobody could
/// sign in. Runs after the store is ready and before the first request.
/// </summary>
internal sealed class AccountSeeder(
    BootstrapOptions bootstrap, IAccountStore store, Passwords passwords, SessionList sessions, ListenAddresses addresses, TimeProvider clock)
    : IHostedService
{
    /// <summary>Somebody can sign in with a password. Known once the start is over.</summary>
    public bool HasAccount { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await SeedAccountAsync(cancellationToken);
        await SeedKeyAsync(cancellationToken);
        HasAccount = await store.AnyUserAsync(cancellationToken);
        if (addresses.BeyondLoopback is { } open && !await store.AnyAsync(cancellationToken))
        {
            throw new StartRefusedException(
                $"{open.Key}: {open.Url} can be reached from other machines, but there is no account and no key. Set Observatory:Bootstrap:AdminEmail and "
                + "AdminPassword, or Observatory:Bootstrap:ApiKey, or listen on 127.0.0.1.");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task SeedAccountAsync(CancellationToken cancel)
    {
        if (bootstrap is not { AdminEmail: { Length: > 0 } email, AdminPassword: { Length: > 0 } password }) return;
        var user = await store.FindUserAsync(email, cancel) ?? new User
        {
            Email = email, NormalizedEmail = User.Normalize(email), SecurityStamp = "", CreatedAt = clock.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        // Hashing costs a tenth of a second of each start only where something changed.
        if (user is { Role: UserRole.Admin, Disabled: false } && passwords.Verify(user, password)) return;
        user.Role = UserRole.Admin;
        user.Disabled = false;
        user.PasswordHash = passwords.Hash(user, password);
        user.SecurityStamp = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        var changed = user.Id != 0;
        await store.SaveUserAsync(user, cancel);
        // Who changes it may fear that somebody else is in, by whatever way.
        if (changed) EndSessions(Sessions.OwnerOf(user));
    }

    /// <summary>Those of links too, which nothing else ends. Of the accounts one, or all.</summary>
    private void EndSessions(string? owner) => sessions.EndAll(s => owner is null || s.Owner == owner || s.Owner == Sessions.LocalId);

    private async Task SeedKeyAsync(CancellationToken cancel)
    {
        var hash = bootstrap.ApiKey is { Length: > 0 } key ? ApiKeys.Hash(key) : null;
        var present = false;
        foreach (var old in (await store.ListKeysAsync(cancel)).Where(k => k.Name == ApiKey.BootstrapName))
        {
            // The setting is the truth: a key that left it ends with this start.
            if (hash is not null && old.Hash.AsSpan().SequenceEqual(hash)) present = true;
            else
            {
                await store.DeleteKeyAsync(old.Id, cancel);
                EndSessions(null);
            }
        }
        if (hash is null || present) return;
        await store.SaveKeyAsync(new ApiKey
        {
            Name = ApiKey.BootstrapName, Hash = hash, Scopes = KeyScopes.Admin, CreatedAt = clock.GetUtcNow().ToUnixTimeMilliseconds(),
        }, cancel);
    }
}
