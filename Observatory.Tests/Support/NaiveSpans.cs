using System.Text.Json;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;

namespace Observatory.Tests.Support;

/// <summary>One time that counts: of which figure, when, how long, and of what.</summary>
/// <param name="At">Unix ms.</param>
internal sealed record NaiveTime(string Metric, long At, double Ms, string? Model, string? Tool, string Session);

/// <summary>Times of all spans of the client read at once, the plainest way: from what is kept of each as text.</summary>
internal static class NaiveSpans
{
    public static List<NaiveTime> Of(IEnumerable<EventBatch> batches)
    {
        var spans = batches.SelectMany(b => b.Events).OfType<OtherEvent>().Where(e => e.Data?.Contains("\"spanId\"", StringComparison.Ordinal) == true)
            .Select(e => new Span(e.Type, e.At, e.Conversation, JsonDocument.Parse(e.Data!).RootElement))
            .DistinctBy(s => (s.Trace, s.Id)).ToList();
        var times = new List<NaiveTime>();
        var tools = spans.Where(s => s.Name == "claude_code.tool").ToDictionary(s => (s.Trace, s.Id));
        foreach (var span in spans)
        {
            var tool = tools.GetValueOrDefault((span.Trace, span.Parent))?.Text("tool_name");
            switch (span.Name)
            {
                case "claude_code.llm_request":
                    times.Add(new NaiveTime("apiLatency", span.At, span.Ms, span.Text("model"), null, span.Session));
                    if (span.Number("ttft_ms") is not { } first) break;
                    times.Add(new NaiveTime("timeToFirstToken", span.At, first, span.Text("model"), null, span.Session));
                    break;
                case "claude_code.tool.execution":
                    times.Add(new NaiveTime("toolTime", span.At, span.Ms, null, tool, span.Session));
                    break;
                case "claude_code.tool.blocked_on_user" when span.Text("source") != "config":
                    times.Add(new NaiveTime("permissionWait", span.At, span.Ms, null, tool, span.Session));
                    break;
                case "claude_code.tool":
                    var within = spans.Where(s => (s.Trace, s.Parent) == (span.Trace, span.Id)).ToList();
                    var waits = within.Where(s => s.Name == "claude_code.tool.blocked_on_user").ToList();
                    if (within.Any(s => s.Name == "claude_code.tool.execution") || waits.Any(w => w.Text("decision") == "reject")) break;
                    times.Add(new NaiveTime(
                        "toolTime", span.At, Math.Max(0, span.Ms - waits.Sum(w => w.Ms)), null, span.Text("tool_name"), span.Session));
                    break;
            }
        }
        return times;
    }

    private sealed record Span(string Name, long At, string Session, JsonElement Json)
    {
        public string Trace => Json.GetProperty("traceId").GetString()!;

        public string Id => Json.GetProperty("spanId").GetString()!;

        public string Parent => Json.GetProperty("parentSpanId").GetString()!;

        public double Ms => Number("duration_ms")!.Value;

        public string? Text(string name) =>
            Json.GetProperty("attributes").TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        public double? Number(string name) =>
            Json.GetProperty("attributes").TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
    }
}
