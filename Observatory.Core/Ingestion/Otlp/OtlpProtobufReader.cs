namespace Observatory.Core.Ingestion.Otlp;

/// <summary>
/// Reads the binary form of a request. Field numbers are those of opentelemetry-proto 1.x; unknown fields, and known ones of another wire
/// type, are skipped. What describes a list (resource, scope, temporality) may stand behind it, so it is looked for first.
/// </summary>
internal sealed class OtlpProtobufReader(IOtlpHandler handler, OtlpBuffers buffers)
{
    private const uint Varint = WireReader.Varint, Fixed64 = WireReader.Fixed64, Bytes = WireReader.Bytes;

    // The same in ResourceLogs, ResourceMetrics and ResourceSpans, and in ScopeLogs, ScopeMetrics and ScopeSpans.
    private const uint Head = 1 << 3 | Bytes, Items = 2 << 3 | Bytes;
    private const uint First = 1 << 3 | Bytes, Second = 2 << 3 | Bytes;

    private readonly OtlpTexts _texts = buffers.Texts;
    private readonly OtlpScope _scope = buffers.Scope;
    private readonly OtlpLog _log = buffers.Log;
    private readonly OtlpPoint _point = buffers.Point;
    private readonly OtlpSpan _span = buffers.Span;

    public void Read(OtlpSignal signal, ReadOnlySpan<byte> body)
    {
        var request = new WireReader(body);
        while (request.Next())
        {
            if (request.Tag == First) Resource(signal, request.ReadBytes());
            else request.Skip();
        }
    }

    private void Resource(OtlpSignal signal, ReadOnlySpan<byte> message)
    {
        _scope.Resource.Clear();
        var heads = new WireReader(message);
        while (heads.Next())
        {
            if (heads.Tag == Head) ResourceAttributes(heads.ReadBytes());
            else heads.Skip();
        }
        var scopes = new WireReader(message);
        while (scopes.Next())
        {
            if (scopes.Tag == Items) Scope(signal, scopes.ReadBytes());
            else scopes.Skip();
        }
    }

    private void ResourceAttributes(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Tag == First) Attribute(reader.ReadBytes(), _scope.Resource);
            else reader.Skip();
        }
    }

    private void Scope(OtlpSignal signal, ReadOnlySpan<byte> message)
    {
        _scope.Name = "";
        var heads = new WireReader(message);
        while (heads.Next())
        {
            if (heads.Tag == Head) ScopeName(heads.ReadBytes());
            else heads.Skip();
        }
        var items = new WireReader(message);
        while (items.Next())
        {
            if (items.Tag != Items) items.Skip();
            else if (signal == OtlpSignal.Logs) Log(items.ReadBytes());
            else if (signal == OtlpSignal.Metrics) Metric(items.ReadBytes());
            else Span(items.ReadBytes());
        }
    }

    private void ScopeName(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Tag == First) _scope.Name = _texts.Get(reader.ReadBytes());
            else reader.Skip();
        }
    }

    private void Log(ReadOnlySpan<byte> message)
    {
        if (!buffers.TakesItem()) return;
        _log.Clear();
        var reader = new WireReader(message);
        while (reader.Next())
        {
            switch (reader.Tag)
            {
                case 1 << 3 | Fixed64: _log.Time = reader.ReadFixed64(); break;
                case 5 << 3 | Bytes: _log.Body = Body(reader.ReadBytes()); break;
                case 6 << 3 | Bytes: Attribute(reader.ReadBytes(), _log.Attributes); break;
                case 11 << 3 | Fixed64: _log.ObservedTime = reader.ReadFixed64(); break;
                case 12 << 3 | Bytes: _log.EventName = _texts.Get(reader.ReadBytes()); break;
                default: reader.Skip(); break;
            }
        }
        handler.Log(_scope, _log);
    }

    private OtlpValue Body(ReadOnlySpan<byte> message)
    {
        buffers.Elements = 0;
        return Value(message, _log.Attributes, 0);
    }

    private void Metric(ReadOnlySpan<byte> message)
    {
        _point.Metric = "";
        var heads = new WireReader(message);
        while (heads.Next())
        {
            if (heads.Tag == First) _point.Metric = _texts.Get(heads.ReadBytes());
            else heads.Skip();
        }
        var data = new WireReader(message);
        while (data.Next())
        {
            switch (data.Tag)
            {
                case 5 << 3 | Bytes: Points(OtlpPointKind.Gauge, attributes: 7, flags: 8, data.ReadBytes()); break;
                case 7 << 3 | Bytes: Points(OtlpPointKind.Sum, attributes: 7, flags: 8, data.ReadBytes()); break;
                case 9 << 3 | Bytes: Points(OtlpPointKind.Distribution, attributes: 9, flags: 10, data.ReadBytes()); break;
                case 10 << 3 | Bytes: Points(OtlpPointKind.Distribution, attributes: 1, flags: 10, data.ReadBytes()); break;
                case 11 << 3 | Bytes: Points(OtlpPointKind.Distribution, attributes: 7, flags: 8, data.ReadBytes(), isSummary: true); break;
                default: data.Skip(); break;
            }
        }
    }

    /// <param name="attributes">Number of that field in this kind of point; all others are alike.</param>
    private void Points(OtlpPointKind kind, uint attributes, uint flags, ReadOnlySpan<byte> message, bool isSummary = false)
    {
        // A summary counts from its start; it has no field for that.
        (_point.Kind, _point.IsCumulative, _point.IsMonotonic) = (kind, isSummary, kind == OtlpPointKind.Distribution);
        var heads = new WireReader(message);
        while (heads.Next())
        {
            if (heads.Tag == (2 << 3 | Varint)) _point.IsCumulative = heads.ReadVarint() == 2;
            else if (heads.Tag == (3 << 3 | Varint)) _point.IsMonotonic = heads.ReadVarint() != 0;
            else heads.Skip();
        }
        var points = new WireReader(message);
        while (points.Next())
        {
            if (points.Tag == First) Point(attributes << 3 | Bytes, flags << 3 | Varint, points.ReadBytes());
            else points.Skip();
        }
    }

    private void Point(uint attributes, uint flags, ReadOnlySpan<byte> message)
    {
        if (!buffers.TakesItem()) return;
        _point.Clear();
        var isNumber = _point.Kind != OtlpPointKind.Distribution;
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Tag == attributes) Attribute(reader.ReadBytes(), _point.Attributes);
            else if (reader.Tag == flags) _point.HasNoValue = (reader.ReadVarint() & 1) != 0;
            else if (reader.Tag == (2 << 3 | Fixed64)) _point.StartTime = reader.ReadFixed64();
            else if (reader.Tag == (3 << 3 | Fixed64)) _point.Time = reader.ReadFixed64();
            else if (isNumber && reader.Tag == (4 << 3 | Fixed64)) _point.Value = reader.ReadDouble();
            else if (isNumber && reader.Tag == (6 << 3 | Fixed64)) _point.Value = (long)reader.ReadFixed64();
            else if (!isNumber && reader.Tag == (4 << 3 | Fixed64)) _point.Count = reader.ReadFixed64();
            else if (!isNumber && reader.Tag == (5 << 3 | Fixed64)) _point.Value = reader.ReadDouble();
            else reader.Skip();
        }
        handler.Point(_scope, _point);
    }

    private void Span(ReadOnlySpan<byte> message)
    {
        if (!buffers.TakesItem()) return;
        _span.Clear();
        var reader = new WireReader(message);
        while (reader.Next())
        {
            switch (reader.Tag)
            {
                case 1 << 3 | Bytes: _span.TraceId = Id(reader.ReadBytes()); break;
                case 2 << 3 | Bytes: _span.SpanId = Id(reader.ReadBytes()); break;
                case 4 << 3 | Bytes: _span.ParentId = Id(reader.ReadBytes()); break;
                case 5 << 3 | Bytes: _span.Name = _texts.Get(reader.ReadBytes()); break;
                case 7 << 3 | Fixed64: _span.Start = reader.ReadFixed64(); break;
                case 8 << 3 | Fixed64: _span.End = reader.ReadFixed64(); break;
                case 9 << 3 | Bytes: Attribute(reader.ReadBytes(), _span.Attributes); break;
                case 11 << 3 | Bytes: SpanEvent(reader.ReadBytes()); break;
                case 15 << 3 | Bytes: Status(reader.ReadBytes()); break;
                default: reader.Skip(); break;
            }
        }
        handler.Span(_scope, _span);
    }

    private void SpanEvent(ReadOnlySpan<byte> message)
    {
        var name = "";
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Tag == Second) name = _texts.Get(reader.ReadBytes());
            else reader.Skip();
        }
        _span.AddEvent(name);
    }

    private void Status(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Tag == Second) _span.StatusMessage = _texts.Get(reader.ReadBytes());
            else if (reader.Tag == (3 << 3 | Varint)) _span.IsError = reader.ReadVarint() == 2;
            else reader.Skip();
        }
    }

    private void Attribute(ReadOnlySpan<byte> message, OtlpAttributes target)
    {
        buffers.Elements = 0;
        var (text, name, value) = Pair(message, target, 0);
        target.Add(text, name, value);
    }

    private (string Text, OtlpName Name, OtlpValue Value) Pair(ReadOnlySpan<byte> message, OtlpAttributes target, int depth)
    {
        var (text, name) = ("", OtlpName.Other);
        OtlpValue value = default;
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Tag == First) (text, name) = _texts.GetName(reader.ReadBytes());
            else if (reader.Tag == Second) value = Value(reader.ReadBytes(), target, depth);
            else reader.Skip();
        }
        return (text, name, value);
    }

    private OtlpValue Value(ReadOnlySpan<byte> message, OtlpAttributes target, int depth)
    {
        OtlpValue value = default;
        var reader = new WireReader(message);
        while (reader.Next())
        {
            switch (reader.Tag)
            {
                case 1 << 3 | Bytes: value = OtlpValue.Of(_texts.Get(reader.ReadBytes())); break;
                case 2 << 3 | Varint: value = OtlpValue.Of(reader.ReadVarint() != 0); break;
                case 3 << 3 | Varint: value = OtlpValue.Of((long)reader.ReadVarint()); break;
                case 4 << 3 | Fixed64: value = OtlpValue.Of(reader.ReadDouble()); break;
                case 5 << 3 | Bytes: value = List(reader.ReadBytes(), target, depth + 1); break;
                case 6 << 3 | Bytes: value = Map(reader.ReadBytes(), target, depth + 1); break;
                case 7 << 3 | Bytes: value = OtlpValue.OfBytes(Convert.ToBase64String(reader.ReadBytes())); break;
                default: reader.Skip(); break;
            }
        }
        return value;
    }

    private OtlpValue List(ReadOnlySpan<byte> message, OtlpAttributes target, int depth)
    {
        var items = new List<OtlpValue>();
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Tag == First && buffers.MayHold(target, depth)) items.Add(Value(reader.ReadBytes(), target, depth));
            else reader.Skip();
        }
        return OtlpValue.Of(items);
    }

    private OtlpValue Map(ReadOnlySpan<byte> message, OtlpAttributes target, int depth)
    {
        var items = new List<KeyValuePair<string, OtlpValue>>();
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Tag == First && buffers.MayHold(target, depth))
            {
                var (text, _, value) = Pair(reader.ReadBytes(), target, depth);
                items.Add(new(text, value));
            }
            else reader.Skip();
        }
        return OtlpValue.Of(items);
    }

    private static string Id(ReadOnlySpan<byte> id) => Convert.ToHexStringLower(id.Length > 128 ? id[..129] : id);
}

/// <summary>Reasons that both readers give.</summary>
internal static class OtlpFaults
{
    public static readonly string TooDeep = $"A value has more than {OtlpLimits.ValueDepth} lists inside one another.";
    public static readonly string TooMany = $"A value has more than {OtlpLimits.ValueElements} elements.";
    public const string NoNumber = "A number cannot be read.";

    public static OtlpFormatException TooManyItems() => new($"The request has more than {OtlpLimits.Items} items. Send it in parts.", isTooLarge: true);
}
