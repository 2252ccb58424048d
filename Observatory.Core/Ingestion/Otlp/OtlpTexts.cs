using System.IO.Hashing;
using System.Text;

namespace Observatory.Core.Ingestion.Otlp;

/// <summary>
/// Makes strings of UTF-8. Names and short values repeat on every record of a request, and from request to request: those of ASCII are
/// kept, the newest in each place. Invalid UTF-8 comes out as U+FFFD, NUL not at all (no store takes it). Not thread-safe.
/// </summary>
internal sealed class OtlpTexts
{
    private const int LongestKept = 100;

    /// <summary>A power of two; 24 bytes each and the strings.</summary>
    private const int Places = 4_096;

    private readonly (ulong Hash, string? Text, OtlpName Name)[] _kept = new (ulong, string?, OtlpName)[Places];

    public string Get(ReadOnlySpan<byte> raw) => raw.Length switch
    {
        0 => "",
        > LongestKept => Clean(Encoding.UTF8.GetString(raw)),
        _ => Find(raw).Text,
    };

    /// <summary>The same, and which of the known names it is.</summary>
    public (string Text, OtlpName Name) GetName(ReadOnlySpan<byte> raw) => raw.Length switch
    {
        0 => ("", OtlpName.Other),
        > LongestKept => (Clean(Encoding.UTF8.GetString(raw)), OtlpName.Other),
        _ => Find(raw),
    };

    private (string Text, OtlpName Name) Find(ReadOnlySpan<byte> raw)
    {
        var hash = XxHash3.HashToUInt64(raw);
        ref var place = ref _kept[hash & (Places - 1)];
        if (place.Hash == hash && place.Text is not null && Ascii.Equals(raw, place.Text)) return (place.Text, place.Name);
        var text = Clean(Encoding.UTF8.GetString(raw));
        place = (hash, text, OtlpNames.Of(text));
        return (text, place.Name);
    }

    public static string Clean(string text) => text.Contains('\0', StringComparison.Ordinal) ? text.Replace("\0", "", StringComparison.Ordinal) : text;
}
