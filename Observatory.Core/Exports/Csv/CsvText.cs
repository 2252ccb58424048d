using System.Globalization;

namespace Observatory.Core.Exports.Csv;

/// <summary>Values as text of a CSV field, before quoting.</summary>
public static class CsvText
{
    // What spreadsheets take for the start of a formula, full-width forms and leading white space included.
    private static readonly char[] s_starters = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

    public static string Of(object? value) => value switch
    {
        null => "",
        string text => Guard(text),
        DateTimeOffset instant => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture),
        // A number is never a formula, and a quote in front would make it a text.
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Guard(value.ToString() ?? ""),
    };

    /// <summary>Puts an apostrophe before text that a spreadsheet would compute.</summary>
    public static string Guard(string text)
    {
        if (text.Length == 0) return text;
        return Array.IndexOf(s_starters, text[0]) >= 0 || Array.IndexOf(s_starters, text.AsSpan().TrimStart() is [var first, ..] ? first : text[0]) >= 0
            ? "'" + text : text;
    }
}
