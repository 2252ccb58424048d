using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Observatory.Core.Privacy.Crowds;

/// <summary>
/// Names for people whose names are not shown: <c>Person 7F3K</c>, the same for a calendar month of UTC and another one in the next. Keyed, so that nobody
/// finds the person by trying all addresses. Thread-safe.
/// </summary>
/// <param name="key">32 random bytes that lie outside the database; asked for once, when the first name is made.</param>
public sealed class Pseudonyms(Func<byte[]> key)
{
    public const string Prefix = "Person ";

    private const string Letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 4;
    private const int MostKept = 20_000;

    private readonly Lazy<byte[]> _key = new(key);
    private readonly ConcurrentDictionary<(string User, int Month), string> _known = new();

    /// <param name="month">Any instant of the month.</param>
    public string Of(string user, DateTimeOffset month)
    {
        var utc = month.UtcDateTime;
        var number = utc.Year * 12 + utc.Month;
        if (_known.TryGetValue((user, number), out var known)) return known;
        if (_known.Count > MostKept) _known.Clear();
        return _known[(user, number)] = Make(user, utc);
    }

    public static bool IsOne(string name) => name.Length == Prefix.Length + Length && name.StartsWith(Prefix, StringComparison.Ordinal);

    private string Make(string user, DateTime utc)
    {
        var hash = HMACSHA256.HashData(_key.Value, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{utc:yyyy-MM}\n{user}")));
        return Prefix + string.Create(Length, hash, static (text, bytes) =>
        {
            for (var i = 0; i < text.Length; i++) text[i] = Letters[bytes[i] % Letters.Length];
        });
    }
}
