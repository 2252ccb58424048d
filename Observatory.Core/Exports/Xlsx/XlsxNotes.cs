using System.Globalization;
using Observatory.Core.Exports.Json;
using Observatory.Core.Exports.Tables;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Pricing;
using SpreadCheetah;
using SpreadCheetah.Styling;
using SpreadCheetah.Worksheets;

namespace Observatory.Core.Exports.Xlsx;

/// <summary>The sheets behind the rows: the figures of the whole question, and what the file holds.</summary>
internal sealed class XlsxNotes(Spreadsheet book, XlsxStyles styles, ExportTable table)
{
    public const string SummaryName = "Summary";
    public const string AboutName = "About";

    public async Task WriteSummaryAsync(CancellationToken cancel)
    {
        await StartAsync(SummaryName, [32, 22, 22, 80], cancel).ConfigureAwait(false);
        await RowAsync(cancel, Text(Datasets.TitleOf(table.Request.Dataset), styles.Title)).ConfigureAwait(false);
        await RowAsync(cancel, Text(RangeText()), default, default, default).ConfigureAwait(false);
        await RowAsync(cancel).ConfigureAwait(false);
        await RowAsync(cancel, Text("Figure", styles.Head), Text("In this range", styles.Head), Text("In the range before", styles.Head),
            Text("What it is", styles.Head))
            .ConfigureAwait(false);
        await RowAsync(cancel, Text("Rows in this file"), Value(table.RowsRead, styles.OfUnit(Units.Events))).ConfigureAwait(false);
        foreach (var figure in table.Summary)
        {
            await RowAsync(
                cancel, Text(figure.Title), Value(figure.Value, styles.OfUnit(figure.Unit)), Value(figure.Before, styles.OfUnit(figure.Unit)),
                    Text(figure.Definition))
                .ConfigureAwait(false);
        }
    }

    public async Task WriteAboutAsync(CancellationToken cancel)
    {
        await StartAsync(AboutName, [28, 40, 14, 100], cancel).ConfigureAwait(false);
        var (request, query) = (table.Request, table.Request.Query);
        await RowAsync(cancel, Text("About this file", styles.Title)).ConfigureAwait(false);
        await NoteAsync("Program", $"Claude Code Observatory {ExportTable.ProgramVersion}", cancel).ConfigureAwait(false);
        await NoteAsync("Dataset", request.Dataset, cancel).ConfigureAwait(false);
        await NoteAsync("Start", JsonValues.Instant(query.Range.StartTime), cancel).ConfigureAwait(false);
        await NoteAsync("End (first instant after it)", JsonValues.Instant(query.Range.EndTime), cancel).ConfigureAwait(false);
        await NoteAsync("Time zone", query.Zone.Id, cancel).ConfigureAwait(false);
        foreach (var (name, values) in request.Filters)
        {
            await NoteAsync($"Filter: {name}", values.Count == 0 ? "all" : string.Join(", ", values), cancel).ConfigureAwait(false);
        }
        await NoteAsync("Made at", JsonValues.Instant(request.AskedAt), cancel).ConfigureAwait(false);
        await RowAsync(cancel, Text("Rows", styles.Strong), Value(table.RowsRead, styles.OfUnit(Units.Events))).ConfigureAwait(false);
        if (table.RawSince is { } since)
        {
            await NoteAsync("Rows since", $"{JsonValues.Instant(since)}: earlier ones of the range were deleted.", cancel).ConfigureAwait(false);
        }
        await NoteAsync("Prices", ListPrices.Description, cancel).ConfigureAwait(false);
        await RowAsync(cancel).ConfigureAwait(false);
        await RowAsync(cancel, Text("Column", styles.Head), Text("Name in the API", styles.Head), Text("Unit", styles.Head), Text("What it is",
            styles.Head)).ConfigureAwait(false);
        var heads = XlsxFormat.HeadsOf(table.Columns);
        for (var i = 0; i < heads.Count; i++)
        {
            var column = table.Columns[i];
            var figure = column.Unit is null ? null : MetricCatalogue.Default.Explain(column.Name);
            await RowAsync(cancel, Text(heads[i]), Text(column.Name), Text(column.Unit), Text(MeaningOf(figure))).ConfigureAwait(false);
        }
    }

    private static string? MeaningOf(Figure? figure) =>
        figure is null ? null : figure.Excludes is { } excludes ? $"{figure.Definition} Not in it: {excludes}" : figure.Definition;

    private string RangeText()
    {
        var query = table.Request.Query;
        string Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, query.Zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return $"{Local(query.Range.StartTime)} to {Local(query.Range.EndTime)}, {query.Zone.Id}";
    }

    private async Task StartAsync(string name, double[] widths, CancellationToken cancel)
    {
        var options = new WorksheetOptions();
        for (var i = 0; i < widths.Length; i++) options.Column(i + 1).Width = widths[i];
        await book.StartWorksheetAsync(name, options, cancel).ConfigureAwait(false);
    }

    private Task NoteAsync(string name, string value, CancellationToken cancel) => RowAsync(cancel, Text(name, styles.Strong), Text(value));

    private Task RowAsync(CancellationToken cancel, params StyledCell[] cells) => book.AddRowAsync(cells, cancel).AsTask();

    private static StyledCell Text(string? text, StyleId? style = null) => new(XlsxFormat.CellOf(text), style);

    private static StyledCell Value(object? value, StyleId style) => new(XlsxFormat.CellOf(value), style);
}
