using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Observatory.Core.Accounts;

/// <summary>Codes of authenticator apps: six digits, a new one every thirty seconds (RFC 6238 with SHA-1, which all apps know).</summary>
public static class Totp
{
    public const int Digits = 6;

    private const int KeyBytes = 20;
    private const long StepMs = 30_000;
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>A new key, as apps take it: base 32.</summary>
    public static string NewKey() => Encode(RandomNumberGenerator.GetBytes(KeyBytes));

    /// <summary>What a picture of the key holds.</summary>
    public static string UriOf(string key, string account) =>
        $"otpauth://totp/Observatory:{Uri.EscapeDataString(account)}?secret={key}&issuer=Observatory&digits={Digits}";

    /// <summary>The step whose code this is, one before and one behind now included; null = it is none, or not later than the last that was taken.</summary>
    /// <param name="last">Step of the last code that was taken.</param>
    public static long? StepOf(string key, string? code, DateTimeOffset now, long? last)
    {
        if (code is not { Length: Digits } || !code.All(char.IsAsciiDigit)) return null;
        var step = now.ToUnixTimeMilliseconds() / StepMs;
        long? found = null;
        for (var at = step - 1; at <= step + 1; at++)
        {
            // All are compared, so that time tells nothing.
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(CodeOf(key, at)), Encoding.ASCII.GetBytes(code)) && at > (last ?? -1))
                found = at;
        }
        return found;
    }

    /// <summary>The code of a moment.</summary>
    public static string CodeAt(string key, DateTimeOffset at) => CodeOf(key, at.ToUnixTimeMilliseconds() / StepMs);

    private static string CodeOf(string key, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // The standard says so, and a keyed hash does not hang on collisions.
        var hash = HMACSHA1.HashData(Decode(key), counter);
#pragma warning restore CA5350
        var offset = hash[^1] & 0xf;
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(offset)) & 0x7fff_ffff;
        return (number % 1_000_000).ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string Encode(byte[] bytes)
    {
        var text = new StringBuilder();
        var (bits, count) = (0, 0);
        foreach (var b in bytes)
        {
            (bits, count) = ((bits << 8) | b, count + 8);
            for (; count >= 5; count -= 5) text.Append(Letters[(bits >> (count - 5)) & 31]);
            bits &= (1 << count) - 1;
        }
        return text.ToString();
    }

    private static byte[] Decode(string key)
    {
        var bytes = new List<byte>();
        var (bits, count) = (0, 0);
        foreach (var letter in key)
        {
            (bits, count) = ((bits << 5) | Letters.IndexOf(letter, StringComparison.Ordinal), count + 5);
            if (count < 8) continue;
            count -= 8;
            bytes.Add((byte)(bits >> count));
            bits &= (1 << count) - 1;
        }
        return [.. bytes];
    }
}

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
