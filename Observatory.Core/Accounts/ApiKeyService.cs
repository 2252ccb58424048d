using System.Security.Cryptography;
using System.Text;

namespace Observatory.Core.Accounts;

/// <summary>Makes, lists and takes away keys of programs. Thread-safe.</summary>
public sealed class ApiKeyService(IAccountStore store, TimeProvider clock)
{
    public const int MaximumNameLength = 64;

    /// <summary>Unless told otherwise.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    /// <summary>SHA-256: keys are long and random, so a fast hash is enough.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>Newest first, those that are over too.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancel = default) =>
        [.. (await store.ListKeysAsync(cancel).ConfigureAwait(false)).OrderByDescending(k => k.CreatedAt).ThenByDescending(k => k.Id)];

    /// <inheritdoc cref="CreateAsync(NewApiKey, CancellationToken)"/>
    public Task<(string Key, ApiKey Kept)> CreateAsync(string name, KeyScopes scopes, TimeSpan? lifetime, CancellationToken cancel = default) =>
        CreateAsync(new NewApiKey(name, scopes, lifetime), cancel);

    /// <returns>The key itself, to be shown once, and what is kept of it.</returns>
    /// <exception cref="ArgumentException">The name is empty, too long or the bootstrap key's; no scope; a role that does not go with the scopes; or an end
    /// in the past.</exception>
    public async Task<(string Key, ApiKey Kept)> CreateAsync(NewApiKey wanted, CancellationToken cancel = default)
    {
        var name = wanted.Name.Trim();
        if (name.Length is 0 or > MaximumNameLength
            || name.Any(char.IsControl)) throw new ArgumentException($"A name has 1 to {MaximumNameLength} characters.", nameof(wanted));
        if (name == ApiKey.BootstrapName) throw new ArgumentException($"The name {ApiKey.BootstrapName} belongs to the key of the settings.", nameof(wanted));
        if (wanted.Scopes == KeyScopes.None
            || (wanted.Scopes & ~(KeyScopes.Ingest | KeyScopes.Read | KeyScopes.Admin)) != 0) throw new ArgumentException("Choose at least one of ingest, "
            + "read and admin.", nameof(wanted));
        if (wanted.Role is not (null or UserRole.Viewer or UserRole.Editor)) throw new ArgumentException("A key is a viewer or an editor.", nameof(wanted));
        if (wanted.Role is not null && !wanted.Scopes.HasFlag(KeyScopes.Read)) throw new ArgumentException("A role goes with the scope read.", nameof(wanted));
        if (wanted.Lifetime <= TimeSpan.Zero) throw new ArgumentException("It would be over before it begins.", nameof(wanted));
        return await SaveNewAsync(new ApiKey
        {
            Name = name, Hash = [], Scopes = wanted.Scopes, Role = wanted.Role, Projects = ProjectList.Write(wanted.Projects), UserId = wanted.UserId,
            OwnerId = wanted.OwnerId,
        }, wanted.Lifetime, cancel).ConfigureAwait(false);
    }

    /// <summary>A new key like an old one, which ends after a while: both are valid until then.</summary>
    /// <param name="grace">How long the old one still holds; zero = it ends now.</param>
    /// <returns>Null = there is none of this id that is valid, or it is the settings' own.</returns>
    public async Task<(string Key, ApiKey Kept)?> RotateAsync(long id, TimeSpan grace, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var old = (await store.ListKeysAsync(cancel).ConfigureAwait(false)).FirstOrDefault(k => k.Id == id);
        if (old is null or { Name: ApiKey.BootstrapName } || !old.IsValidAt(now)) return null;
        // The new one first: whatever fails then, somebody still gets in.
        var made = await SaveNewAsync(
            new ApiKey
            {
                Name = old.Name, Hash = [], Scopes = old.Scopes, Role = old.Role, Projects = old.Projects, UserId = old.UserId, OwnerId = old.OwnerId,
            },
            old.ExpiresAt is { } end ? TimeSpan.FromMilliseconds(end - old.CreatedAt) : null, cancel).ConfigureAwait(false);
        var last = now + (long)grace.TotalMilliseconds;
        old.ExpiresAt = Math.Min(old.ExpiresAt ?? long.MaxValue, last);
        await store.SaveKeyAsync(old, cancel).ConfigureAwait(false);
        return made;
    }

    private async Task<(string Key, ApiKey Kept)> SaveNewAsync(ApiKey key, TimeSpan? lifetime, CancellationToken cancel)
    {
        key.CreatedAt = clock.GetUtcNow().ToUnixTimeMilliseconds();
        key.ExpiresAt = lifetime is { } length ? key.CreatedAt + (long)length.TotalMilliseconds : null;
        var text = KeyFormat.Make(key.Scopes, key.CreatedAt);
        key.Hash = Hash(text);
        return (text, await store.SaveKeyAsync(key, cancel).ConfigureAwait(false));
    }

    /// <summary>It ends with the next request. False = there is none of this id, it is the settings' own, or it was taken away before.</summary>
    public async Task<bool> RevokeAsync(long id, CancellationToken cancel = default)
    {
        var key = (await store.ListKeysAsync(cancel).ConfigureAwait(false)).FirstOrDefault(k => k.Id == id);
        if (key is null or { RevokedAt: not null } or { Name: ApiKey.BootstrapName }) return false;
        key.RevokedAt = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await store.SaveKeyAsync(key, cancel).ConfigureAwait(false);
        return true;
    }

    /// <summary>For a key that was made for one errand and is done with it.</summary>
    public Task DeleteAsync(long id, CancellationToken cancel = default) => store.DeleteKeyAsync(id, cancel);
}

/// <summary>A key that is to be made.</summary>
/// <param name="Lifetime">Null = it never ends.</param>
/// <param name="Role">As whom it reads; null = as an editor who writes nothing.</param>
/// <param name="Projects">Paths of those that are seen; null = all.</param>
/// <param name="UserId">Whose figures are the own ones; null = nobody's.</param>
/// <param name="OwnerId">Account that it is made with.</param>
public sealed record NewApiKey(
    string Name, KeyScopes Scopes, TimeSpan? Lifetime, UserRole? Role = null, IReadOnlyList<string>? Projects = null, string? UserId = null,
    long? OwnerId = null);
