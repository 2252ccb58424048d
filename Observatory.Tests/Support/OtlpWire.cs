using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Observatory.Tests.Support;

/// <summary>Writes requests in JSON as protobuf: a second, table-driven knowledge of the field numbers.</summary>
internal static class OtlpWire
{
    private enum Kind { Message, Text, Hex, Base64, Varint, Fixed64, Signed64, Real }

    private sealed record Field(int Number, Kind Kind, string? Type = null);

    private static readonly Dictionary<string, Dictionary<string, Field>> s_messages = Parse("""
        Logs: resourceLogs=1:ResourceLogs
        ResourceLogs: resource=1:Resource scopeLogs=2:ScopeLogs schemaUrl=3:text
        ScopeLogs: scope=1:Scope logRecords=2:LogRecord schemaUrl=3:text
        LogRecord: timeUnixNano=1:fixed64 severityNumber=2:varint severityText=3:text body=5:AnyValue attributes=6:KeyValue droppedAttributesCount=7:varint traceId=9:hex spanId=10:hex observedTimeUnixNano=11:fixed64 eventName=12:text
        Metrics: resourceMetrics=1:ResourceMetrics
        ResourceMetrics: resource=1:Resource scopeMetrics=2:ScopeMetrics
        ScopeMetrics: scope=1:Scope metrics=2:Metric
        Metric: name=1:text description=2:text unit=3:text gauge=5:Gauge sum=7:Sum histogram=9:Histogram exponentialHistogram=10:ExponentialHistogram summary=11:Summary
        Gauge: dataPoints=1:NumberPoint
        Sum: dataPoints=1:NumberPoint aggregationTemporality=2:varint isMonotonic=3:varint
        Histogram: dataPoints=1:HistogramPoint aggregationTemporality=2:varint
        ExponentialHistogram: dataPoints=1:ExponentialPoint aggregationTemporality=2:varint
        Summary: dataPoints=1:SummaryPoint
        NumberPoint: startTimeUnixNano=2:fixed64 timeUnixNano=3:fixed64 asDouble=4:real asInt=6:signed64 attributes=7:KeyValue flags=8:varint
        HistogramPoint: startTimeUnixNano=2:fixed64 timeUnixNano=3:fixed64 count=4:fixed64 sum=5:real attributes=9:KeyValue flags=10:varint
        ExponentialPoint: attributes=1:KeyValue startTimeUnixNano=2:fixed64 timeUnixNano=3:fixed64 count=4:fixed64 sum=5:real flags=10:varint
        SummaryPoint: startTimeUnixNano=2:fixed64 timeUnixNano=3:fixed64 count=4:fixed64 sum=5:real attributes=7:KeyValue flags=8:varint
        Traces: resourceSpans=1:ResourceSpans
        ResourceSpans: resource=1:Resource scopeSpans=2:ScopeSpans
        ScopeSpans: scope=1:Scope spans=2:Span
        Span: traceId=1:hex spanId=2:hex traceState=3:text parentSpanId=4:hex name=5:text kind=6:varint startTimeUnixNano=7:fixed64 endTimeUnixNano=8:fixed64 attributes=9:KeyValue events=11:SpanEvent status=15:Status
        SpanEvent: timeUnixNano=1:fixed64 name=2:text attributes=3:KeyValue
        Status: message=2:text code=3:varint
        Resource: attributes=1:KeyValue droppedAttributesCount=2:varint
        Scope: name=1:text version=2:text
        KeyValue: key=1:text value=2:AnyValue
        AnyValue: stringValue=1:text boolValue=2:varint intValue=3:varint doubleValue=4:real arrayValue=5:ArrayValue kvlistValue=6:KeyValueList bytesValue=7:base64
        ArrayValue: values=1:AnyValue
        KeyValueList: values=1:KeyValue
        """);

    /// <param name="signal">Logs, Metrics or Traces.</param>
    /// <param name="backwards">Fields in descending order, which is valid and puts what describes a list behind it.</param>
    public static byte[] Write(string signal, ReadOnlySpan<byte> json, bool backwards = false)
    {
        var reader = new Utf8JsonReader(json);
        return Message(signal, JsonElement.ParseValue(ref reader), backwards);
    }

    private static byte[] Message(string type, JsonElement json, bool backwards)
    {
        using var bytes = new MemoryStream();
        foreach (var property in json.EnumerateObject().OrderBy(p => s_messages[type].TryGetValue(p.Name, out var f) ? backwards ? -f.Number : f.Number : 0))
        {
            if (!s_messages[type].TryGetValue(property.Name, out var field)) continue;
            var values = property.Value.ValueKind == JsonValueKind.Array ? [.. property.Value.EnumerateArray()] : new[] { property.Value };
            foreach (var value in values)
            {
                if (value.ValueKind == JsonValueKind.Null) continue;
                Write(bytes, field, value, backwards);
            }
        }
        return bytes.ToArray();
    }

    private static void Write(MemoryStream bytes, Field field, JsonElement value, bool backwards)
    {
        switch (field.Kind)
        {
            case Kind.Message: Bytes(bytes, field.Number, Message(field.Type!, value, backwards)); break;
            case Kind.Text: Bytes(bytes, field.Number, Encoding.UTF8.GetBytes(value.GetString()!)); break;
            case Kind.Hex: Bytes(bytes, field.Number, Convert.FromHexString(value.GetString()!)); break;
            case Kind.Base64: Bytes(bytes, field.Number, Convert.FromBase64String(value.GetString()!)); break;
            case Kind.Varint:
                Varint(bytes, (ulong)field.Number << 3);
                Varint(bytes, value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() ? 1UL : 0
                    : (ulong)long.Parse(Plain(value), CultureInfo.InvariantCulture));
                break;
            default:
                Varint(bytes, (ulong)field.Number << 3 | 1);
                Span<byte> eight = stackalloc byte[8];
                if (field.Kind == Kind.Real) BinaryPrimitives.WriteDoubleLittleEndian(eight, double.Parse(Plain(value), CultureInfo.InvariantCulture));
                else if (field.Kind == Kind.Fixed64) BinaryPrimitives.WriteUInt64LittleEndian(eight, ulong.Parse(Plain(value), CultureInfo.InvariantCulture));
                else BinaryPrimitives.WriteInt64LittleEndian(eight, long.Parse(Plain(value), CultureInfo.InvariantCulture));
                bytes.Write(eight);
                break;
        }
    }

    private static string Plain(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static void Bytes(MemoryStream bytes, int number, byte[] value)
    {
        Varint(bytes, (ulong)number << 3 | 2);
        Varint(bytes, (ulong)value.Length);
        bytes.Write(value);
    }

    private static void Varint(MemoryStream bytes, ulong value)
    {
        for (; value >= 0x80; value >>= 7) bytes.WriteByte((byte)(value | 0x80));
        bytes.WriteByte((byte)value);
    }

    private static Dictionary<string, Dictionary<string, Field>> Parse(string table) => table.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Trim().Split(": ")).ToDictionary(
        line => line[0],
        line => line[1].Split(' ').Select(f => f.Split('=', ':'))
            .ToDictionary(f => f[0], f => new Field(int.Parse(f[1], CultureInfo.InvariantCulture), f[2] switch
        {
            "text" => Kind.Text, "hex" => Kind.Hex, "base64" => Kind.Base64, "varint" => Kind.Varint, "fixed64" => Kind.Fixed64, "signed64" => Kind.Signed64,
                "real" => Kind.Real, _ => Kind.Message,
        }, f[2])));
}
