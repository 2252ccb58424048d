using System.Text.Json;
using Observatory.Core.Events;

namespace Observatory.Core.Ingestion.EventsApi;

/// <summary>Turns the fields of an event into what is stored of it. Not thread-safe.</summary>
internal sealed class EventInterpreter
{
    private const int LongestMessage = 1_000;

    private readonly ValueReader _values = new();

    // Of the event at hand.
    private long _at;
    private string _conversation = "";
    private string? _user;
    private string? _project;
    private EventKey _eventId;

    /// <returns>Why the event is refused, or null.</returns>
    public string? Interpret(ReadOnlySpan<byte> text, EventFields f, EventBatch batch, long now)
    {
        if (f.Fault is { } fault) return fault;
        _values.Begin();
        if (!f.TryGet(EventField.Type, out var type)) return "The event has no type.";
        if (f.TryGet(EventField.Data, out var data) && data.Kind != JsonTokenType.StartObject) return "data is not an object.";
        // Read whole before it is looked at what it is: an event is refused for the same reason whatever else it holds.
        if (ValueReader.Instant(text, f, EventField.Timestamp, now, out _at) is { } late) return late;
        _conversation = _values.Name(text, f, EventField.ConversationId, "conversationId") ?? "";
        _user = _values.Name(text, f, EventField.UserId, "userId");
        _project = _values.Name(text, f, EventField.Project, null, 4_096);
        var id = _values.Key(text, f, EventField.Id, KeySpace.Event, "id");
        if (type.Kind != JsonTokenType.String || type.Length == 0) return "type is empty or not a text.";
        if (_values.Fault is { } wrong) return wrong;
        _eventId = id ?? EventKey.Of(KeySpace.Event, EventIds.Of(text[f.Start..f.End]));

        var name = ValueReader.Plain(text, type);
        if (name.SequenceEqual("message_sent"u8)) return MessageSent(text, f, batch);
        if (name.SequenceEqual("token_usage"u8)) return TokenUsage(text, f, batch);
        if (name.SequenceEqual("tool_use"u8)) return ToolUse(text, f, batch);
        if (name.SequenceEqual("api_error"u8)) return ApiError(text, f, batch);
        if (name.SequenceEqual("conversation_message"u8)) return ConversationMessage(text, f, batch);
        return Other(text, f, Data(text, f), batch);
    }

    private string? MessageSent(ReadOnlySpan<byte> text, EventFields f, EventBatch batch)
    {
        var length = _values.Whole(text, f, EventField.MessageLength, "messageLength");
        if (!f.TryGet(EventField.Role, out var role) || role.Kind != JsonTokenType.String) return "A message_sent event needs a role.";
        var roleName = ValueReader.Plain(text, role);
        var isUser = roleName.SequenceEqual("user"u8);
        var message = _values.Key(text, f, EventField.MessageId, isUser ? KeySpace.Line : KeySpace.Message, "messageId");
        var model = _values.Name(text, f, EventField.Model, "model");
        if (_values.Fault is { } fault) return fault;
        if (isUser)
        {
            batch.Events.Add(new PromptEvent
            {
                Key = message ?? _eventId, EventId = _eventId, At = _at, Conversation = _conversation, User = _user, Project = _project,
                    Length = (int)Math.Min(length ?? 0, int.MaxValue),
            });
            return null;
        }
        // A message of a tool or of the system is neither a prompt nor an answer: it counts in no figure, but it did happen.
        if (!roleName.SequenceEqual("assistant"u8)) return Other(text, f, Data(text, f), batch);
        batch.Events.Add(new ResponseEvent
        {
            Key = message ?? _eventId, EventId = _eventId, At = _at, Conversation = _conversation, User = _user, Project = _project, Kind = CallKind.Message,
                Model = model,
        });
        return null;
    }

    private string? TokenUsage(ReadOnlySpan<byte> text, EventFields f, EventBatch batch)
    {
        var input = _values.Whole(text, f, EventField.InputTokens, "inputTokens");
        var output = _values.Whole(text, f, EventField.OutputTokens, "outputTokens");
        var written = _values.Whole(text, f, EventField.CacheCreationTokens, "cacheCreationTokens");
        var read = _values.Whole(text, f, EventField.CacheReadTokens, "cacheReadTokens");
        if (_values.Fault is { } wrong) return wrong;
        if (input is null && output is null && written is null && read is null)
        {
            var tokens = _values.Whole(text, f, EventField.Tokens, "tokens");
            if (_values.Fault is { } no) return no;
            if (tokens is null) return "A token_usage event holds no tokens.";
            var type = f.TryGet(EventField.DataType, out var place) && place.Kind == JsonTokenType.String ? ValueReader.Plain(text, place) : default;
            if (type.SequenceEqual("input"u8)) input = tokens;
            else if (type.SequenceEqual("output"u8)) output = tokens;
            else return "tokens need a type, input or output.";
        }
        var model = _values.Name(text, f, EventField.Model, "model");
        var request = _values.Key(text, f, EventField.RequestId, KeySpace.Request, "requestId");
        if (_values.Fault is { } fault) return fault;
        batch.Events.Add(new ResponseEvent
        {
            Key = request ?? _eventId, EventId = _eventId, At = _at, Conversation = _conversation, User = _user, Project = _project, Kind = CallKind.Usage,
                IsAuxiliary = true, Model = model,
            Request = request is null ? 0 : ValueReader.Fingerprint(text, f, EventField.RequestId),
                Usage = new TokenUsage(input ?? 0, output ?? 0, 0, 0, read ?? 0), CacheWriteField = written ?? 0,
        });
        return null;
    }

    private string? ToolUse(ReadOnlySpan<byte> text, EventFields f, EventBatch batch)
    {
        var tool = _values.Name(text, f, EventField.Tool, "tool");
        var use = _values.Key(text, f, EventField.ToolUseId, KeySpace.ToolUse, "toolUseId");
        var duration = _values.Whole(text, f, EventField.DurationMs, "durationMs", round: true);
        var success = _values.Flag(f, EventField.Success, "success");
        var error = _values.Flag(f, EventField.IsError, "isError");
        var model = _values.Name(text, f, EventField.Model, "model");
        if (_values.Fault is { } fault) return fault;
        if (tool is null) return "A tool_use event names no tool.";
        var key = use ?? _eventId;
        batch.Events.Add(new ToolCallEvent { Key = key, EventId = _eventId, At = _at, Conversation = _conversation, User = _user, Project = _project,
            Tool = tool, Model = model });
        if (success is null && error is null && duration is null) return null;
        batch.Events.Add(new ToolResultEvent
        {
            Key = key, EventId = _eventId, At = _at, Conversation = _conversation, User = _user, Project = _project, IsError = error ?? success == false,
                DurationMs = duration,
        });
        return null;
    }

    private string? ApiError(ReadOnlySpan<byte> text, EventFields f, EventBatch batch)
    {
        var status = _values.Whole(text, f, EventField.Status, "status");
        if (_values.Fault is { } fault) return fault;
        if (status is > 999) return "status is not an HTTP status.";
        batch.Events.Add(new ApiErrorEvent
        {
            Key = _eventId, EventId = _eventId, At = _at, Conversation = _conversation, User = _user, Project = _project, Status = (int)(status ?? 0),
                IsFinal = true,
            Message = f.TryGet(EventField.Message, out var message) && message.Kind == JsonTokenType.String
                ? JsonText.Decode(message.Slice, text, LongestMessage) : null,
        });
        return null;
    }

    private string? ConversationMessage(ReadOnlySpan<byte> text, EventFields f, EventBatch batch)
    {
        if (!f.TryGet(EventField.Content, out var content)
            || content.Kind != JsonTokenType.String) return "A conversation_message event needs content, a text.";
        _values.Key(text, f, EventField.MessageId, KeySpace.Line, "messageId");
        if (_values.Fault is { } fault) return fault;
        return Other(text, f, MessageFeatures.Of(text, f, content), batch);
    }

    private string? Other(ReadOnlySpan<byte> text, EventFields f, string? data, EventBatch batch)
    {
        var type = _values.Name(text, f, EventField.Type, "type");
        if (_values.Fault is { } fault) return fault;
        if (type is null) return "type is empty.";
        batch.Events.Add(new OtherEvent { Key = _eventId, EventId = _eventId, At = _at, Conversation = _conversation, User = _user, Project = _project,
            Type = type, Data = data });
        return null;
    }

    private static string? Data(ReadOnlySpan<byte> text, EventFields f) => f.TryGet(EventField.Data, out var data)
        ? CanonicalJson.Of(data.Raw(text), CanonicalJson.LongestData) : null;
}
