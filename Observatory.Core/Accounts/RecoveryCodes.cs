using System.Security.Cryptography;
using System.Text;

namespace Observatory.Core.Accounts;

/// <summary>Codes for who lost the app: each works once.</summary>
public static class RecoveryCodes
{
    public const int Count = 10;

    private const string Letters = "23456789abcdefghjkmnpqrstuvwxyz";

    /// <summary>Codes as they are shown once, and what is kept of them.</summary>
    public static (IReadOnlyList<string> Codes, string Kept) New()
    {
        var codes = Enumerable.Range(0, Count).Select(_ => $"{Piece()}-{Piece()}").ToList();
        return (codes, string.Join(' ', codes.Select(HashOf)));

        static string Piece() => new(RandomNumberGenerator.GetItems<char>(Letters, 5));
    }

    /// <summary>What is left when this one was used; null = it is none of them.</summary>
    public static string? Use(string? kept, string? code)
    {
        if (kept is null || code is not { Length: > 0 and <= 64 }) return null;
        var hash = HashOf(code.Trim().ToLowerInvariant());
        var all = kept.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return all.Contains(hash) ? string.Join(' ', all.Where(h => h != hash)) : null;
    }

    public static int Left(string? kept) => kept?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length ?? 0;

    private static string HashOf(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)));
}
