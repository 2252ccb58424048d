using Observatory.Core.Events;
using Observatory.Core.Ingestion;

namespace Observatory.Core.Storage.Writing;

/// <summary>Which events tell of things whose rows are gone: they were counted, and nothing comes of them.</summary>
internal sealed partial class BatchApplier
{
    /// <summary>The message that was told last is gone: so are the tool calls of its line that have a number of their answer only.</summary>
    private bool _isMessageGone;

    private bool IsGone(AnalyticsEvent x, int conversation, EventBatch batch)
    {
        if (state.Gone.IsEmpty) return false;
        if (x is ResponseEvent { IsAuxiliary: false }) _isMessageGone = false;
        if (IsNamed(x)) return false;
        if (IsToldByAnother(x, conversation, batch)) return true;
        switch (x)
        {
            case ResponseEvent response:
                var isGone = response.Kind == CallKind.Lines ? AreLinesGone(response, conversation) : IsReportGone(response, conversation, batch);
                if (isGone && !response.IsAuxiliary) (_isMessageGone, _message) = (true, null);
                return isGone;
            case ToolCallEvent { IsNumbered: true } when _isMessageGone: return true;
            case ToolResultEvent { NumberedLine: not 0 } result: return Contains(GoneKind.ToolCall, x.Key.Of(result.NumberedLine, isMixed: true));
            case ApiErrorEvent error:
                return IsKeyGone(GoneKind.ApiError, x, conversation, batch) || error.Request != default && Contains(GoneKind.ApiError, error.Request);
            case PromptEvent: return IsKeyGone(GoneKind.Prompt, x, conversation, batch);
            case ToolCallEvent or ToolResultEvent: return IsKeyGone(GoneKind.ToolCall, x, conversation, batch);
            case MarkEvent: return Contains(GoneKind.Mark, x.Key);
            case OtherEvent: return Contains(GoneKind.Event, Remembered(x.Key, conversation, batch.Source));
            default: return false;
        }
    }

    /// <summary>
    /// Of that time only other sources had told of the conversation, and what they told is gone: whether this is the same cannot be seen any more.
    /// </summary>
    private bool IsToldByAnother(AnalyticsEvent x, int conversation, EventBatch batch) =>
        state.Gone.CarryOf(conversation) is { } carry
        && conversation != ConversationCache.None && x.At <= carry.Until && (carry.Sources & 1 << (int)batch.Source) == 0;

    private bool IsKeyGone(GoneKind kind, AnalyticsEvent x, int conversation, EventBatch batch) =>
        Contains(kind, Remembered(KeyOf(x, batch), conversation, batch.Source))
        || batch.Source == EventSource.Api && Contains(kind, Remembered(x.Key.With((ulong)batch.Source), conversation, batch.Source));

    private bool IsReportGone(ResponseEvent x, int conversation, EventBatch batch)
    {
        var old = x.Key.With((ulong)x.Kind << 8);
        if (Contains(GoneKind.Response, Remembered(Within(old, batch.Source, x.Conversation), conversation, batch.Source))) return true;
        if (batch.Source == EventSource.Api && Contains(GoneKind.Response, Remembered(old, conversation, batch.Source))) return true;
        if (x.Kind != CallKind.Usage) return x.Kind == CallKind.Call && state.Gone.ContainsRequest(x.Request);
        // The events API names requests of its own; in a conversation that others told of, those of the client.
        return x.Request != 0 && (state.Gone.ContainsRequest(RequestIndex.Within(x.Conversation, x.Request))
            || state.Gone.CarryOf(conversation) is not null && state.Gone.ContainsRequest(x.Request));
    }

    /// <summary>
    /// As <see cref="FindOrAdd(ResponseEvent, int, EventBatch)"/> looks for the row: by message, by message and request, by message and size of the prompt.
    /// </summary>
    private bool AreLinesGone(ResponseEvent x, int conversation)
    {
        var isPlainGone = Contains(GoneKind.Response, x.Key);
        if (x.IsByLine) return isPlainGone;
        if (x.Request != 0)
        {
            if (Contains(GoneKind.Response, x.Key.Of(x.Request, false)) || Contains(GoneKind.Response, x.Key.Of(x.Request, true))
                || Contains(GoneKind.Response, x.Key.With(x.Request))) return true;
            if (!state.Gone.ContainsRequest(x.Request) || FindOfRequest(x) is not null) return false;
            // A message that comes again under another request is another; of a request that is gone, another source may have told.
            return isPlainGone || state.Responses.IdOf(x.Key.Low) is null;
        }
        var shown = ShownBy(x, conversation);
        if (IsGoneIn(shown) || shown != conversation && IsGoneIn(conversation)) return true;
        if (!isPlainGone) return false;
        // Others of the message may be left: a line that was told before belongs to what is gone, or is in one of them already.
        return state.Owners.WasTold(x.LineMark, conversation) || FindOfPrompt(x, shown) is null && FindOfPrompt(x, conversation) is null;

        bool IsGoneIn(int session)
        {
            var own = OwnPrompt(x, session);
            return Contains(GoneKind.Response, x.Key.Of(own, false)) || Contains(GoneKind.Response, x.Key.Of(own, true));
        }
    }

    private bool Contains(GoneKind kind, EventKey key) => state.Gone.Contains(kind, key);

    private static EventKey Remembered(EventKey key, int conversation, EventSource source) => source == EventSource.Api ? key.With((ulong)conversation) : key;
}
