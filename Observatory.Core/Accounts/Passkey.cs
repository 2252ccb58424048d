using System.Text.Json;

namespace Observatory.Core.Accounts;

/// <summary>The public half of a key pair that a device of somebody holds.</summary>
/// <param name="Id">As the device calls it, base 64 for addresses.</param>
/// <param name="PublicKey">COSE.</param>
/// <param name="CreatedAt">Unix milliseconds, UTC; so is <paramref name="LastUsedAt"/>.</param>
/// <param name="SignCount">Of the last use: one that goes back tells of a copy.</param>
/// <param name="Name">As its owner calls it.</param>
public sealed record Passkey(
    string Id, byte[] PublicKey, long CreatedAt, uint SignCount, IReadOnlyList<string>? Transports, bool IsUserVerified, bool IsBackupEligible, bool IsBackedUp,
    string Name, long? LastUsedAt = null);

/// <summary>Passkeys as an account keeps them.</summary>
public static class PasskeyList
{
    public const int Most = 20, LongestName = 64;

    public static IReadOnlyList<Passkey> Read(string? kept) => kept is null ? [] : JsonSerializer.Deserialize<List<Passkey>>(kept) ?? [];

    /// <summary>Null = there is none.</summary>
    public static string? Write(IReadOnlyList<Passkey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return keys.Count == 0 ? null : JsonSerializer.Serialize(keys);
    }

    /// <summary>Adds one, or puts it in the place of the one of its id.</summary>
    public static string? With(string? kept, Passkey key) => Write([.. Read(kept).Where(k => k.Id != key.Id), key]);

    public static string? Without(string? kept, string id) => Write([.. Read(kept).Where(k => k.Id != id)]);
}
