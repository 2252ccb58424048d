using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using Observatory.Core.Ingestion.Transcripts;

namespace Observatory.Core.Ingestion.Otlp;

/// <summary>
/// Reads an attribute as clients write it in JSON: the key, then one value that holds nothing else, no space between. Three of four bytes of a request are
/// such attributes. What is in any way different it leaves to <see cref="OtlpJsonReader"/>, errors included, so the two never differ in what they take.
/// </summary>
internal static class PlainPair
{
    private const int MostDigits = 18;

    private static readonly ulong s_open = BinaryPrimitives.ReadUInt64LittleEndian("{\"key\":\""u8);

    /// <param name="at">At the opening brace; moved behind the closing one where the attribute is plain.</param>
    public static bool TryRead(ReadOnlySpan<byte> body, ref int at, OtlpTexts texts, OtlpAttributes target)
    {
        var rest = body[at..];
        if (rest.Length < sizeof(ulong) || BinaryPrimitives.ReadUInt64LittleEndian(rest) != s_open) return false;
        var key = rest[sizeof(ulong)..];
        var end = PlainText.End(key, 0);
        rest = key[end..];
        var between = "\",\"value\":{\""u8;
        if (!rest.StartsWith(between)) return false;
        rest = rest[between.Length..];
        if (!TryValue(ref rest, texts, out var value) || !rest.StartsWith("}}"u8)) return false;
        var (text, name) = texts.GetName(key[..end]);
        target.Add(text, name, value);
        at = body.Length - rest.Length + 2;
        return true;
    }

    /// <param name="rest">Behind the quote that opens the name of the value's kind; moved behind the value.</param>
    private static bool TryValue(ref ReadOnlySpan<byte> rest, OtlpTexts texts, out OtlpValue value)
    {
        value = default;
        var isText = "stringValue\":\""u8;
        var isWhole = "intValue\":"u8;
        var isReal = "doubleValue\":"u8;
        var isBool = "boolValue\":"u8;
        if (rest.StartsWith(isText))
        {
            rest = rest[isText.Length..];
            var end = PlainText.End(rest, 0);
            if (end == rest.Length) return false;
            if (rest[end] == '"') value = OtlpValue.Of(texts.Get(rest[..end]));
            else if (PlainText.TryEndOfEscaped(rest, ref end)) value = OtlpValue.Of(OtlpTexts.Clean(new Slice(0, end, true).Decode(rest)!));
            else return false;
            rest = rest[(end + 1)..];
            return true;
        }
        if (rest.StartsWith(isWhole))
        {
            rest = rest[isWhole.Length..];
            var quote = rest.Length > 0 && rest[0] == '"' ? 1 : 0;
            var digits = Digits(rest[quote..]);
            if (digits is 0 or > MostDigits || digits > 1 && rest[quote] == '0' || quote == 1 && !rest[(1 + digits)..].StartsWith("\""u8)) return false;
            _ = Utf8Parser.TryParse(rest.Slice(quote, digits), out long whole, out _);
            value = OtlpValue.Of(whole);
            rest = rest[(digits + 2 * quote)..];
            return true;
        }
        if (rest.StartsWith(isReal))
        {
            rest = rest[isReal.Length..];
            var before = Digits(rest);
            if (before == 0 || before > 1 && rest[0] == '0') return false;
            var length = before;
            if (rest.Length > before && rest[before] == '.')
            {
                var behind = Digits(rest[(before + 1)..]);
                if (behind == 0) return false;
                length += 1 + behind;
            }
            if (!double.TryParse(rest[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var real)) return false;
            value = OtlpValue.Of(real);
            rest = rest[length..];
            return true;
        }
        if (!rest.StartsWith(isBool)) return false;
        rest = rest[isBool.Length..];
        var isTrue = rest.StartsWith("true"u8);
        if (!isTrue && !rest.StartsWith("false"u8)) return false;
        value = OtlpValue.Of(isTrue);
        rest = rest[(isTrue ? 4 : 5)..];
        return true;
    }

    private static int Digits(ReadOnlySpan<byte> text)
    {
        var count = 0;
        while (count < text.Length && text[count] is >= (byte)'0' and <= (byte)'9') count++;
        return count;
    }
}
