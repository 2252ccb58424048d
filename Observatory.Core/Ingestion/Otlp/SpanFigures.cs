using System.Globalization;
using System.Text.Json;
using Observatory.Core.Events;

namespace Observatory.Core.Ingestion.Otlp;

/// <summary>Which spans of the client say how long something took, and what they say: of one that comes, and of one that was stored as text.</summary>
internal static class SpanFigures
{
    public const string Call = "claude_code.llm_request", Tool = "claude_code.tool", Execution = "claude_code.tool.execution",
        Wait = "claude_code.tool.blocked_on_user";

    /// <summary>Names of all of them.</summary>
    public static IReadOnlyList<string> Names { get; } = [Call, Tool, Execution, Wait];

    /// <summary>A year: what claims more tells nothing.</summary>
    private const double LongestMs = 366.0 * 86_400_000;

    private const string Reject = "reject", Config = "config";

    /// <summary>Null where it tells of no figure.</summary>
    public static SpanFacts? Of(OtlpSpan span)
    {
        var a = span.Attributes;
        var ms = Number(a[OtlpName.DurationMs]) ?? (span.End > span.Start ? (span.End - span.Start) / 1e6 : null);
        return Of(
            span.Name, span.TraceId, span.SpanId, span.ParentId, ms, Number(a[OtlpName.FirstTokenMs]), a.Text(OtlpName.Model), a.Text(OtlpName.ToolName),
            a.Text(OtlpName.Decision), a.Text(OtlpName.Source));
    }

    /// <summary>Of what versions before kept of a span; null where it tells of no figure.</summary>
    /// <param name="name">Of the span.</param>
    /// <param name="json">As <see cref="OtlpInterpreter.Span"/> writes it.</param>
    public static SpanFacts? Of(string name, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var attributes = root.TryGetProperty("attributes", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
            return Of(
                name, Text(root, "traceId") ?? "", Text(root, "spanId") ?? "", Text(root, "parentSpanId") ?? "",
                Number(attributes, OtlpName.DurationMs) ?? Number(root, "durationMs"), Number(attributes, OtlpName.FirstTokenMs),
                Text(attributes, OtlpNames.Text(OtlpName.Model)), Text(attributes, OtlpNames.Text(OtlpName.ToolName)),
                Text(attributes, OtlpNames.Text(OtlpName.Decision)), Text(attributes, OtlpNames.Text(OtlpName.Source)));
        }
        catch (JsonException)
        {
            // Cut to what the content setting keeps.
            return null;
        }
    }

    private static SpanFacts? Of(
        string name, string trace, string span, string parent, double? ms, double? firstToken, string? model, string? tool, string? decision, string? source)
    {
        if (ms is not { } took) return null;
        var (kind, group) = name switch
        {
            Call => (SpanKind.Call, 0UL),
            Tool => (SpanKind.Tool, Group(span)),
            Execution => (SpanKind.Execution, Group(parent)),
            Wait => (SpanKind.Wait | (decision == Reject ? SpanKind.Refused : 0) | (source == Config ? SpanKind.ByRule : 0), Group(parent)),
            _ => (SpanKind.None, 0UL),
        };
        if (kind == SpanKind.None) return null;
        return new SpanFacts(kind, group, (long)Math.Round(took), kind == SpanKind.Call && firstToken is { } first ? (long)Math.Round(first) : null)
        {
            Model = kind == SpanKind.Call && model?.Length <= OtlpLimits.Name ? model : null,
            Tool = kind == SpanKind.Tool && tool?.Length <= OtlpLimits.Name ? tool : null,
        };

        ulong Group(string of) => of.Length == 0 ? 0 : EventKey.Fingerprint($"{trace}:{of}");
    }

    private static double? Number(OtlpValue value) => value.TryDouble(out var number) && number is >= 0 and <= LongestMs ? number : null;

    private static double? Number(JsonElement json, OtlpName name) => Number(json, OtlpNames.Text(name));

    private static double? Number(JsonElement json, string name)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var value)) return null;
        return value.ValueKind switch
        {
            JsonValueKind.Number => Number(OtlpValue.Of(value.GetDouble())),
            JsonValueKind.String when double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) =>
                Number(OtlpValue.Of(number)),
            _ => null,
        };
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;
}
