using System.Buffers.Binary;
using System.Collections.Concurrent;
using Observatory.Core.Accounts;

namespace Observatory.Core.Storage;

/// <summary>
/// Keys that were asked for, so that a busy sender costs no question to the database a request. Whatever changes a key in this process (no other
/// may open the database) empties it, so a revoked key ends with the next request. Only keys that exist are kept. Thread-safe.
/// </summary>
internal sealed class KeyCache
{
    /// <summary>Beyond these many it starts anew.</summary>
    private const int Limit = 1_000;

    private readonly ConcurrentDictionary<UInt128, ApiKey> _keys = [];
    private long _version;

    public ApiKey? Find(ReadOnlySpan<byte> hash, Func<ApiKey?> read)
    {
        if (hash.Length < 16) return read();
        var name = BinaryPrimitives.ReadUInt128LittleEndian(hash);
        if (_keys.TryGetValue(name, out var known)) return Copy(known);
        var version = Volatile.Read(ref _version);
        if (read() is not { } key) return null;
        if (_keys.Count >= Limit) _keys.Clear();
        _keys[name] = Copy(key);
        // Something changed while it was read: what was just kept may be the key as it was before.
        if (version != Volatile.Read(ref _version)) _keys.TryRemove(name, out _);
        return key;
    }

    /// <summary>After every change, before it is reported as done.</summary>
    public void Clear()
    {
        Interlocked.Increment(ref _version);
        _keys.Clear();
    }

    private static ApiKey Copy(ApiKey x) => new()
    {
        Id = x.Id, Name = x.Name, Hash = x.Hash, Scopes = x.Scopes, CreatedAt = x.CreatedAt, ExpiresAt = x.ExpiresAt, LastUsedAt = x.LastUsedAt,
            RevokedAt = x.RevokedAt, Role = x.Role, Projects = x.Projects, UserId = x.UserId, OwnerId = x.OwnerId,
    };
}
