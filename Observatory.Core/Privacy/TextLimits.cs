namespace Observatory.Core.Privacy;

/// <summary>
/// How much of each text is kept, UTF-16 units. Sources read more than that, so that a secret which they cut in two lies beyond what is
/// kept.
/// </summary>
internal static class TextLimits
{
    public const int Prompt = 8_000;
    public const int Target = 500;
    public const int Output = 2_000;
    public const int Message = 400;
    public const int Title = 200;
    public const int Rejected = 500;

    /// <summary>Of one field of a hook.</summary>
    public const int HookField = 300;

    private const char Replacement = '\uFFFD';

    /// <summary>The start of a text, ending neither inside a surrogate pair nor inside a mark of the redactor.</summary>
    public static string? Start(string? text, int longest)
    {
        text = Clean(text);
        if (text is null || text.Length <= longest) return text;
        var end = char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest;
        var mark = text.LastIndexOf(Redactor.MarkStart, Math.Min(end + Redactor.MarkStart.Length, text.Length) - 1, StringComparison.Ordinal);
        if (mark >= 0 && mark < end && text.IndexOf(']', mark) >= end) end = mark;
        return text[..end];
    }

    /// <summary>The end of a text, starting neither inside a surrogate pair nor inside a mark of the redactor.</summary>
    public static string? End(string? text, int longest)
    {
        text = Clean(text);
        if (text is null || text.Length <= longest) return text;
        var start = text.Length - longest;
        if (char.IsLowSurrogate(text[start])) start++;
        var mark = text.LastIndexOf(Redactor.MarkStart, Math.Min(start + Redactor.MarkStart.Length, text.Length) - 1, StringComparison.Ordinal);
        if (mark >= 0 && mark < start && text.IndexOf(']', mark) is var close && close >= start) start = close + 1;
        return text[start..];
    }

    /// <summary>Half surrogate pairs and NULs come from broken lines; no database keeps them as they are.</summary>
    public static string? Clean(string? text)
    {
        if (text is null || text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 && !text.Contains('\0')) return text;
        if (IsValid(text)) return text;
        return string.Create(text.Length, text, static (to, from) =>
        {
            for (var i = 0; i < from.Length; i++)
            {
                if (char.IsHighSurrogate(from[i]) && i + 1 < from.Length && char.IsLowSurrogate(from[i + 1]))
                {
                    (to[i], to[i + 1]) = (from[i], from[i + 1]);
                    i++;
                }
                else to[i] = char.IsSurrogate(from[i]) || from[i] == '\0' ? Replacement : from[i];
            }
        });
    }

    private static bool IsValid(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0') return false;
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])) return false;
            i++;
        }
        return true;
    }
}
