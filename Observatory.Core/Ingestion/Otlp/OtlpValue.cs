using System.Globalization;
using System.Text.Json;

namespace Observatory.Core.Ingestion.Otlp;

internal enum OtlpKind : byte
{
    None,
    Text,
    Bool,
    Int,
    Double,
    /// <summary>Bytes, held as base64.</summary>
    Bytes,
    List,
    Map,
}

/// <summary>A typed value (<c>AnyValue</c>).</summary>
internal readonly struct OtlpValue
{
    private readonly object? _reference;
    private readonly long _bits;

    private OtlpValue(OtlpKind kind, object? reference, long bits) => (Kind, _reference, _bits) = (kind, reference, bits);

    public OtlpKind Kind { get; }

    public bool Exists => Kind != OtlpKind.None;

    public static OtlpValue Of(string text) => new(OtlpKind.Text, text, 0);

    public static OtlpValue Of(bool value) => new(OtlpKind.Bool, null, value ? 1 : 0);

    public static OtlpValue Of(long value) => new(OtlpKind.Int, null, value);

    public static OtlpValue Of(double value) => new(OtlpKind.Double, null, BitConverter.DoubleToInt64Bits(value));

    public static OtlpValue OfBytes(string base64) => new(OtlpKind.Bytes, base64, 0);

    public static OtlpValue Of(List<OtlpValue> list) => new(OtlpKind.List, list, 0);

    public static OtlpValue Of(List<KeyValuePair<string, OtlpValue>> map) => new(OtlpKind.Map, map, 0);

    /// <summary>As one string, whatever it is; null where there is none.</summary>
    public string? AsText() => Kind switch
    {
        OtlpKind.None => null,
        OtlpKind.Text or OtlpKind.Bytes => (string)_reference!,
        OtlpKind.Bool => _bits != 0 ? "true" : "false",
        OtlpKind.Int => _bits.ToString(CultureInfo.InvariantCulture),
        OtlpKind.Double => Double.ToString("R", CultureInfo.InvariantCulture),
        _ => AttributeJson.Write(this),
    };

    /// <summary>Whether it is empty or not there.</summary>
    public bool IsEmpty => Kind == OtlpKind.None || TextOnly is "";

    /// <summary>True only where it was sent as a whole number.</summary>
    public bool TryInt(out long value)
    {
        value = _bits;
        return Kind == OtlpKind.Int;
    }

    /// <summary>The text itself, without making one of anything else.</summary>
    public string? TextOnly => Kind == OtlpKind.Text ? (string)_reference! : null;

    /// <summary>Some clients send numbers as strings. False where it is no number; then it is not finite or not whole either.</summary>
    public bool TryLong(out long value)
    {
        value = _bits;
        if (Kind == OtlpKind.Int) return true;
        if (Kind == OtlpKind.Text && long.TryParse((string)_reference!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)) return true;
        // 2^53: beyond it a double has no whole number of its own.
        if (!TryDouble(out var real) || real != Math.Floor(real) || Math.Abs(real) > 9_007_199_254_740_992) return false;
        value = (long)real;
        return true;
    }

    /// <summary>True also for what is not finite.</summary>
    public bool TryDouble(out double value)
    {
        value = Kind switch { OtlpKind.Double => Double, OtlpKind.Int => _bits, _ => 0 };
        return Kind is OtlpKind.Double or OtlpKind.Int
            || Kind == OtlpKind.Text && double.TryParse((string)_reference!, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Some clients send "true" and "false"; null where it is neither.</summary>
    public bool? AsBool() => Kind switch
    {
        OtlpKind.Bool => _bits != 0,
        OtlpKind.Text => bool.TryParse((string)_reference!, out var value) ? value : null,
        _ => null,
    };

    /// <param name="longest">Of each string in it, characters.</param>
    public void WriteTo(Utf8JsonWriter writer, int longest)
    {
        switch (Kind)
        {
            case OtlpKind.Text or OtlpKind.Bytes:
                writer.WriteStringValue(AttributeJson.Cut((string)_reference!, longest));
                break;
            case OtlpKind.Bool:
                writer.WriteBooleanValue(_bits != 0);
                break;
            case OtlpKind.Int:
                writer.WriteNumberValue(_bits);
                break;
            case OtlpKind.Double when double.IsFinite(Double):
                writer.WriteNumberValue(Double);
                break;
            case OtlpKind.Double:
                writer.WriteStringValue(Double.ToString(CultureInfo.InvariantCulture));
                break;
            case OtlpKind.List:
                writer.WriteStartArray();
                foreach (var item in (List<OtlpValue>)_reference!) item.WriteTo(writer, longest);
                writer.WriteEndArray();
                break;
            case OtlpKind.Map:
                writer.WriteStartObject();
                foreach (var (name, item) in (List<KeyValuePair<string, OtlpValue>>)_reference!)
                {
                    writer.WritePropertyName(AttributeJson.Cut(name, OtlpLimits.Name));
                    item.WriteTo(writer, longest);
                }
                writer.WriteEndObject();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private double Double => BitConverter.Int64BitsToDouble(_bits);
}
