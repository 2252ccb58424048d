using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.EventsApi;

namespace Observatory.Core;

/// <summary>
/// Events from inside the program, as a sender of the events API would send them, on the same road: each is durable and in every figure when its
/// task ends. Thread-safe.
/// </summary>
public sealed class AnalyticsTracker(IEventSink sink, TimeProvider clock)
{
    /// <summary>An event of any type.</summary>
    /// <param name="type">Known or not.</param>
    /// <param name="conversationId">Null = of none.</param>
    /// <param name="userId">Null = of nobody.</param>
    /// <param name="data">What belongs to it; null = nothing.</param>
    /// <exception cref="ArgumentException">What is sent is no event; the message says why.</exception>
    public async Task EventAsync(string type, string? conversationId, string? userId, JsonObject? data = null, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();
        var json = new JsonObject
        {
            ["id"] = Guid.NewGuid().ToString(), ["type"] = type, ["timestamp"] = now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            ["data"] = data?.DeepClone() ?? new JsonObject(),
        };
        if (conversationId is not null) json["conversationId"] = conversationId;
        if (userId is not null) json["userId"] = userId;
        var batch = new EventBatch { Source = EventSource.Api };
        var read = new EventReader().Read(JsonSerializer.SerializeToUtf8Bytes(json), lines: false, batch, now.ToUnixTimeMilliseconds());
        if (read.Rejected is [var rejected, ..]) throw new ArgumentException(rejected.Reason, nameof(type));
        await sink.WriteAsync(batch, cancel).ConfigureAwait(false);
        await batch.Committed.WaitAsync(cancel).ConfigureAwait(false);
    }

    public Task ConversationCreatedAsync(string conversationId, string userId, JsonObject? metadata = null, CancellationToken cancel = default) =>
        EventAsync("conversation_created", conversationId, userId, metadata, cancel);

    /// <param name="role"><c>user|assistant</c>.</param>
    /// <param name="tokenCount">As the sender counts it; it is no usage.</param>
    public Task MessageSentAsync(string conversationId, string messageId, string role, int tokenCount, CancellationToken cancel = default)
    {
        var data = new JsonObject { ["messageId"] = messageId, ["role"] = role, ["tokenCount"] = tokenCount, ["messageLength"] = 0 };
        return EventAsync("message_sent", conversationId, null, data, cancel);
    }

    /// <param name="type"><c>input|output</c>.</param>
    public Task TokenUsageAsync(string conversationId, long tokens, string type, CancellationToken cancel = default) =>
        EventAsync("token_usage", conversationId, null, new JsonObject { ["tokens"] = tokens, ["type"] = type }, cancel);

    public Task UserActivityAsync(string userId, string activity, JsonObject? metadata = null, CancellationToken cancel = default)
    {
        var data = metadata?.DeepClone().AsObject() ?? [];
        data["activity"] = activity;
        return EventAsync("user_activity", null, userId, data, cancel);
    }
}
