using Observatory.Core.Exports.Drawing;
using Observatory.Core.Exports.Tables;
using Observatory.Core.Presentation;
using SkiaSharp;

namespace Observatory.Core.Exports.Pdf;

/// <summary>Draws the pages of one table, in points.</summary>
internal sealed class PdfPages
{
    private const float Margin = 36, Small = 7, Normal = 9, RowHeight = 12, HeadLine = 9, FigureHeight = 30;
    private const int FiguresOfLine = 7;

    private static readonly SKColor s_text = SKColor.Parse(Palette.Light.Of("text"));
    private static readonly SKColor s_muted = SKColor.Parse(Palette.Light.Of("text-muted"));
    private static readonly SKColor s_line = SKColor.Parse(Palette.Light.Of("border"));

    private readonly ExportTable _table;
    private readonly List<string[]> _rows;
    private readonly FontSet _fonts;
    private readonly PdfCells _cells;
    private readonly SKSize _size;
    private readonly IReadOnlyList<PdfColumn> _columns;
    private readonly List<string> _notes;
    private readonly string _range;
    private readonly float _headHeight;

    public PdfPages(ExportTable table, List<string[]> rows, FontSet fonts, Formats format, PdfCells cells, SKSize size)
    {
        (_table, _rows, _fonts, _cells, _size) = (table, rows, fonts, cells, size);
        (_columns, var leftOut) = PdfColumns.Of(table.Columns, rows, size.Width - 2 * Margin, fonts, Small);
        _range = RangeOf(table.Request);
        _notes = NotesOf(table, rows.Count, leftOut, format);
        _headHeight = _columns.Max(c => c.Head.Count) * HeadLine + 6;
    }

    public string Title => $"{Datasets.TitleOf(_table.Request.Dataset)}, {_range}";

    public void Draw(SKDocument document, CancellationToken cancel)
    {
        var top = Margin + 46 + _notes.Count * 12 + (_table.Summary.Count + FiguresOfLine - 1) / FiguresOfLine * FigureHeight + 8;
        int Fits(float from) => Math.Max(1, (int)((_size.Height - Margin - 16 - from - _headHeight) / RowHeight));
        var pages = PdfFormat.Paginate(_rows.Count, Fits(top), Fits(Margin));
        var next = 0;
        for (var number = 0; number < pages.Count; number++)
        {
            cancel.ThrowIfCancellationRequested();
            using var canvas = document.BeginPage(_size.Width, _size.Height);
            using var paint = new SKPaint { IsAntialias = true, Color = s_text };
            if (number == 0) DrawHead(canvas, paint);
            DrawRows(canvas, paint, number == 0 ? top : Margin, next, pages[number]);
            next += pages[number];
            DrawFoot(canvas, paint, $"{number + 1} / {pages.Count}");
            document.EndPage();
        }
    }

    private void DrawHead(SKCanvas canvas, SKPaint paint)
    {
        _fonts.Draw(canvas, Datasets.TitleOf(_table.Request.Dataset), Margin, Margin + 16, 18, paint, strong: true);
        paint.Color = s_muted;
        _fonts.Draw(canvas, _range, Margin, Margin + 34, Normal, paint);
        var y = Margin + 48;
        foreach (var note in _notes)
        {
            _fonts.Draw(canvas, _fonts.Fit(note, _size.Width - 2 * Margin, Small), Margin, y, Small, paint);
            y += 12;
        }
        var width = (_size.Width - 2 * Margin) / FiguresOfLine;
        for (var i = 0; i < _table.Summary.Count; i++)
        {
            var figure = _table.Summary[i];
            var (x, line) = (Margin + i % FiguresOfLine * width, y + i / FiguresOfLine * FigureHeight);
            paint.Color = s_muted;
            _fonts.Draw(canvas, figure.Title, x, line + 8, Small, paint);
            paint.Color = s_text;
            _fonts.Draw(canvas, _cells.Of(figure.Value, figure.Unit), x, line + 20, 11, paint, strong: true);
        }
    }

    private void DrawRows(SKCanvas canvas, SKPaint paint, float top, int first, int count)
    {
        var x = Margin;
        paint.Color = s_muted;
        foreach (var column in _columns)
        {
            for (var i = 0; i < column.Head.Count; i++)
            {
                var (at, share) = column.Column.IsNumber ? (x + column.Width - 8, 1f) : (x, 0f);
                _fonts.Draw(canvas, column.Head[i], at, top + _headHeight - 6 - (column.Head.Count - 1 - i) * HeadLine, Small, paint, strong: true, share);
            }
            x += column.Width;
        }
        var y = top + _headHeight;
        for (var row = first; row < first + count; row++, y += RowHeight)
        {
            paint.Color = s_line;
            canvas.DrawLine(Margin, y - 1, _size.Width - Margin, y - 1, paint);
            paint.Color = s_text;
            x = Margin;
            foreach (var column in _columns)
            {
                var text = _fonts.Fit(_rows[row][column.Index], column.Width - 8, Small);
                var (at, share) = column.Column.IsNumber ? (x + column.Width - 8, 1f) : (x, 0f);
                _fonts.Draw(canvas, text, at, y + 7.5f, Small, paint, false, share);
                x += column.Width;
            }
        }
    }

    private void DrawFoot(SKCanvas canvas, SKPaint paint, string page)
    {
        paint.Color = s_muted;
        var y = _size.Height - Margin + 10;
        _fonts.Draw(canvas, $"Claude Code Observatory · {Title}", Margin, y, Small, paint);
        _fonts.Draw(canvas, page, _size.Width - Margin, y, Small, paint, false, 1);
    }

    private static string RangeOf(ExportRequest request)
    {
        string Local(DateTimeOffset at) =>
            TimeZoneInfo.ConvertTime(at, request.Query.Zone).ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);
        return $"{Local(request.Query.Range.StartTime)} to {Local(request.Query.Range.EndTime)}, {request.Query.Zone.Id}";
    }

    private static List<string> NotesOf(ExportTable table, int shown, IReadOnlyList<string> leftOut, Formats format)
    {
        var filters = table.Request.Filters.Where(f => f.Values.Count > 0).Select(f => $"{f.Name} = {string.Join(", ", f.Values)}").ToList();
        List<string> notes = [filters.Count == 0 ? "Without filters." : $"Filters: {string.Join("; ", filters)}."];
        var all = table.RowsRead;
        var left = format.Exact(all - shown);
        notes.Add(all > shown
            ? $"{format.Exact(all)} rows, of which the first {format.Exact(shown)} stand here: {left} are left out. Other formats have them all."
            : $"{format.Exact(all)} rows.");
        if (table.RawSince is { } since) notes.Add($"Rows are kept since {since.UtcDateTime:yyyy-MM-dd}; earlier ones of the range were deleted.");
        if (leftOut.Count > 0) notes.Add($"Columns that the page has no room for: {string.Join(", ", leftOut)}.");
        return notes;
    }
}
