using System.Globalization;

namespace Observatory.Core.Reports;

/// <summary>Plain mail addresses, without names.</summary>
public static class Addresses
{
    private const int LongestLocal = 64;
    private const int Longest = 254;
    private const string Marks = "!#$%&'*+-/=?^_`{|}~.";

    private static readonly IdnMapping s_names = new() { UseStd3AsciiRules = true };

    /// <summary>As it is kept: the domain in small ASCII letters. Null = it is none.</summary>
    public static string? Normalize(string? text)
    {
        if (text is null || text.Length > Longest || text.LastIndexOf('@') is var at && at is < 1 or > LongestLocal) return null;
        var local = text[..at];
        if (local.StartsWith('.') || local.EndsWith('.') || local.Contains("..", StringComparison.Ordinal)) return null;
        if (!local.All(c => char.IsAsciiLetterOrDigit(c) || Marks.Contains(c, StringComparison.Ordinal))) return null;
        return DomainOf(text[(at + 1)..]) is { } domain ? $"{local}@{domain}" : null;
    }

    /// <summary>Why it is none, for who typed it.</summary>
    public static string WhyNot(string text)
    {
        var at = text.LastIndexOf('@');
        if (at < 0) return $"“{text}” is not a complete address. It has no @.";
        if (at == text.Length - 1 || !text[(at + 1)..].Contains('.',
            StringComparison.Ordinal)) return $"“{text}” is not a complete address. Add the part after the dot.";
        return $"“{text}” is not a mail address. Write it plainly, without a name.";
    }

    private static string? DomainOf(string name)
    {
        if (name.Length == 0 || !name.Contains('.', StringComparison.Ordinal) && !name.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return null;
        try
        {
            var ascii = s_names.GetAscii(name).ToLowerInvariant();
            return ascii.EndsWith('.') ? null : ascii;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
