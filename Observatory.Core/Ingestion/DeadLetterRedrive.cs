using System.Text;
using System.Text.Json;
using Observatory.Core.Events;
using Observatory.Core.Ingestion.EventsApi;

namespace Observatory.Core.Ingestion;

/// <summary>The way back in: the reader of the source, then the same road as every event.</summary>
internal sealed class DeadLetterRedrive(IEventSink sink, TimeProvider clock) : IDeadLetterRedrive
{
    private const string NoReader = "Events of this source cannot be let in again: their reader needs the whole request. Send it again from where it came.";

    public async Task<string?> RedriveAsync(EventSource source, string? user, string text, CancellationToken cancel)
    {
        if (source != EventSource.Api) return NoReader;
        var batch = new EventBatch { Source = source, User = user };
        ItemReader reader = IsMetric(text) ? new MetricReader() : new EventReader();
        ItemsReading items;
        try
        {
            items = reader.Read(Encoding.UTF8.GetBytes(text), lines: false, batch, clock.GetUtcNow().ToUnixTimeMilliseconds());
        }
        catch (UnreadableBodyException unreadable)
        {
            return unreadable.Message;
        }
        // The letter is there already: a refused batch is not handed on, so it leaves no second one.
        if (items.Rejected.Count > 0) return items.Rejected[0].Reason;
        if (items.Taken == 0) return "It holds no event.";
        await sink.WriteAsync(batch, cancel).ConfigureAwait(false);
        await batch.Committed.WaitAsync(cancel).ConfigureAwait(false);
        return batch.Refused.Count > 0 ? batch.Refused[0].Reason : null;
    }

    private static bool IsMetric(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("metric", out _)
                && !json.RootElement.TryGetProperty("type", out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
