using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Observatory.Core.Exports.Json;
using Observatory.Core.Metrics;

namespace Observatory.Core.Exports.Conversations;

/// <summary>A line of JSON for the conversation, one for each turn and each step, in order; a step says its turn and the step that it hangs below.</summary>
internal static class ConversationLines
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Converters = { new Instants(), new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static async Task WriteAsync(OutputBuffer output, ConversationRow conversation, ConversationTimeline timeline, CancellationToken cancel)
    {
        Add(output, "conversation", conversation, null, null);
        await output.FlushAsync(cancel).ConfigureAwait(false);
        foreach (var turn in timeline.Turns)
        {
            Add(output, "turn", turn with { Steps = [] }, null, null);
            foreach (var step in turn.Steps) Add(output, step, turn.Number, null);
            await output.PassAsync(cancel).ConfigureAwait(false);
        }
        await output.FlushAsync(cancel).ConfigureAwait(false);
    }

    private static void Add(OutputBuffer output, Step step, int turn, string? parent)
    {
        Add(output, "step", step with { Children = [] }, turn, parent);
        foreach (var child in step.Children) Add(output, child, turn, step.Id);
    }

    private static void Add<T>(OutputBuffer output, string type, T value, int? turn, string? parent)
    {
        using (var json = new Utf8JsonWriter(output.Writer, JsonValues.Options))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            if (turn is { } number) json.WriteNumber("turn", number);
            if (turn is not null) json.WriteString("parent", parent);
            foreach (var field in JsonSerializer.SerializeToElement(value, s_json).EnumerateObject())
            {
                // They stand on lines of their own.
                if (field.Name is not ("steps" or "children")) field.WriteTo(json);
            }
            json.WriteEndObject();
        }
        output.Add((byte)'\n');
    }

    private sealed class Instants : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value.UtcDateTime);
    }
}
