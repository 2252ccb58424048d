using System.Globalization;
using System.Text;
using System.Text.Json;
using Observatory.Core.Auditing;
using Observatory.Core.Exports.Csv;
using Observatory.Web.Api;

namespace Observatory.Web.Auditing;

/// <summary>The log as a file, page by page: its length costs no memory.</summary>
internal static class AuditFile
{
    public const string NdjsonType = "application/x-ndjson", CsvType = "text/csv; charset=utf-8";

    private const int AtOnce = 1_000;

    private const string Head = "seq,at,actorKind,actorId,actorName,action,target,address,details,hash\r\n";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new UtcInstantConverter() }, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Oldest first.</summary>
    public static async Task WriteAsync(AuditLog audit, AuditQuery query, bool isCsv, Stream output, CancellationToken cancel)
    {
        var text = new StringBuilder(isCsv ? Head : "");
        for (var after = 0L; ;)
        {
            var rows = await audit.ReadAsync(query with { After = after }, AtOnce, cancel);
            foreach (var row in rows)
            {
                if (isCsv) AppendCsv(text, row);
                else text.Append(JsonSerializer.Serialize(new AuditRowAnswer(row), s_json)).Append('\n');
            }
            await output.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancel);
            text.Clear();
            if (rows.Count < AtOnce) return;
            after = rows[^1].Seq;
        }
    }

    private static void AppendCsv(StringBuilder text, AuditRow row)
    {
        text.Append(row.Seq.ToString(CultureInfo.InvariantCulture)).Append(',')
            .Append(DateTimeOffset.FromUnixTimeMilliseconds(row.At).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        foreach (var field in new[] { row.Actor.Kind, row.Actor.Id, row.Actor.Name, row.Action, row.Target, row.Address, row.Details })
        {
            var guarded = CsvText.Guard(field);
            text.Append(',').Append(CsvText.NeedsQuotes(guarded) ? $"\"{guarded.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : guarded);
        }
        text.Append(',').Append(Convert.ToHexStringLower(row.Hash)).Append("\r\n");
    }
}
