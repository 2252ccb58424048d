using Observatory.Core.Events;

namespace Observatory.Core.Ingestion.Otlp;

internal sealed partial class OtlpInterpreter
{
    /// <summary>
    /// Spans are kept to be looked at. In figures of calls and tools they count nothing, events tell of these; how long things took has figures of its own
    /// (<see cref="SpanFigures"/>).
    /// </summary>
    public void Span(OtlpScope scope, OtlpSpan span)
    {
        _fault = span.Attributes.Fault ?? scope.Resource.Fault;
        var name = NameOrUnknown(span.Name, "The span's name");
        var at = Instant(span.Start);
        if (span.TraceId.Length is 0 or > 64 || span.SpanId.Length is 0 or > 64) Fail("It has no trace id and span id.");
        var session = Name(span.Attributes, OtlpName.SessionId) ?? "";
        var agent = Name(span.Attributes, OtlpName.AgentId);
        var batch = _fault is null ? BatchOf(span.Attributes, scope) : null;
        if (_fault is not null)
        {
            Reject(span.Attributes, scope, name, span.Start);
            return;
        }
        batch!.Events.Add(new OtherEvent
        {
            Key = EventKey.Of(KeySpace.Record, $"{span.TraceId}:{span.SpanId}"), At = at, Conversation = session, Version = IsClient(scope)
                ? Version(span.Attributes, scope) : null,
            Agent = agent, IsSidechain = agent is not null, Type = name, Data = AttributeJson.Write(Fields(span)),
            Span = IsClient(scope) ? SpanFigures.Of(span) : null,
        });
        _taken++;
    }

    private static List<KeyValuePair<string, OtlpValue>> Fields(OtlpSpan span)
    {
        List<KeyValuePair<string, OtlpValue>> fields =
        [
            new("traceId", OtlpValue.Of(span.TraceId)), new("spanId", OtlpValue.Of(span.SpanId)), new("parentSpanId", OtlpValue.Of(span.ParentId)),
            new("startMs", OtlpValue.Of((long)(span.Start / 1_000_000))), new("endMs", OtlpValue.Of((long)(span.End / 1_000_000))),
            new("durationMs", OtlpValue.Of(span.End > span.Start ? (span.End - span.Start) / 1e6 : 0)), new("error", OtlpValue.Of(span.IsError)),
        ];
        if (span.StatusMessage is { Length: > 0 } message) fields.Add(new("statusMessage", OtlpValue.Of(message)));
        if (span.Events.Count > 0)
            fields.Add(new("events",
                OtlpValue.Of([.. span.Events.OrderBy(e => e.Key, StringComparer.Ordinal)
                .Select(e => KeyValuePair.Create(e.Key, OtlpValue.Of((long)e.Value)))])));
        fields.Add(new("attributes", OtlpValue.Of([.. span.Attributes.Items])));
        return fields;
    }
}
