using System.Text.Json;
using Observatory.Core.Exports.Tables;

namespace Observatory.Core.Exports.Json;

/// <summary>One object: what was asked, the columns, and each row as an array in their order.</summary>
public sealed class JsonFormat : ExportFormat
{
    public override string Name => "json";

    public override string Title => "JSON";

    public override string Ending => "json";

    public override string ContentType => "application/json; charset=utf-8";

    public override async Task WriteAsync(ExportTable table, Stream output, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        var buffer = new OutputBuffer(output);
        var json = new Utf8JsonWriter(buffer.Writer, JsonValues.Options);
        await using (json.ConfigureAwait(false))
        {
            json.WriteStartObject();
            WriteHead(json, table);
            json.WriteStartArray("rows");
            await PassAsync(json, buffer, isWhole: true, cancel).ConfigureAwait(false);
            await foreach (var row in table.ReadAsync(cancel).ConfigureAwait(false))
            {
                json.WriteStartArray();
                foreach (var value in row) JsonValues.Write(json, value);
                json.WriteEndArray();
                await PassAsync(json, buffer, isWhole: false, cancel).ConfigureAwait(false);
            }
            json.WriteEndArray();
            json.WriteEndObject();
            await PassAsync(json, buffer, isWhole: true, cancel).ConfigureAwait(false);
        }
    }

    private static void WriteHead(Utf8JsonWriter json, ExportTable table)
    {
        var (request, query) = (table.Request, table.Request.Query);
        json.WriteString("dataset", request.Dataset);
        json.WriteString("start", query.Range.StartTime.UtcDateTime);
        json.WriteString("end", query.Range.EndTime.UtcDateTime);
        json.WriteString("timezone", query.Zone.Id);
        json.WriteStartObject("filters");
        foreach (var (name, values) in request.Filters)
        {
            json.WriteStartArray(name);
            foreach (var value in values) json.WriteStringValue(value);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteString("generatedAt", request.AskedAt.UtcDateTime);
        json.WriteStartArray("columns");
        foreach (var column in table.Columns)
        {
            json.WriteStartObject();
            json.WriteString("name", column.Name);
            json.WriteString("unit", column.Unit);
            json.WriteString("type", column.TypeName);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static ValueTask PassAsync(Utf8JsonWriter json, OutputBuffer buffer, bool isWhole, CancellationToken cancel)
    {
        // Into the buffer only.
        json.Flush();
        return isWhole ? buffer.FlushAsync(cancel) : buffer.PassAsync(cancel);
    }
}
