using System.Buffers;
using System.Globalization;

namespace Observatory.Core.Exports.Csv;

/// <summary>Texts as a CSV field holds them, before quoting.</summary>
public static class CsvText
{
    // What spreadsheets take for the start of a formula, full-width forms included.
    private static readonly SearchValues<char> s_starters = SearchValues.Create("=+-@＝＋－＠");

    private static readonly SearchValues<char> s_quoted = SearchValues.Create(",\"\r\n;\t");

    /// <summary>
    /// Puts an apostrophe before a text that a spreadsheet would compute. White space and marks without width before it change nothing. What stands further
    /// inside is left as it is: the field is quoted.
    /// </summary>
    public static string Guard(string text) => IsGuarded(text) ? "'" + text : text;

    /// <summary>An apostrophe has to stand before it.</summary>
    public static bool IsGuarded(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return false;
        if (text[0] is '\t' or '\r') return true;
        foreach (var c in text)
        {
            if (s_starters.Contains(c)) return true;
            if (!IsUnseen(c)) return false;
        }
        return false;
    }

    /// <summary>It has to stand in quotes: a comma, quote or line break, or a separator of other spreadsheets.</summary>
    public static bool NeedsQuotes(ReadOnlySpan<char> text) => text.ContainsAny(s_quoted);

    private static bool IsUnseen(char c) => char.IsWhiteSpace(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.Control or UnicodeCategory.NonSpacingMark;
}
