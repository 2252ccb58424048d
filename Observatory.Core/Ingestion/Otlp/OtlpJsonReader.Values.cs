using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Observatory.Core.Ingestion.Transcripts;

namespace Observatory.Core.Ingestion.Otlp;

/// <summary>Attributes, values, texts and numbers: what all items are made of.</summary>
internal readonly ref partial struct OtlpJsonReader
{
    private void Attributes(ref Utf8JsonReader reader, OtlpAttributes target)
    {
        if (!Opens(ref reader, JsonTokenType.StartArray)) return;
        if (_isQuick) QuickAttributes(ref reader, target);
        while (Element(ref reader))
        {
            _buffers.Elements = 0;
            var (text, name, value) = Pair(ref reader, target, 0);
            target.Add(text, name, value);
        }
    }

    /// <summary>
    /// Reads the elements without the reader, which goes on at the end of the list. It cannot go on between two of them: so one that is not plain is given to
    /// a reader
    /// of its own, and where the list itself is not written as clients write it, all that was read is forgotten.
    /// </summary>
    private void QuickAttributes(ref Utf8JsonReader reader, OtlpAttributes target)
    {
        // A reader that went on does not know where in the body it is; what it shows does.
        if (!_body.Overlaps(reader.ValueSpan, out var at)) return;
        at++;
        var known = target.Mark();
        var depth = OtlpLimits.Depth - reader.CurrentDepth - 1;
        while (at < _body.Length && _body[at] == '{')
        {
            if (!PlainPair.TryRead(_body, ref at, _texts, target))
            {
                var element = new Utf8JsonReader(_body[at..], new JsonReaderOptions { MaxDepth = depth });
                _ = Element(ref element);
                _buffers.Elements = 0;
                var (text, name, value) = Pair(ref element, target, 0);
                target.Add(text, name, value);
                at += (int)element.BytesConsumed;
            }
            if (at + 1 >= _body.Length || _body[at] != ',' || _body[at + 1] != '{') break;
            at++;
        }
        if (at < _body.Length && _body[at] == ']') reader = new Utf8JsonReader(_body[at..], isFinalBlock: true, reader.CurrentState);
        else target.CutTo(known);
    }

    private (string Text, OtlpName Name, OtlpValue Value) Pair(ref Utf8JsonReader reader, OtlpAttributes target, int depth)
    {
        var (text, name) = ("", OtlpName.Other);
        OtlpValue value = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "key"u8)) (text, name) = Name(ref reader);
            else if (Is(ref reader, "value"u8)) value = Value(ref reader, target, depth);
            else Skip(ref reader);
        }
        return (text, name, value);
    }

    private OtlpValue WholeValue(ref Utf8JsonReader reader, OtlpAttributes target)
    {
        _buffers.Elements = 0;
        return Value(ref reader, target, 0);
    }

    private OtlpValue Value(ref Utf8JsonReader reader, OtlpAttributes target, int depth)
    {
        return Opens(ref reader, JsonTokenType.StartObject) ? ValueFields(ref reader, target, depth) : default;
    }

    private OtlpValue ValueFields(ref Utf8JsonReader reader, OtlpAttributes target, int depth)
    {
        OtlpValue value = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "stringValue"u8, "string_value"u8)) value = OtlpValue.Of(Text(ref reader));
            else if (Is(ref reader, "intValue"u8, "int_value"u8)) value = OtlpValue.Of(Signed(ref reader, target));
            else if (Is(ref reader, "boolValue"u8, "bool_value"u8)) value = OtlpValue.Of(Bool(ref reader));
            else if (Is(ref reader, "doubleValue"u8, "double_value"u8)) value = OtlpValue.Of(Double(ref reader, target));
            else if (Is(ref reader, "arrayValue"u8, "array_value"u8)) value = Nested(ref reader, target, depth + 1, isMap: false);
            else if (Is(ref reader, "kvlistValue"u8, "kvlist_value"u8)) value = Nested(ref reader, target, depth + 1, isMap: true);
            else if (Is(ref reader, "bytesValue"u8, "bytes_value"u8)) value = OtlpValue.OfBytes(Text(ref reader));
            else Skip(ref reader);
        }
        return value;
    }

    private OtlpValue Nested(ref Utf8JsonReader reader, OtlpAttributes target, int depth, bool isMap)
    {
        var (list, map) = (new List<OtlpValue>(), new List<KeyValuePair<string, OtlpValue>>());
        if (Opens(ref reader, JsonTokenType.StartObject))
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!Is(ref reader, "values"u8)) Skip(ref reader);
                else if (Opens(ref reader, JsonTokenType.StartArray))
                {
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        if (reader.TokenType != JsonTokenType.StartObject || !_buffers.MayHold(target, depth)) reader.Skip();
                        else if (!isMap) list.Add(ValueFields(ref reader, target, depth));
                        else
                        {
                            var (text, _, value) = Pair(ref reader, target, depth);
                            map.Add(new(text, value));
                        }
                    }
                }
            }
        }
        return isMap ? OtlpValue.Of(map) : OtlpValue.Of(list);
    }

    /// <summary>Empty where the string is missing or something else.</summary>
    private string Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped ? _texts.Get(reader.ValueSpan) : Unusual(ref reader);
    }

    private (string Text, OtlpName Name) Name(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped) return _texts.GetName(reader.ValueSpan);
        var text = Unusual(ref reader);
        return (text, OtlpNames.Of(text));
    }

    private static string Unusual(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String) return OtlpTexts.Clean(new Slice(0, reader.ValueSpan.Length, reader.ValueIsEscaped)
            .Decode(reader.ValueSpan)!);
        reader.Skip();
        return "";
    }

    private string Id(ref Utf8JsonReader reader) => Text(ref reader).ToLowerInvariant();

    private static ulong Unsigned(ref Utf8JsonReader reader, OtlpAttributes faults)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return 0;
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out var value)) return value;
        if (reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && Utf8Parser.TryParse(reader.ValueSpan, out value, out var used)
            && used == reader.ValueSpan.Length) return value;
        if (TryDouble(ref reader, out var real) && real >= 0 && real < 18_446_744_073_709_551_615d && real == Math.Floor(real)) return (ulong)real;
        faults.Fail(OtlpFaults.NoNumber);
        reader.Skip();
        return 0;
    }

    private static long Signed(ref Utf8JsonReader reader, OtlpAttributes faults)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return 0;
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value)) return value;
        if (reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && Utf8Parser.TryParse(reader.ValueSpan, out value, out var used)
            && used == reader.ValueSpan.Length) return value;
        if (TryDouble(ref reader, out var real) && Math.Abs(real) < 9_223_372_036_854_775_807d && real == Math.Floor(real)) return (long)real;
        faults.Fail(OtlpFaults.NoNumber);
        reader.Skip();
        return 0;
    }

    private static double Double(ref Utf8JsonReader reader, OtlpAttributes faults)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return 0;
        if (TryDouble(ref reader, out var value)) return value;
        faults.Fail(OtlpFaults.NoNumber);
        reader.Skip();
        return 0;
    }

    /// <summary>Also "NaN", "Infinity" and "-Infinity".</summary>
    private static bool TryDouble(ref Utf8JsonReader reader, out double value)
    {
        value = 0;
        if (reader.TokenType == JsonTokenType.Number) return reader.TryGetDouble(out value);
        return reader.TokenType == JsonTokenType.String && double.TryParse(reader.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>An enumeration's number; of its names only <paramref name="name"/> is known, all others are 0.</summary>
    private static int Choice(ref Utf8JsonReader reader, ReadOnlySpan<byte> name, int number)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String && reader.IsText(name)) return number;
        if (TryDouble(ref reader, out var value)) return value == number ? number : 0;
        reader.Skip();
        return 0;
    }

    private static bool Bool(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String) return reader.IsText("true"u8);
        var value = reader.TokenType == JsonTokenType.True;
        reader.Skip();
        return value;
    }

    private static bool Is(ref Utf8JsonReader name, ReadOnlySpan<byte> camel, ReadOnlySpan<byte> original) => name.IsText(camel) || name.IsText(original);

    private static bool Is(ref Utf8JsonReader name, ReadOnlySpan<byte> text) => name.IsText(text);

    private static void Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    /// <summary>Steps into the value of a field; false where it is null.</summary>
    private static bool Opens(ref Utf8JsonReader reader, JsonTokenType token)
    {
        reader.Read();
        if (reader.TokenType == token) return true;
        if (reader.TokenType == JsonTokenType.Null) return false;
        throw new OtlpFormatException($"The body has something else where {(token == JsonTokenType.StartArray ? "a list" : "an object")} belongs, at byte "
            + $"{reader.TokenStartIndex}.");
    }

    /// <summary>Steps to the next object of a list; false at its end.</summary>
    private static bool Element(ref Utf8JsonReader reader)
    {
        reader.Read();
        while (reader.TokenType == JsonTokenType.Null) reader.Read();
        if (reader.TokenType == JsonTokenType.EndArray) return false;
        if (reader.TokenType == JsonTokenType.StartObject) return true;
        throw new OtlpFormatException($"The body has something else where an object belongs, at byte {reader.TokenStartIndex}.");
    }
}
