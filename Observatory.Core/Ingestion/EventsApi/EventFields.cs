using System.Text.Json;
using Observatory.Core.Ingestion.Transcripts;

namespace Observatory.Core.Ingestion.EventsApi;

/// <summary>What is read of an event; those from <see cref="MessageId"/> on stand in its <c>data</c>.</summary>
internal enum EventField
{
    Id,
    Type,
    Timestamp,
    ConversationId,
    UserId,
    Data,
    MessageId,
    Role,
    MessageLength,
    Content,
    Tokens,
    DataType,
    InputTokens,
    OutputTokens,
    CacheCreationTokens,
    CacheReadTokens,
    Model,
    RequestId,
    Tool,
    ToolUseId,
    Success,
    IsError,
    DurationMs,
    Status,
    Message,
    Project,

    /// <summary>Everything else: read over.</summary>
    None,
}

/// <summary>Where a value stands in the text. Of a string: without its quotes, not decoded.</summary>
internal readonly record struct JsonPlace(JsonTokenType Kind, int Start, int Length, bool IsEscaped)
{
    public Slice Slice => new(Start, Length, IsEscaped);

    public ReadOnlySpan<byte> Raw(ReadOnlySpan<byte> text) => text.Slice(Start, Length);

    public static JsonPlace Of(ref Utf8JsonReader reader)
    {
        var kind = reader.TokenType;
        return new JsonPlace(kind, (int)reader.TokenStartIndex + (kind == JsonTokenType.String ? 1 : 0), reader.ValueSpan.Length, reader.ValueIsEscaped);
    }
}

/// <summary>One event as places in the text: filled by <see cref="EventScanner"/> and used again for the next, so that scanning allocates nothing.</summary>
internal sealed class EventFields
{
    private const ulong DataFields = ~0UL << (int)EventField.MessageId;

    private readonly JsonPlace[] _places = new JsonPlace[(int)EventField.None + 1];
    private ulong _present;

    /// <summary>The event must be refused for this reason, whatever its fields say.</summary>
    public string? Fault { get; set; }

    public int Start { get; set; }

    public int End { get; set; }

    public void Clear() => (_present, Fault) = (0, null);

    /// <summary>Of fields that come twice the last counts; of <c>data</c> too.</summary>
    public void ClearData() => _present &= ~DataFields;

    public void Set(EventField field, in JsonPlace place) => Place(field) = place;

    /// <summary>Where the place of a field that is there goes; what is read over has one too, which nobody asks for.</summary>
    public ref JsonPlace Place(EventField field)
    {
        _present |= 1UL << (int)field;
        return ref _places[(int)field];
    }

    /// <summary>False where it is missing or null.</summary>
    public bool TryGet(EventField field, out JsonPlace place)
    {
        place = _places[(int)field];
        return (_present & 1UL << (int)field) != 0 && place.Kind != JsonTokenType.Null;
    }
}
