using System.Text.Json;

namespace Observatory.Core.Ingestion.EventsApi;

/// <summary>Reads one event into <see cref="EventFields"/> in one pass.</summary>
internal static class EventScanner
{
    /// <summary>The reader stands on the event's opening brace before and on its closing one after.</summary>
    public static void Scan(ref Utf8JsonReader reader, EventFields f)
    {
        f.Clear();
        f.Start = (int)reader.TokenStartIndex;
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = JsonName.Of(ref reader, TopField);
            reader.Read();
            if (field != EventField.Data)
            {
                Value(ref reader, f, field, depth);
                continue;
            }
            f.ClearData();
            var start = (int)reader.TokenStartIndex;
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                Value(ref reader, f, field, depth);
                continue;
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var inner = JsonName.Of(ref reader, DataField);
                reader.Read();
                Value(ref reader, f, inner, depth);
            }
            f.Set(EventField.Data, new JsonPlace(JsonTokenType.StartObject, start, (int)reader.BytesConsumed - start, false));
        }
        f.End = (int)reader.BytesConsumed;
    }

    private static void Value(ref Utf8JsonReader reader, EventFields f, EventField field, int depth)
    {
        if (field != EventField.None) f.Set(field, JsonPlace.Of(ref reader));
        if (JsonLimits.Check(ref reader, depth) is { } fault) f.Fault = fault;
    }

    public static EventField TopField(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("id"u8) => EventField.Id,
        4 when name.SequenceEqual("type"u8) => EventField.Type,
        4 when name.SequenceEqual("data"u8) => EventField.Data,
        6 when name.SequenceEqual("userId"u8) => EventField.UserId,
        9 when name.SequenceEqual("timestamp"u8) => EventField.Timestamp,
        14 when name.SequenceEqual("conversationId"u8) => EventField.ConversationId,
        _ => EventField.None,
    };

    public static EventField DataField(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when name.SequenceEqual("role"u8) => EventField.Role,
        4 when name.SequenceEqual("type"u8) => EventField.DataType,
        4 when name.SequenceEqual("tool"u8) || name.SequenceEqual("name"u8) => EventField.Tool,
        5 when name.SequenceEqual("model"u8) => EventField.Model,
        5 when name.SequenceEqual("error"u8) => EventField.Message,
        6 when name.SequenceEqual("tokens"u8) => EventField.Tokens,
        6 when name.SequenceEqual("status"u8) => EventField.Status,
        7 when name.SequenceEqual("content"u8) => EventField.Content,
        7 when name.SequenceEqual("success"u8) => EventField.Success,
        7 when name.SequenceEqual("isError"u8) => EventField.IsError,
        7 when name.SequenceEqual("message"u8) => EventField.Message,
        7 when name.SequenceEqual("project"u8) => EventField.Project,
        8 when name.SequenceEqual("toolName"u8) => EventField.Tool,
        9 when name.SequenceEqual("messageId"u8) => EventField.MessageId,
        9 when name.SequenceEqual("requestId"u8) => EventField.RequestId,
        9 when name.SequenceEqual("toolUseId"u8) => EventField.ToolUseId,
        10 when name.SequenceEqual("durationMs"u8) => EventField.DurationMs,
        10 when name.SequenceEqual("statusCode"u8) => EventField.Status,
        11 when name.SequenceEqual("inputTokens"u8) => EventField.InputTokens,
        12 when name.SequenceEqual("outputTokens"u8) => EventField.OutputTokens,
        13 when name.SequenceEqual("messageLength"u8) => EventField.MessageLength,
        15 when name.SequenceEqual("cacheReadTokens"u8) => EventField.CacheReadTokens,
        19 when name.SequenceEqual("cacheCreationTokens"u8) => EventField.CacheCreationTokens,
        _ => EventField.None,
    };
}
