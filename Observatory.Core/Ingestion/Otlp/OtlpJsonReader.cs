using System.Text.Json;

namespace Observatory.Core.Ingestion.Otlp;

/// <summary>
/// Reads the JSON form of a request in one pass: names in camel case or as in the protocol's files, 64-bit numbers as numbers or strings,
/// enumerations as numbers or names. Unknown fields are skipped. What describes a list (resource, scope, temporality) may stand behind it:
/// then the list is read afterwards.
/// </summary>
internal readonly ref partial struct OtlpJsonReader
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
            if (ListOf(ref reader) is not { } list) Skip(ref reader);
            else if (Opens(ref reader, JsonTokenType.StartArray))
            {
                while (Element(ref reader))
                {
                    // Its sender would never hear that nothing of it was kept.
                    if (list != signal) throw new OtlpFormatException($"The body holds {NameOf(list)}, and was sent to the address of {NameOf(signal)}.");
                    Resource(ref reader, signal);
                }
            }
        }
        // The rest must be white space: Read throws where it is not.
        while (reader.Read()) { }
    }

    /// <summary>Null where the field is none of the three lists.</summary>
    private static OtlpSignal? ListOf(ref Utf8JsonReader name) =>
        Is(ref name, "resourceLogs"u8, "resource_logs"u8) ? OtlpSignal.Logs
        : Is(ref name, "resourceMetrics"u8, "resource_metrics"u8) ? OtlpSignal.Metrics
        : Is(ref name, "resourceSpans"u8, "resource_spans"u8) ? OtlpSignal.Traces
        : null;

    private static string NameOf(OtlpSignal signal) => signal switch { OtlpSignal.Logs => "logs", OtlpSignal.Metrics => "metrics", _ => "traces" };

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
            else if (Is(ref data, "histogram"u8) || Is(ref data, "exponentialHistogram"u8, "exponential_histogram"u8)) Points(ref data,
                OtlpPointKind.Distribution);
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
            if (Is(ref reader, "aggregationTemporality"u8, "aggregation_temporality"u8)) _point.IsCumulative =
                Choice(ref reader, "AGGREGATION_TEMPORALITY_CUMULATIVE"u8, 2) == 2;
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
}
