using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>Where a JSON string stands in the line, without its quotes, not decoded yet. Length −1 = there was none.</summary>
internal readonly record struct Slice(int Start, int Length, bool IsEscaped)
{
    public static Slice None { get; } = new(0, -1, false);

    /// <summary>Characters of a short text, which needs no buffer of the pool.</summary>
    private const int OnStack = 256;

    public bool Exists => Length >= 0;

    public static Slice Of(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String ? new Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length, reader.ValueIsEscaped) : None;

    public ReadOnlySpan<byte> Raw(ReadOnlySpan<byte> line) => Exists ? line.Slice(Start, Length) : default;

    /// <summary>The text; invalid UTF-8 and lone surrogates come out as U+FFFD. Null where there is none.</summary>
    public string? Decode(ReadOnlySpan<byte> line)
    {
        if (!Exists) return null;
        var raw = Raw(line);
        if (!IsEscaped) return Encoding.UTF8.GetString(raw);
        // No character takes fewer bytes than one, as an escape or as it is.
        var rented = raw.Length > OnStack ? ArrayPool<char>.Shared.Rent(raw.Length) : null;
        var chars = rented ?? stackalloc char[OnStack];
        var text = chars[..Unescape(raw, chars)];
        MendSurrogates(text);
        var result = new string(text);
        if (rented is not null) ArrayPool<char>.Shared.Return(rented);
        return result;
    }

    private static int Unescape(ReadOnlySpan<byte> raw, Span<char> to)
    {
        var length = 0;
        while (!raw.IsEmpty)
        {
            if (raw[0] != '\\')
            {
                var run = raw.IndexOf((byte)'\\') is var escape and >= 0 ? escape : raw.Length;
                length += Encoding.UTF8.GetChars(raw[..run], to[length..]);
                raw = raw[run..];
                continue;
            }
            // A cut may have left half an escape at the end: it is dropped.
            var width = raw.Length < 2 ? 0 : raw[1] == 'u' ? 6 : 2;
            if (width == 0 || width > raw.Length) break;
            if (width == 2) to[length++] = (char)raw[1] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', var c => c };
            else if (Utf8Parser.TryParse(raw.Slice(2, 4), out ushort code, out var used, 'x') && used == 4) to[length++] = (char)code;
            raw = raw[width..];
        }
        return length;
    }

    /// <summary>
    /// Half a pair cannot be stored: it comes back from disk as U+FFFD, and two texts that were different here would be one there.
    /// </summary>
    private static void MendSurrogates(Span<char> chars)
    {
        var first = chars.IndexOfAnyInRange('\uD800', '\uDFFF');
        if (first < 0) return;
        for (var i = first; i < chars.Length; i++)
        {
            if (!char.IsSurrogate(chars[i])) continue;
            if (char.IsHighSurrogate(chars[i]) && i + 1 < chars.Length && char.IsLowSurrogate(chars[i + 1])) i++;
            else chars[i] = '\uFFFD';
        }
    }

    /// <summary>At most so many characters from the start (<paramref name="fromEnd"/> false) or the end, decoded; cuts no escape in two.</summary>
    public string? Decode(ReadOnlySpan<byte> line, int longest, bool fromEnd = false)
    {
        // A character is at most 6 bytes of JSON; what is far beyond the limit is not decoded at all. Two characters more, so that the
        // final cut sees a pair whole.
        var most = longest * 6 + 12;
        if (Length <= most) return Cut(Decode(line), longest, fromEnd);
        var raw = Raw(line);
        var (start, end) = fromEnd ? (Length - most, Length) : (0, most);
        if (fromEnd && IsEscaped) start = BehindEscape(raw, start);
        while (fromEnd && start < end && IsContinuation(raw[start])) start++;
        while (!fromEnd && end > 0 && IsContinuation(raw[end])) end--;
        return Cut(new Slice(Start + start, end - start, IsEscaped).Decode(line), longest, fromEnd);
    }

    /// <summary>The place itself, or the end of the escape that it lies in.</summary>
    private static int BehindEscape(ReadOnlySpan<byte> raw, int at)
    {
        for (var slash = at - 1; slash >= 0 && slash > at - 6; slash--)
        {
            if (raw[slash] != '\\') continue;
            // In a run of backslashes every other one begins an escape.
            var run = 1;
            while (slash - run >= 0 && raw[slash - run] == '\\') run++;
            if (run % 2 == 0) continue;
            return Math.Max(at, slash + (raw[slash + 1] == 'u' ? 6 : 2));
        }
        return at;
    }

    private static bool IsContinuation(byte value) => (value & 0xC0) == 0x80;

    private static string? Cut(string? text, int longest, bool fromEnd)
    {
        if (text is null || text.Length <= longest) return text;
        if (fromEnd) return char.IsLowSurrogate(text[^longest]) ? text[^(longest - 1)..] : text[^longest..];
        return char.IsHighSurrogate(text[longest - 1]) ? text[..(longest - 1)] : text[..longest];
    }
}
