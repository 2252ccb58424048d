using System.Buffers;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace Observatory.Core.Accounts;

/// <summary>
/// How our own keys are written: <c>cco_i_0Xk3qP1z_…30 random letters…6 of checksum</c>. The prefix lets secret scanners find one, the public
/// part tells keys apart in a list, and the checksum tells a typing mistake from a key that was taken away, without asking the database.
/// </summary>
public static class KeyFormat
{
    public const string Prefix = "cco_";

    private const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int PublicLength = 8;
    private const int RandomLength = 30;
    private const int ChecksumLength = 6;

    private static readonly SearchValues<char> s_letters = SearchValues.Create(Letters);

    /// <summary>A new key. It can be read nowhere again: only its hash is kept.</summary>
    public static string Make(KeyScopes scopes, long createdAt)
    {
        var body = PublicPart(scopes, createdAt) + "_" + new string(RandomNumberGenerator.GetItems<char>(Letters, RandomLength));
        return body + Checksum(body);
    }

    /// <summary><c>cco_i_0Xk3qP1z</c>: what of a key may be shown.</summary>
    public static string PublicPart(KeyScopes scopes, long createdAt) => $"{Prefix}{Kind(scopes)}_{Base62((ulong)createdAt, PublicLength)}";

    /// <summary>False = written like one of ours, and mistyped. Keys of another shape are none of our business.</summary>
    public static bool IsPlausible(string key)
    {
        // cco_ k _ 8 _ 30+6
        const int Length = 4 + 1 + 1 + PublicLength + 1 + RandomLength + ChecksumLength;
        if (key.Length != Length || !key.StartsWith(Prefix, StringComparison.Ordinal) || key[5] != '_' || key[14] != '_') return true;
        if (key.AsSpan(15).ContainsAnyExcept(s_letters)) return true;
        var at = Length - ChecksumLength;
        return key.AsSpan(at).SequenceEqual(Checksum(key[..at]));
    }

    private static char Kind(KeyScopes scopes) => scopes.HasFlag(KeyScopes.Admin) ? 'a' : scopes.HasFlag(KeyScopes.Read) ? 'r' : 'i';

    private static string Checksum(string body) => Base62(Crc32.HashToUInt32(Encoding.ASCII.GetBytes(body)), ChecksumLength);

    private static string Base62(ulong value, int length)
    {
        var text = new char[length];
        for (var i = length - 1; i >= 0; i--, value /= 62) text[i] = Letters[(int)(value % 62)];
        return new string(text);
    }
}
