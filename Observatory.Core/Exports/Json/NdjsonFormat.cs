using System.Text.Json;
using Observatory.Core.Exports.Tables;

namespace Observatory.Core.Exports.Json;

/// <summary>An object a row, each on a line of its own.</summary>
public sealed class NdjsonFormat : ExportFormat
{
    public override string Name => "ndjson";

    public override string Title => "JSON lines";

    public override string Ending => "ndjson";

    public override string ContentType => "application/x-ndjson; charset=utf-8";

    public override async Task WriteAsync(ExportTable table, Stream output, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        var buffer = new OutputBuffer(output);
        var names = table.Columns.Select(c => JsonEncodedText.Encode(c.Name, JsonValues.Options.Encoder)).ToArray();
        var json = new Utf8JsonWriter(buffer.Writer, JsonValues.Options);
        await using (json.ConfigureAwait(false))
        {
            // Nothing stands before the first row: who downloads sees by the head of the answer that it works.
            await buffer.FlushAsync(cancel).ConfigureAwait(false);
            await foreach (var row in table.ReadAsync(cancel).ConfigureAwait(false))
            {
                json.WriteStartObject();
                for (var i = 0; i < row.Length; i++)
                {
                    json.WritePropertyName(names[i]);
                    JsonValues.Write(json, row[i]);
                }
                json.WriteEndObject();
                json.Flush();
                json.Reset();
                buffer.Add((byte)'\n');
                await buffer.PassAsync(cancel).ConfigureAwait(false);
            }
            await buffer.FlushAsync(cancel).ConfigureAwait(false);
        }
    }
}
