using System.IO.Hashing;
using System.Text;

namespace Observatory.Core.Ingestion.Otlp;

/// <summary>
/// Makes strings of UTF-8. Names and short values repeat on every record of a request: each becomes one string. Invalid UTF-8 comes out
/// as U+FFFD, NUL not at all (no store takes it). One a request, not thread-safe.
/// </summary>
internal sealed class OtlpTexts
{
    private const int LongestKept = 100;
    private const int MostKept = 4_096;

    private readonly Dictionary<ulong, (byte[] Raw, string Text)> _texts = [];

    public string Get(ReadOnlySpan<byte> raw)
    {
        if (raw.IsEmpty) return "";
        if (raw.Length > LongestKept) return Clean(Encoding.UTF8.GetString(raw));
        var hash = XxHash3.HashToUInt64(raw);
        if (_texts.TryGetValue(hash, out var known) && raw.SequenceEqual(known.Raw)) return known.Text;
        var text = Clean(Encoding.UTF8.GetString(raw));
        if (_texts.Count < MostKept) _texts[hash] = (raw.ToArray(), text);
        return text;
    }

    public static string Clean(string text) => text.Contains('\0', StringComparison.Ordinal) ? text.Replace("\0", "", StringComparison.Ordinal) : text;
}
