using Observatory.Core.Exports.Drawing;
using Observatory.Core.Exports.Tables;
using Observatory.Core.Presentation;
using SkiaSharp;

namespace Observatory.Core.Exports.Pdf;

/// <summary>Pages to print: what was asked, its figures, and the first rows with heads on each page. Text is text, and its letters are in the file.</summary>
/// <param name="mostRows">More are counted and left out, which the first page says.</param>
public sealed class PdfFormat(int mostRows = PdfFormat.MostRows) : ExportFormat
{
    public const int MostRows = 5_000;

    private static readonly string[] s_letter = ["en-US", "en-CA"];

    public override string Name => "pdf";

    public override string Title => "PDF";

    public override string Ending => "pdf";

    public override string ContentType => "application/pdf";

    public override bool HasSummary => true;

    public override async Task WriteAsync(ExportTable table, Stream output, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        var format = new Formats(table.Request.Culture);
        var cells = new PdfCells(format);
        var rows = new List<string[]>();
        await foreach (var row in table.ReadAsync(cancel).ConfigureAwait(false))
        {
            if (rows.Count < mostRows) rows.Add([.. row.Select((value, i) => cells.Of(value, table.Columns[i].Unit))]);
        }
        // The library writes synchronously: not to who reads.
        using var file = new MemoryStream();
        using (var fonts = new FontSet())
        {
            var size = s_letter.Contains(table.Request.Culture.Name) ? new SKSize(792, 612) : new SKSize(842, 595);
            var page = new PdfPages(table, rows, fonts, format, cells, size);
            using var document = SKDocument.CreatePdf(file, new SKDocumentPdfMetadata
            {
                Title = page.Title, Creator = "Claude Code Observatory", Producer = $"Claude Code Observatory {ExportTable.ProgramVersion}",
                Creation = table.Request.AskedAt.UtcDateTime, Modified = table.Request.AskedAt.UtcDateTime, RasterDpi = 144, EncodingQuality = 101,
            });
            page.Draw(document, cancel);
            document.Close();
        }
        file.Position = 0;
        await file.CopyToAsync(output, cancel).ConfigureAwait(false);
        await output.FlushAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>How many rows each page has: none stands alone on the last one.</summary>
    /// <param name="count">Rows in all.</param>
    /// <param name="first">That the first page has room for.</param>
    /// <param name="others">That each of the others has room for.</param>
    internal static IReadOnlyList<int> Paginate(int count, int first, int others)
    {
        var pages = new List<int> { Math.Min(count, first) };
        for (var left = count - pages[0]; left > 0; left -= pages[^1]) pages.Add(Math.Min(left, others));
        if (pages.Count > 1 && pages[^1] == 1 && pages[^2] > 2)
        {
            pages[^2]--;
            pages[^1]++;
        }
        return pages;
    }
}
