using System.Buffers;
using System.Text.Json;
using Observatory.Core.Exports.Json;
using Observatory.Core.Exports.Tables;
using Observatory.Core.Metrics.Rows;

namespace Observatory.Core.Realtime;

/// <summary>Rows of messages as the export has them, without texts: these leave by a file only.</summary>
internal static class FeedRows
{
    private const string Text = "text";

    private static readonly Columns<MessageRow> s_columns = TableColumns.Messages(TimeZoneInfo.Utc);

    public static JsonElement Write(MessageRow row)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes, JsonValues.Options))
        {
            json.WriteStartObject();
            var values = s_columns.RowOf(row);
            for (var i = 0; i < values.Length; i++)
            {
                if (s_columns.All[i].Name == Text) continue;
                json.WritePropertyName(s_columns.All[i].Name);
                JsonValues.Write(json, values[i]);
            }
            json.WriteEndObject();
        }
        using var document = JsonDocument.Parse(bytes.WrittenMemory);
        return document.RootElement.Clone();
    }
}
