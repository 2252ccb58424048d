using System.Text.Json;

namespace Observatory.Core.Ingestion.EventsApi;

/// <summary>Reads the bodies of <c>POST /api/analytics/events</c>.</summary>
public sealed class EventReader : ItemReader
{
    private readonly EventFields _fields = new();
    private readonly EventInterpreter _interpreter = new();

    private protected override void Scan(ref Utf8JsonReader reader) => EventScanner.Scan(ref reader, _fields);

    private protected override bool TryScanPlain(ReadOnlySpan<byte> text, out int length)
    {
        var isPlain = PlainEventScanner.TryScan(text, _fields);
        length = _fields.End;
        return isPlain;
    }

    private protected override string? Interpret(ReadOnlySpan<byte> text, EventBatch batch, long now) => _interpreter.Interpret(text, _fields, batch, now);

    private protected override string? IdOf(ReadOnlySpan<byte> text)
    {
        if (_fields.TryGet(EventField.Id, out var id)) return id.Kind == JsonTokenType.String ? JsonText.Decode(id.Slice, text, ValueReader.LongestName) : null;
        // What is too deep or holds no finite numbers has no canonical form.
        return _fields.Fault is null ? EventIds.Of(text[_fields.Start.._fields.End]) : null;
    }
}
