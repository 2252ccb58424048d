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

    /// <returns>The key itself, to be shown once, and what is kept of it.</returns>
    /// <exception cref="ArgumentException">The name is empty, too long or the bootstrap key's; no scope; or an end in the past.</exception>
    public async Task<(string Key, ApiKey Kept)> CreateAsync(string name, KeyScopes scopes, TimeSpan? lifetime, CancellationToken cancel = default)
    {
        name = name.Trim();
        if (name.Length is 0 or > MaximumNameLength || name.Any(char.IsControl)) throw new ArgumentException($"A name has 1 to {MaximumNameLength} characters.", nameof(name));
        if (name == ApiKey.BootstrapName) throw new ArgumentException($"The name {ApiKey.BootstrapName} belongs to the key of the settings.", nameof(name));
        if (scopes == KeyScopes.None || (scopes & ~(KeyScopes.Ingest | KeyScopes.Read | KeyScopes.Admin)) != 0) throw new ArgumentException("Choose at least one of ingest, read and admin.", nameof(scopes));
        if (lifetime <= TimeSpan.Zero) throw new ArgumentException("It would be over before it begins.", nameof(lifetime));
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var key = KeyFormat.Make(scopes, now);
        var kept = await store.SaveKeyAsync(new ApiKey
        {
            Name = name, Hash = Hash(key), Scopes = scopes, CreatedAt = now, ExpiresAt = lifetime is { } length ? now + (long)length.TotalMilliseconds : null,
        }, cancel).ConfigureAwait(false);
        return (key, kept);
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
