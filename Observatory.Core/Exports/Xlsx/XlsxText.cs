using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Observatory.Core.Exports.Xlsx;

/// <summary>Texts as a cell of a workbook can hold them.</summary>
internal static partial class XlsxText
{
    /// <summary>Characters of a cell; a file with more is said to be damaged.</summary>
    public const int Longest = 32_767;

    private const int LongestSheetName = 31;

    /// <summary>
    /// What XML cannot hold becomes U+FFFD, what would be read as the code of a character is written so that it is read as it is, and what is too long says how
    /// much is left out.
    /// </summary>
    public static string Of(string text)
    {
        var cut = Cut(text);
        return Escape(cut.AsSpan().ContainsAnyExceptInRange(' ', '\uD7FF') ? Cleaned(cut) : cut);
    }

    /// <summary>Allowed as the name of a sheet and taken by none of the others.</summary>
    public static string SheetName(string name, ISet<string> taken)
    {
        var clean = new string([.. Cleaned(name).Select(c => c is '\\' or '/' or '*' or '?' or ':' or '[' or ']' || char.IsControl(c) ? '-'
            : c)]).Trim('\'', ' ');
        if (clean.Length == 0) clean = "Sheet";
        for (var number = 1; ; number++)
        {
            var end = number == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({number})");
            var length = Math.Min(clean.Length, LongestSheetName - end.Length);
            if (length < clean.Length && char.IsHighSurrogate(clean[length - 1])) length--;
            // One that ends with an apostrophe is refused.
            var candidate = (end.Length == 0 ? clean[..length].TrimEnd('\'') : clean[..length]) + end;
            if (taken.Add(candidate)) return candidate;
        }
    }

    private static string Cut(string text)
    {
        if (text.Length <= Longest) return text;
        var note = string.Create(CultureInfo.InvariantCulture, $" … [{text.Length:N0} characters in all; the rest was left out]");
        var length = Longest - note.Length;
        if (char.IsHighSurrogate(text[length - 1])) length--;
        return text[..length] + note;
    }

    private static string Cleaned(string text)
    {
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                clean.Append(c).Append(text[++i]);
                continue;
            }
            var isAllowed = c is '\t' or '\n' or '\r' || (c >= ' ' && !char.IsSurrogate(c) && c is not ('\uFFFE' or '\uFFFF'));
            clean.Append(isAllowed ? c : '\uFFFD');
        }
        return clean.ToString();
    }

    private static string Escape(string text) => text.Contains("_x", StringComparison.OrdinalIgnoreCase) ? Code().Replace(text, "_x005F$0") : text;

    [GeneratedRegex("_[xX](?=[0-9A-Fa-f]{4}_)")]
    private static partial Regex Code();
}
