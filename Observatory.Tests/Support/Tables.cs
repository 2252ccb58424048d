using System.Globalization;
using System.Text;
using Observatory.Core.Exports;
using Observatory.Core.Exports.Tables;
using Observatory.Core.Metrics;

namespace Observatory.Tests.Support;

/// <summary>Tables by hand, and files of them.</summary>
internal static class Tables
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public static ExportRequest Request(string dataset = "days", string locale = "en-US", MetricsFilter? filter = null) => new()
    {
        Dataset = dataset, Query = Compare.Query(s_start, s_start.AddDays(30), "Asia/Kolkata", filter), AskedAt = s_start.AddDays(31),
        Culture = CultureInfo.GetCultureInfo(locale),
    };

    public static ExportTable Of(ExportColumn[] columns, IEnumerable<object?[]> rows, string dataset = "days", string locale = "en-US") =>
        new(Request(dataset, locale), columns, rows.ToAsyncEnumerable()) { RowCount = null };

    public static ExportTable OfTexts(IEnumerable<string?> texts) =>
        Of([new ExportColumn("x", ColumnType.Text, "Text"), new ExportColumn("n", ColumnType.Whole, "Length")], texts.Select(t => new object?[] { t,
            (long)(t ?? "").Length }));

    public static async Task<byte[]> WriteAsync(ExportFormat format, ExportTable table)
    {
        using var stream = new MemoryStream();
        await format.WriteAsync(table, stream);
        return stream.ToArray();
    }

    public static async Task<string> TextAsync(ExportFormat format, ExportTable table) => Encoding.UTF8.GetString(await WriteAsync(format, table));

    /// <summary>RFC 4180, and nothing else.</summary>
    public static List<List<string>> ParseCsv(string text, char separator = ',')
    {
        var rows = new List<List<string>>();
        for (var i = 0; i < text.Length;)
        {
            var row = new List<string>();
            while (true)
            {
                var field = new StringBuilder();
                if (i < text.Length && text[i] == '"')
                {
                    for (i++; text[i] != '"' || i + 1 < text.Length && text[i + 1] == '"'; i++)
                    {
                        if (text[i] == '"') i++;
                        field.Append(text[i]);
                    }
                    i++;
                }
                else for (; i < text.Length && text[i] != separator && text[i] != '\r'; i++) field.Append(text[i]);
                row.Add(field.ToString());
                if (i < text.Length && text[i] == separator)
                {
                    i++;
                    continue;
                }
                if (text.Substring(i, 2) != "\r\n") throw new InvalidDataException($"Line {rows.Count + 1} has no end at {i}.");
                i += 2;
                break;
            }
            rows.Add(row);
        }
        return rows;
    }
}
