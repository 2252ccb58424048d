using System.Text.Json;
using Observatory.Core.Accounts;

namespace Observatory.Core.Realtime;

/// <summary>What a client of the stream or the hub gets.</summary>
/// <param name="Sequence">Grows from message to message, over restarts too.</param>
/// <param name="Type">See <see cref="FeedTypes"/>.</param>
/// <param name="Body">JSON that has the sequence too. Written once, however many clients get it.</param>
public sealed record FeedMessage(long Sequence, string Type, JsonElement Body);

/// <summary>Types of messages and of the updates in them.</summary>
public static class FeedTypes
{
    public const string Initial = "initial_data";
    public const string Batch = "batch_update";
    public const string Metrics = "metric_update";
    public const string NewConversation = "new_conversation";
    public const string NewMessage = "new_message";
    public const string Alert = "system_alert";
}

/// <summary>The first message to a client that has seen nothing yet, or too little.</summary>
/// <param name="Overview">Of the last 30 days.</param>
/// <param name="RecentActivity">Rows of messages, newest last.</param>
/// <param name="SystemStatus"><c>healthy|degraded|failed</c>.</param>
internal sealed record InitialData(long Sequence, JsonElement Overview, IReadOnlyList<JsonElement> RecentActivity, string SystemStatus);

internal sealed record BatchUpdate(long Sequence, IReadOnlyList<FeedUpdate> Updates);

/// <param name="Timestamp">Of what it tells.</param>
internal sealed record FeedUpdate(string Type, DateTimeOffset Timestamp, JsonElement Data);

/// <summary>Writes values as the HTTP API does.</summary>
public interface IFeedJson
{
    JsonElement Write(object value);
}

/// <summary>In whose name a feed reads.</summary>
internal sealed class FeedAsker(Asker asker) : IAskerSource
{
    public Asker Current => asker;
}
