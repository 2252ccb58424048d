using Observatory.Core.Exports.Json;
using Observatory.Core.Exports.Tables;
using SpreadCheetah;
using SpreadCheetah.Tables;
using SpreadCheetah.Worksheets;

namespace Observatory.Core.Exports.Xlsx;

/// <summary>
/// A workbook: the rows as a native table, on further sheets where one is full; a summary; and what all of it is about. Rows go to the file as they come.
/// Texts are texts, never formulas.
/// </summary>
/// <param name="rowsOfSheet">With the line of heads.</param>
public sealed class XlsxFormat(int rowsOfSheet = XlsxFormat.MostRows) : ExportFormat
{
    /// <summary>Lines of a sheet that spreadsheets read.</summary>
    public const int MostRows = 1_048_576;

    public override string Name => "xlsx";

    public override string Title => "Excel workbook";

    public override string Ending => "xlsx";

    public override string ContentType => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public override bool HasSummary => true;

    public override async Task WriteAsync(ExportTable table, Stream output, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        var options = new SpreadCheetahOptions { BufferSize = 32 * 1024, PreserveStringWhitespace = true };
        var book = await Spreadsheet.CreateNewAsync(output, options, cancel).ConfigureAwait(false);
        await using (book.ConfigureAwait(false))
        {
            var styles = new XlsxStyles(book);
            var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { XlsxNotes.SummaryName, XlsxNotes.AboutName };
            await WriteRowsAsync(book, styles, table, names, cancel).ConfigureAwait(false);
            var notes = new XlsxNotes(book, styles, table);
            await notes.WriteSummaryAsync(cancel).ConfigureAwait(false);
            await notes.WriteAboutAsync(cancel).ConfigureAwait(false);
            await book.FinishAsync(cancel).ConfigureAwait(false);
        }
    }

    private async Task WriteRowsAsync(Spreadsheet book, XlsxStyles styles, ExportTable table, HashSet<string> names, CancellationToken cancel)
    {
        var cells = new StyledCell[table.Columns.Count];
        var looks = table.Columns.Select(styles.Of).ToArray();
        var room = 0;
        await foreach (var row in table.ReadAsync(cancel).ConfigureAwait(false))
        {
            if (room == 0)
            {
                await StartSheetAsync(book, styles, table, names, isEmpty: false, cancel).ConfigureAwait(false);
                room = rowsOfSheet - 1;
            }
            for (var i = 0; i < cells.Length; i++) cells[i] = new StyledCell(CellOf(row[i]), looks[i]);
            await book.AddRowAsync(cells, cancel).ConfigureAwait(false);
            room--;
        }
        if (table.RowsRead == 0) await StartSheetAsync(book, styles, table, names, isEmpty: true, cancel).ConfigureAwait(false);
    }

    private static async Task StartSheetAsync(
        Spreadsheet book, XlsxStyles styles, ExportTable table, HashSet<string> names, bool isEmpty, CancellationToken cancel)
    {
        var options = new WorksheetOptions { FrozenRows = 1 };
        for (var i = 0; i < table.Columns.Count; i++) options.Column(i + 1).Width = WidthOf(table.Columns[i]);
        await book.StartWorksheetAsync(XlsxText.SheetName(table.Request.Dataset, names), options, cancel).ConfigureAwait(false);
        // A table without a row is none that spreadsheets know.
        if (!isEmpty) book.StartTable(new Table(TableStyle.Light1));
        await book.AddHeaderRowAsync(HeadsOf(table.Columns), styles.Head, cancel).ConfigureAwait(false);
    }

    /// <summary>Columns of a table have different names.</summary>
    internal static List<string> HeadsOf(IReadOnlyList<ExportColumn> columns)
    {
        var (heads, taken) = (new List<string>(), new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        foreach (var column in columns)
        {
            var title = XlsxText.Of(column.Title.Length is 0 or > 200 ? column.Name[..Math.Min(column.Name.Length, 200)] : column.Title);
            var head = title;
            for (var number = 2; !taken.Add(head); number++) head = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{title} ({number})");
            heads.Add(head);
        }
        return heads;
    }

    internal static DataCell CellOf(object? value) => value switch
    {
        null => default,
        string text => new DataCell(XlsxText.Of(text)),
        long number => new DataCell(number),
        double number => new DataCell(number),
        decimal number => new DataCell(number),
        DateTime local => new DataCell(local),
        DateTimeOffset instant => new DataCell(JsonValues.Instant(instant)),
        bool flag => new DataCell(flag),
        _ => throw new ArgumentException($"A {value.GetType().Name} is no value of a table.", nameof(value)),
    };

    /// <summary>Characters.</summary>
    private static double WidthOf(ExportColumn column) => column.Type switch
    {
        ColumnType.Local => 20,
        ColumnType.Instant => 26,
        ColumnType.Whole or ColumnType.Number => Math.Clamp(column.Title.Length + 4, 12, 30),
        _ => column.Name is "title" or "text" or "data" or "path" or "projectPath" ? 48 : 24,
    };
}
