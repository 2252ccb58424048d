using System.IO.Hashing;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>
/// Turns the short strings that repeat on every line (folder, branch, version, model, tool) into one string each. Bounded by
/// <see cref="Limit"/>; not thread-safe, one a reader.
/// </summary>
internal sealed class TextPool
{
    private const int Limit = 4096;

    private readonly Dictionary<ulong, (byte[] Raw, string Text)> _texts = [];

    /// <summary>Null where there is none. Longer than 256 characters is cut: no name in this field is.</summary>
    public string? Get(Slice slice, ReadOnlySpan<byte> line, int longest = 256)
    {
        if (!slice.Exists) return null;
        var raw = slice.Raw(line);
        var hash = XxHash3.HashToUInt64(raw);
        if (_texts.TryGetValue(hash, out var known) && raw.SequenceEqual(known.Raw)) return known.Text;
        var text = slice.Decode(line, longest)!.Replace("\0", "", StringComparison.Ordinal);
        if (_texts.Count >= Limit) _texts.Clear();
        _texts[hash] = (raw.ToArray(), text);
        return text;
    }
}
