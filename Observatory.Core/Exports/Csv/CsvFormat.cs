using System.Globalization;
using Observatory.Core.Exports.Tables;
using Observatory.Core.Metrics;
using Observatory.Core.Presentation;

namespace Observatory.Core.Exports.Csv;

/// <summary>
/// RFC 4180: a line of names, then the rows, each with a line end, and nothing behind them. UTF-8. For programs with commas and points; for spreadsheets with
/// the separator and the decimal sign of a locale and a byte order mark, by which they know UTF-8.
/// </summary>
public sealed class CsvFormat : ExportFormat
{
    private readonly bool _isForExcel;

    private CsvFormat(bool isForExcel) => _isForExcel = isForExcel;

    public static CsvFormat Plain { get; } = new(false);

    public static CsvFormat Excel { get; } = new(true);

    public override string Name => _isForExcel ? "csv-excel" : "csv";

    public override string Title => _isForExcel ? "CSV for Excel" : "CSV";

    public override string Ending => "csv";

    public override string ContentType => "text/csv; charset=utf-8";

    /// <summary>The turns of one conversation.</summary>
    public static Task WriteAsync(IReadOnlyList<Turn> turns, Stream output, CancellationToken cancel = default)
    {
        var columns = TableColumns.Turns();
        return WriteAsync(new CsvLines(new OutputBuffer(output), NumberFormatInfo.InvariantInfo), columns.All, turns.ToAsyncEnumerable()
            .Select(columns.RowOf), cancel);
    }

    public override Task WriteAsync(ExportTable table, Stream output, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        var csv = new CsvLines(new OutputBuffer(output), _isForExcel ? NumbersOf(table.Request.Culture) : NumberFormatInfo.InvariantInfo);
        if (_isForExcel) csv.Mark();
        return WriteAsync(csv, table.Columns, table.ReadAsync(cancel), cancel);
    }

    private static async Task WriteAsync(CsvLines csv, IReadOnlyList<ExportColumn> columns, IAsyncEnumerable<object?[]> rows, CancellationToken cancel)
    {
        foreach (var column in columns) csv.Text(column.Name);
        csv.EndLine();
        // The first byte at once: who downloads sees that it works.
        await csv.FlushAsync(cancel).ConfigureAwait(false);
        await foreach (var row in rows.WithCancellation(cancel).ConfigureAwait(false))
        {
            foreach (var value in row) csv.Value(value);
            csv.EndLine();
            await csv.PassAsync(cancel).ConfigureAwait(false);
        }
        await csv.FlushAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Nothing of a locale but its decimal sign: everything else is read alike everywhere.</summary>
    private static NumberFormatInfo NumbersOf(CultureInfo culture) => new()
    {
        NumberDecimalSeparator = NumberMarks.ForLatinDigits(culture).NumberFormat.NumberDecimalSeparator,
    };
}
