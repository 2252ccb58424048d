using System.Buffers;
using System.Globalization;
using System.Text;

namespace Observatory.Core.Exports.Csv;

/// <summary>Values as text of a CSV field, before quoting.</summary>
public static class CsvText
{
    // What spreadsheets take for the start of a formula, full-width forms included.
    private static readonly SearchValues<char> s_starters = SearchValues.Create("=+-@＝＋－＠");

    // Where a cell may begin: many spreadsheets split at semicolons or tabs instead of commas, and then know no quotes inside a field.
    private static readonly SearchValues<char> s_separators = SearchValues.Create(";\t\r\n");

    private static readonly SearchValues<char> s_quoted = SearchValues.Create(",\"\r\n;\t");

    public static string Of(object? value) => value switch
    {
        null => "",
        string text => Guard(text),
        DateTimeOffset instant => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture),
        // A number is never a formula, and a quote in front would make it a text.
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Guard(value.ToString() ?? ""),
    };

    /// <summary>
    /// Puts an apostrophe before text that a spreadsheet would compute, at its start and wherever another separator would make a cell of it.
    /// White space and marks without width before it change nothing.
    /// </summary>
    public static string Guard(string text)
    {
        if (text.Length == 0) return text;
        if (!text.AsSpan().ContainsAny(s_starters)) return text[0] is '\t' or '\r' or '\n' ? "'" + text : text;
        StringBuilder? guarded = null;
        for (int start = 0, copied = 0; ; )
        {
            if (start == 0 ? text[0] is '\t' or '\r' or '\n' || IsFormula(text.AsSpan().TrimStart()) : IsFormula(text.AsSpan(start)))
            {
                (guarded ??= new StringBuilder(text.Length + 8)).Append(text, copied, start - copied).Append('\'');
                copied = start;
            }
            // White space at the very start belongs to the cell that is guarded already.
            if (start == 0) start = text.Length - text.AsSpan().TrimStart().Length;
            var next = text.AsSpan(start).IndexOfAny(s_separators);
            if (next < 0) return guarded is null ? text : guarded.Append(text, copied, text.Length - copied).ToString();
            start += next + 1;
        }
    }

    /// <summary>It has to stand in quotes: a comma, quote or line break, or a separator of other spreadsheets.</summary>
    public static bool NeedsQuotes(string text) => text.AsSpan().ContainsAny(s_quoted);

    private static bool IsUnseen(char c) => char.IsWhiteSpace(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.Control or UnicodeCategory.NonSpacingMark;

    private static bool IsFormula(ReadOnlySpan<char> cell)
    {
        foreach (var c in cell)
        {
            if (s_starters.Contains(c)) return true;
            if (s_separators.Contains(c) || !IsUnseen(c)) return false;
        }
        return false;
    }
}
