using System.Collections.Concurrent;
using System.Security.Cryptography;
using Observatory.Core;
using Observatory.Core.Accounts;
using Observatory.Core.Time;

namespace Observatory.Web.Identity;

/// <summary>Finds the key that a caller sent. The store forgets what it keeps in memory with every change, so a revoked key ends with the next
/// request.</summary>
internal sealed class ApiKeys(IAccountStore store, BootstrapOptions bootstrap, TimeProvider clock, ILogger<ApiKeys> log)
{
    /// <summary>A note that could not be written is tried again by a later request.</summary>
    private static readonly TimeSpan s_again = TimeSpan.FromMinutes(1);

    /// <summary>When the use of a key was last noted, or tried to be; by id.</summary>
    private readonly ConcurrentDictionary<long, long> _tried = new();

    // Longer ones are no keys of anyone, and hashing them would be work for nothing.
    private const int MaximumLength = 1_024;

    public static byte[] Hash(string key) => ApiKeyService.Hash(key);

    /// <summary>Null for unknown, expired and revoked keys alike.</summary>
    public async Task<ApiKey?> FindAsync(string given, CancellationToken cancel)
    {
        if (given.Length is 0 or > MaximumLength) return null;
        // A typing mistake is told without a question to the database; the settings' own key may look like anything.
        if (!KeyFormat.IsPlausible(given) && given != bootstrap.ApiKey) return null;
        var hash = Hash(given);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var key = await store.FindKeyAsync(hash, cancel);
        if (key is null || !CryptographicOperations.FixedTimeEquals(key.Hash, hash) || !key.IsValidAt(now)) return null;
        // To the hour: a busy key must not turn every read into a write.
        if (key.LastUsedAt is not { } last || now - last >= BucketClock.Hour) Note(key.Id, now);
        return key;
    }

    /// <summary>Beside the request: a disk that is full or a database that is locked stands in nobody's way.</summary>
    private void Note(long id, long now)
    {
        var before = _tried.GetValueOrDefault(id, long.MinValue / 2);
        if (now - before < s_again.TotalMilliseconds) return;
        if (before < 0 ? !_tried.TryAdd(id, now) : !_tried.TryUpdate(id, now, before)) return;
        Task.Run(async () =>
        {
            try
            {
                await store.NoteKeyUseAsync(id, now);
            }
            catch (Exception e)
            {
                log.LogWarning("The use of a key could not be noted: {Message}", e.Message);
            }
        });
    }
}
