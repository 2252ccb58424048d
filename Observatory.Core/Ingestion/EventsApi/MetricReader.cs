using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Observatory.Core.Events;

namespace Observatory.Core.Ingestion.EventsApi;

/// <summary>Reads the bodies of <c>POST /api/analytics/timeseries</c>:
/// <c>{"metric":"build.seconds","timestamp":"…","value":41.5,"tags":{"branch":"main"}}</c>.</summary>
public sealed class MetricReader : ItemReader
{
    public const int MaximumTags = 64;

    private readonly TagSet _tags = new();
    private JsonPlace _id, _metric, _timestamp, _value;
    private string? _fault;

    private protected override void Scan(ref Utf8JsonReader reader)
    {
        _id = _metric = _timestamp = _value = new JsonPlace(JsonTokenType.Null, 0, 0, false);
        _fault = null;
        _tags.Clear();
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = JsonName.Of(ref reader, FieldOf);
            reader.Read();
            var place = JsonPlace.Of(ref reader);
            if (field == Field.Tags && reader.TokenType == JsonTokenType.StartObject)
            {
                if (_tags.Read(ref reader, depth) is { } bad) _fault = bad;
                continue;
            }
            if (JsonLimits.Check(ref reader, depth) is { } fault) _fault = fault;
            switch (field)
            {
                case Field.Id:
                    _id = place;
                    break;
                case Field.Metric:
                    _metric = place;
                    break;
                case Field.Timestamp:
                    _timestamp = place;
                    break;
                case Field.Value:
                    _value = place;
                    break;
                case Field.Tags when place.Kind == JsonTokenType.Null:
                    _tags.Clear();
                    break;
                case Field.Tags:
                    _fault = "tags is not an object.";
                    break;
            }
        }
    }

    private protected override string? Interpret(ReadOnlySpan<byte> text, EventBatch batch, long now)
    {
        if (_fault is { } fault) return fault;
        if (_metric.Kind != JsonTokenType.String || _metric.Length == 0) return "metric is missing or not a text.";
        if (!ValueReader.IsShort(text, _metric.Slice, ValueReader.LongestName)) return $"metric is longer than {ValueReader.LongestName} characters.";
        if (_timestamp.Kind == JsonTokenType.Null) return "timestamp is missing.";
        if (ValueReader.Instant(text, _timestamp, now, out var at) is { } wrong) return wrong;
        var digits = _value.Raw(text);
        if (_value.Kind != JsonTokenType.Number || !Utf8Parser.TryParse(digits, out double value, out var used)
            || used != digits.Length) return "value is not a number.";
        if (_id.Kind is not (JsonTokenType.Null or JsonTokenType.String)) return "id is not a text.";
        if (_id.Kind == JsonTokenType.String && !ValueReader.IsShort(text, _id.Slice,
            ValueReader.LongestName)) return $"id is longer than {ValueReader.LongestName} characters.";
        var tags = _tags.Canonical();
        var metric = JsonText.Decode(_metric.Slice, text);
        batch.Points.Add(new MetricPoint(KeyOf(text, metric, tags, at, value), metric, tags, at, value));
        return null;
    }

    private protected override string? IdOf(ReadOnlySpan<byte> text) => _id.Kind == JsonTokenType.String
        ? JsonText.Decode(_id.Slice, text, ValueReader.LongestName) : null;

    private EventKey KeyOf(ReadOnlySpan<byte> text, string metric, string tags, long at, double value)
    {
        if (_id is { Kind: JsonTokenType.String, Length: > 0 }) return EventKey.Of(KeySpace.Point, "id " + JsonText.Decode(_id.Slice, text));
        return EventKey.Of(KeySpace.Point, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{metric}\0{tags}\0{at}\0{value:R}")));
    }

    private static Field FieldOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("id"u8) => Field.Id,
        4 when name.SequenceEqual("tags"u8) => Field.Tags,
        5 when name.SequenceEqual("value"u8) => Field.Value,
        6 when name.SequenceEqual("metric"u8) => Field.Metric,
        9 when name.SequenceEqual("timestamp"u8) => Field.Timestamp,
        _ => Field.None,
    };

    private enum Field
    {
        None,
        Id,
        Metric,
        Timestamp,
        Value,
        Tags,
    }
}

/// <summary>Tags as they are read, and as they are stored: a JSON object of strings with its names in ordinal order.</summary>
internal sealed class TagSet
{
    private static readonly JsonWriterOptions s_write = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SortedDictionary<string, string> _tags = new(StringComparer.Ordinal);

    public void Clear() => _tags.Clear();

    /// <summary>Reads over the object; says what is wrong with it, or null. Numbers and booleans count as their texts.</summary>
    public string? Read(ref Utf8JsonReader reader, int depth)
    {
        _tags.Clear();
        string? fault = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonText.Decode(reader.ValueSpan);
            reader.Read();
            var isText = reader.TokenType == JsonTokenType.String;
            var value = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? null : isText ? JsonText.Decode(reader.ValueSpan)
                : Encoding.UTF8.GetString(reader.ValueSpan);
            if (JsonLimits.Check(ref reader, depth) is { } deep) fault = deep;
            if (value is null) fault ??= "A tag is neither a text nor a number.";
            else if (name.Length is 0 or > ValueReader.LongestName
                || value.Length > ValueReader.LongestName) fault ??= $"A tag is empty or longer than {ValueReader.LongestName} characters.";
            else if (reader.TokenType == JsonTokenType.Null) _tags.Remove(name);
            else if (_tags.Count < MetricReader.MaximumTags || _tags.ContainsKey(name)) _tags[name] = value;
            else fault ??= $"There are more than {MetricReader.MaximumTags} tags.";
        }
        return fault;
    }

    public string Canonical() => Canonical(_tags);

    /// <param name="tags">In ordinal order of their names.</param>
    public static string Canonical(IReadOnlyCollection<KeyValuePair<string, string>> tags)
    {
        if (tags.Count == 0) return "{}";
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, s_write))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in tags) writer.WriteString(name, value);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
