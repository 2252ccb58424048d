using Observatory.Core.Exports.Drawing;
using Observatory.Core.Exports.Tables;

namespace Observatory.Core.Exports.Pdf;

/// <param name="Index">In the table.</param>
/// <param name="Head">Its title in lines.</param>
internal sealed record PdfColumn(int Index, ExportColumn Column, float Width, IReadOnlyList<string> Head);

/// <summary>Which columns a page has room for, and how wide they are.</summary>
internal static class PdfColumns
{
    private const float Narrowest = 30, Widest = 170, Gap = 8;
    private const int Sample = 300, MostHeadLines = 3;

    /// <param name="rows">Texts of cells, by column of the table.</param>
    /// <param name="room">Points.</param>
    /// <returns>Those that fit, in order, and titles of those that do not.</returns>
    public static (IReadOnlyList<PdfColumn> Shown, IReadOnlyList<string> LeftOut) Of(
        IReadOnlyList<ExportColumn> columns, IReadOnlyList<string[]> rows, float room, FontSet fonts, float size)
    {
        var wanted = columns.Select((column, index) => (Column: column, Index: index, Width: WidthOf(column, index, rows, fonts, size)))
            // The instant says nothing that the time beside it does not; what is nested is for programs.
            .OrderBy(c => c.Column.Type == ColumnType.Instant && HasLocal(columns, c.Index) || c.Column.Type == ColumnType.Json).ToList();
        var (shown, used) = (new List<(ExportColumn Column, int Index, float Width)>(), 0f);
        foreach (var column in wanted)
        {
            if (used + column.Width > room && shown.Count > 0) continue;
            shown.Add(column);
            used += column.Width;
        }
        // What is left goes to the columns of texts.
        var texts = shown.Count(c => !c.Column.IsNumber);
        var more = texts > 0 ? Math.Max(0, Math.Min(60, (room - used) / texts)) : 0;
        var left = wanted.Where(c => shown.All(s => s.Index != c.Index) && !(c.Column.Type == ColumnType.Instant && HasLocal(columns, c.Index)));
        return (
            [
                .. shown.OrderBy(c => c.Index).Select(c =>
                {
                    var width = c.Width + (c.Column.IsNumber ? 0 : more);
                    return new PdfColumn(c.Index, c.Column, width, Lines(c.Column.Title, width - Gap, fonts, size));
                }),
            ],
            [.. left.OrderBy(c => c.Index).Select(c => c.Column.Title)]);
    }

    private static bool HasLocal(IReadOnlyList<ExportColumn> columns, int index) =>
        index + 1 < columns.Count && columns[index + 1].Type == ColumnType.Local;

    private static float WidthOf(ExportColumn column, int index, IReadOnlyList<string[]> rows, FontSet fonts, float size)
    {
        var width = column.Title.Split(' ').Max(word => fonts.Measure(word, size, strong: true));
        foreach (var row in rows.Take(Sample)) width = Math.Max(width, fonts.Measure(row[index], size));
        return Math.Clamp(width, Narrowest, Widest) + Gap;
    }

    private static List<string> Lines(string title, float width, FontSet fonts, float size)
    {
        var lines = new List<string>();
        foreach (var word in title.Split(' '))
        {
            if (lines.Count > 0 && (fonts.Measure($"{lines[^1]} {word}", size, strong: true) <= width || lines.Count == MostHeadLines)) lines[^1] += " " + word;
            else lines.Add(word);
        }
        return lines;
    }
}
