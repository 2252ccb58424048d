using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Observatory.Core.Ingestion;

/// <summary>Finds where a JSON string ends. Strings of senders are short, so a call of the general search would cost more than the search.</summary>
internal static class PlainText
{
    /// <summary>The first byte from <paramref name="at"/> that ends a string or may not stand in one as it is: a quote, a backslash, a control
    /// character.</summary>
    /// <returns>The length where there is none.</returns>
    public static int End(ReadOnlySpan<byte> text, int at)
    {
        ref var first = ref MemoryMarshal.GetReference(text);
        for (; at <= text.Length - Vector128<byte>.Count; at += Vector128<byte>.Count)
        {
            var bytes = Vector128.LoadUnsafe(ref first, (nuint)at);
            var special = Vector128.Equals(bytes, Vector128.Create((byte)'"')) | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))
                | Vector128.Equals(Vector128.Min(bytes, Vector128.Create((byte)0x1F)), bytes);
            var bits = special.ExtractMostSignificantBits();
            if (bits != 0) return at + BitOperations.TrailingZeroCount(bits);
        }
        while (at < text.Length && text[at] is not ((byte)'"' or (byte)'\\' or < 0x20)) at++;
        return at;
    }

    /// <summary>The closing quote of a string with escapes; false where it has none, or an escape or a byte that JSON does not know.</summary>
    /// <param name="at">Where <see cref="End"/> stopped; moved to the quote.</param>
    public static bool TryEndOfEscaped(ReadOnlySpan<byte> text, ref int at)
    {
        while (at < text.Length && text[at] == '\\')
        {
            if (at + 1 == text.Length) return false;
            var escape = text[at + 1];
            at += 2;
            if (escape == 'u')
            {
                if (text.Length - at < 4) return false;
                foreach (var digit in text.Slice(at, 4))
                {
                    if (!char.IsAsciiHexDigit((char)digit)) return false;
                }
                at += 4;
            }
            else if (!"\"\\/bfnrt"u8.Contains(escape))
            {
                return false;
            }
            at = End(text, at);
        }
        return at < text.Length && text[at] == '"';
    }
}
