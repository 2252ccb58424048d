using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Observatory.Core.Ingestion.Transcripts;

namespace Observatory.Core.Ingestion.Otlp;

/// <summary>
/// Reads the JSON form of a request in one pass: names in camel case or as in the protocol's files, 64-bit numbers as numbers or strings,
/// enumerations as numbers or names. Unknown fields are skipped. What describes a list (resource, scope, temporality) may stand behind it:
/// then the list is read afterwards.
/// </summary>
internal readonly ref struct OtlpJsonReader
{
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = OtlpLimits.Depth };

    private readonly ReadOnlySpan<byte> _body;
    private readonly IOtlpHandler _handler;
    private readonly OtlpBuffers _buffers;
    private readonly OtlpTexts _texts;
    private readonly OtlpScope _scope;
    private readonly OtlpLog _log;
    private readonly OtlpPoint _point;
    private readonly OtlpSpan _span;
    private readonly bool _isQuick;

    /// <param name="isQuick">Whether attributes as clients write them are read by <see cref="PlainPair"/>. What is read is the same.</param>
    public OtlpJsonReader(ReadOnlySpan<byte> body, IOtlpHandler handler, OtlpBuffers buffers, bool isQuick = true)
    {
        _isQuick = isQuick;
        (_buffers, _texts, _scope, _log, _point, _span) = (buffers, buffers.Texts, buffers.Scope, buffers.Log, buffers.Point, buffers.Span);
        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        _body = body.StartsWith(byteOrderMark) ? body[3..] : body;
        _handler = handler;
    }

    public void Read(OtlpSignal signal)
    {
        var reader = new Utf8JsonReader(_body, s_options);
        try
        {
            Request(ref reader, signal);
        }
        catch (Exception fault) when (_isQuick && fault is JsonException or OtlpFormatException { IsTooLarge: false })
        {
            // A reader that went on behind a list counts bytes from there: where it is said by one that read all.
            _buffers.Items = 0;
            new OtlpJsonReader(_body, OtlpNobody.Instance, _buffers, isQuick: false).Read(signal);
            throw new OtlpFormatException("The body is not JSON of this kind.");
        }
        catch (JsonException)
        {
            throw new OtlpFormatException($"The body is not JSON of this kind, at byte {reader.BytesConsumed}.");
        }
    }

    private void Request(ref Utf8JsonReader reader, OtlpSignal signal)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new OtlpFormatException("The body is not a JSON object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isList = signal switch
            {
                OtlpSignal.Logs => Is(ref reader, "resourceLogs"u8, "resource_logs"u8),
                OtlpSignal.Metrics => Is(ref reader, "resourceMetrics"u8, "resource_metrics"u8),
                _ => Is(ref reader, "resourceSpans"u8, "resource_spans"u8),
            };
            if (!isList) Skip(ref reader);
            else if (Opens(ref reader, JsonTokenType.StartArray))
            {
                while (Element(ref reader)) Resource(ref reader, signal);
            }
        }
        // The rest must be white space: Read throws where it is not.
        while (reader.Read()) { }
    }

    private void Resource(ref Utf8JsonReader reader, OtlpSignal signal)
    {
        _scope.Resource.Clear();
        var (isKnown, isLate) = (false, false);
        Utf8JsonReader late = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "resource"u8))
            {
                isKnown = true;
                if (!Opens(ref reader, JsonTokenType.StartObject)) continue;
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    if (Is(ref reader, "attributes"u8)) Attributes(ref reader, _scope.Resource);
                    else Skip(ref reader);
                }
            }
            else if (!IsScopes(ref reader, signal)) Skip(ref reader);
            else if (isKnown) Scopes(ref reader, signal);
            else
            {
                late = reader;
                isLate = true;
                Skip(ref reader);
            }
        }
        if (isLate) Scopes(ref late, signal);
    }

    private static bool IsScopes(ref Utf8JsonReader reader, OtlpSignal signal) => signal switch
    {
        OtlpSignal.Logs => Is(ref reader, "scopeLogs"u8, "scope_logs"u8),
        OtlpSignal.Metrics => Is(ref reader, "scopeMetrics"u8, "scope_metrics"u8),
        _ => Is(ref reader, "scopeSpans"u8, "scope_spans"u8),
    };

    private static bool IsItems(ref Utf8JsonReader reader, OtlpSignal signal) => signal switch
    {
        OtlpSignal.Logs => Is(ref reader, "logRecords"u8, "log_records"u8),
        OtlpSignal.Metrics => Is(ref reader, "metrics"u8),
        _ => Is(ref reader, "spans"u8),
    };

    private void Scopes(ref Utf8JsonReader reader, OtlpSignal signal)
    {
        if (!Opens(ref reader, JsonTokenType.StartArray)) return;
        while (Element(ref reader)) Scope(ref reader, signal);
    }

    private void Scope(ref Utf8JsonReader reader, OtlpSignal signal)
    {
        _scope.Name = "";
        var (isKnown, isLate) = (false, false);
        Utf8JsonReader late = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "scope"u8))
            {
                isKnown = true;
                if (!Opens(ref reader, JsonTokenType.StartObject)) continue;
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    if (Is(ref reader, "name"u8)) _scope.Name = Text(ref reader);
                    else Skip(ref reader);
                }
            }
            else if (!IsItems(ref reader, signal)) Skip(ref reader);
            else if (isKnown) Items(ref reader, signal);
            else
            {
                late = reader;
                isLate = true;
                Skip(ref reader);
            }
        }
        if (isLate) Items(ref late, signal);
    }

    private void Items(ref Utf8JsonReader reader, OtlpSignal signal)
    {
        if (!Opens(ref reader, JsonTokenType.StartArray)) return;
        while (Element(ref reader))
        {
            if (signal == OtlpSignal.Logs) Log(ref reader);
            else if (signal == OtlpSignal.Metrics) Metric(ref reader);
            else Span(ref reader);
        }
    }

    private void Log(ref Utf8JsonReader reader)
    {
        if (IsSkipped(ref reader)) return;
        _log.Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "timeUnixNano"u8, "time_unix_nano"u8)) _log.Time = Unsigned(ref reader, _log.Attributes);
            else if (Is(ref reader, "observedTimeUnixNano"u8, "observed_time_unix_nano"u8)) _log.ObservedTime = Unsigned(ref reader, _log.Attributes);
            else if (Is(ref reader, "body"u8)) _log.Body = WholeValue(ref reader, _log.Attributes);
            else if (Is(ref reader, "eventName"u8, "event_name"u8)) _log.EventName = Text(ref reader);
            else if (Is(ref reader, "attributes"u8)) Attributes(ref reader, _log.Attributes);
            else Skip(ref reader);
        }
        _handler.Log(_scope, _log);
    }

    private bool IsSkipped(ref Utf8JsonReader item)
    {
        if (_buffers.TakesItem()) return false;
        item.Skip();
        return true;
    }

    private void Metric(ref Utf8JsonReader reader)
    {
        _point.Metric = "";
        // Its name may stand behind its points.
        var data = reader;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "name"u8)) _point.Metric = Text(ref reader);
            else Skip(ref reader);
        }
        while (data.Read() && data.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref data, "sum"u8)) Points(ref data, OtlpPointKind.Sum);
            else if (Is(ref data, "gauge"u8)) Points(ref data, OtlpPointKind.Gauge);
            else if (Is(ref data, "histogram"u8) || Is(ref data, "exponentialHistogram"u8, "exponential_histogram"u8)) Points(ref data, OtlpPointKind.Distribution);
            else if (Is(ref data, "summary"u8)) Points(ref data, OtlpPointKind.Distribution, isSummary: true);
            else Skip(ref data);
        }
    }

    private void Points(ref Utf8JsonReader reader, OtlpPointKind kind, bool isSummary = false)
    {
        // A summary counts from its start; it has no field for that.
        (_point.Kind, _point.IsCumulative, _point.IsMonotonic) = (kind, isSummary, kind == OtlpPointKind.Distribution);
        if (!Opens(ref reader, JsonTokenType.StartObject)) return;
        var points = reader;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "aggregationTemporality"u8, "aggregation_temporality"u8)) _point.IsCumulative = Choice(ref reader, "AGGREGATION_TEMPORALITY_CUMULATIVE"u8, 2) == 2;
            else if (Is(ref reader, "isMonotonic"u8, "is_monotonic"u8)) _point.IsMonotonic = Bool(ref reader);
            else Skip(ref reader);
        }
        while (points.Read() && points.TokenType == JsonTokenType.PropertyName)
        {
            if (!Is(ref points, "dataPoints"u8, "data_points"u8)) Skip(ref points);
            else if (Opens(ref points, JsonTokenType.StartArray))
            {
                while (Element(ref points)) Point(ref points);
            }
        }
    }

    private void Point(ref Utf8JsonReader reader)
    {
        if (IsSkipped(ref reader)) return;
        _point.Clear();
        var isNumber = _point.Kind != OtlpPointKind.Distribution;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "attributes"u8)) Attributes(ref reader, _point.Attributes);
            else if (Is(ref reader, "startTimeUnixNano"u8, "start_time_unix_nano"u8)) _point.StartTime = Unsigned(ref reader, _point.Attributes);
            else if (Is(ref reader, "timeUnixNano"u8, "time_unix_nano"u8)) _point.Time = Unsigned(ref reader, _point.Attributes);
            else if (Is(ref reader, "flags"u8)) _point.HasNoValue = (Unsigned(ref reader, _point.Attributes) & 1) != 0;
            else if (isNumber && Is(ref reader, "asDouble"u8, "as_double"u8)) _point.Value = Double(ref reader, _point.Attributes);
            else if (isNumber && Is(ref reader, "asInt"u8, "as_int"u8)) _point.Value = Signed(ref reader, _point.Attributes);
            else if (!isNumber && Is(ref reader, "sum"u8)) _point.Value = Double(ref reader, _point.Attributes);
            else if (!isNumber && Is(ref reader, "count"u8)) _point.Count = Unsigned(ref reader, _point.Attributes);
            else Skip(ref reader);
        }
        _handler.Point(_scope, _point);
    }

    private void Span(ref Utf8JsonReader reader)
    {
        if (IsSkipped(ref reader)) return;
        _span.Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "traceId"u8, "trace_id"u8)) _span.TraceId = Id(ref reader);
            else if (Is(ref reader, "spanId"u8, "span_id"u8)) _span.SpanId = Id(ref reader);
            else if (Is(ref reader, "parentSpanId"u8, "parent_span_id"u8)) _span.ParentId = Id(ref reader);
            else if (Is(ref reader, "name"u8)) _span.Name = Text(ref reader);
            else if (Is(ref reader, "startTimeUnixNano"u8, "start_time_unix_nano"u8)) _span.Start = Unsigned(ref reader, _span.Attributes);
            else if (Is(ref reader, "endTimeUnixNano"u8, "end_time_unix_nano"u8)) _span.End = Unsigned(ref reader, _span.Attributes);
            else if (Is(ref reader, "attributes"u8)) Attributes(ref reader, _span.Attributes);
            else if (Is(ref reader, "events"u8)) SpanEvents(ref reader);
            else if (Is(ref reader, "status"u8)) Status(ref reader);
            else Skip(ref reader);
        }
        _handler.Span(_scope, _span);
    }

    private void SpanEvents(ref Utf8JsonReader reader)
    {
        if (!Opens(ref reader, JsonTokenType.StartArray)) return;
        while (Element(ref reader))
        {
            var name = "";
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (Is(ref reader, "name"u8)) name = Text(ref reader);
                else Skip(ref reader);
            }
            _span.AddEvent(name);
        }
    }

    private void Status(ref Utf8JsonReader reader)
    {
        if (!Opens(ref reader, JsonTokenType.StartObject)) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "code"u8)) _span.IsError = Choice(ref reader, "STATUS_CODE_ERROR"u8, 2) == 2;
            else if (Is(ref reader, "message"u8)) _span.StatusMessage = Text(ref reader);
            else Skip(ref reader);
        }
    }

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
    /// Reads the elements without the reader, which goes on at the end of the list. It cannot go on between two of them: so one that is not plain is given to a reader
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
        if (reader.TokenType == JsonTokenType.String) return OtlpTexts.Clean(new Slice(0, reader.ValueSpan.Length, reader.ValueIsEscaped).Decode(reader.ValueSpan)!);
        reader.Skip();
        return "";
    }

    private string Id(ref Utf8JsonReader reader) => Text(ref reader).ToLowerInvariant();

    private static ulong Unsigned(ref Utf8JsonReader reader, OtlpAttributes faults)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return 0;
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out var value)) return value;
        if (reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && Utf8Parser.TryParse(reader.ValueSpan, out value, out var used) && used == reader.ValueSpan.Length) return value;
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
        if (reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && Utf8Parser.TryParse(reader.ValueSpan, out value, out var used) && used == reader.ValueSpan.Length) return value;
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
        throw new OtlpFormatException($"The body has something else where {(token == JsonTokenType.StartArray ? "a list" : "an object")} belongs, at byte {reader.TokenStartIndex}.");
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
