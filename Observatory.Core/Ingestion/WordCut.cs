using System.Buffers;

namespace Observatory.Core.Ingestion;

/// <summary>
/// Where a text that is too long may be cut before it is looked at: not inside a word, for half a secret has no shape any more. A word ends at a blank
/// or at a character beyond ASCII.
/// </summary>
internal static class WordCut
{
    /// <summary>A longer run is no word: of it goes only what may be a secret in itself.</summary>
    private const int LongestWord = 200;

    private static readonly SearchValues<char> s_token =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-.~%:@");

    /// <summary>Where the start of a text ends that is at most so long and ends in a whole word; it never splits a surrogate pair.</summary>
    /// <param name="longest">UTF-16 units; the whole text where it is no longer.</param>
    /// <param name="room">At most so much goes for the sake of a word.</param>
    public static int End(ReadOnlySpan<char> text, int longest, int room = int.MaxValue)
    {
        if (text.Length <= longest) return text.Length;
        var end = longest > 0 && char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest;
        if (end == 0 || !IsWord(text[end])) return end;
        var start = end;
        while (start > 0 && IsWord(text[start - 1])) start--;
        if (end - start > LongestWord)
        {
            start += text[start..end].LastIndexOfAnyExcept(s_token) + 1;
            if (end - start > LongestWord && !IsByChance(text[start..end])) start = end;
        }
        return end - start <= room ? start : end;
    }

    /// <summary>
    /// Where the end of a text starts that is to be a whole line, or at least a whole word: a name may stand before its value.
    /// </summary>
    /// <param name="room">At most so much goes.</param>
    public static int Start(ReadOnlySpan<char> text, int room)
    {
        var within = text[..Math.Min(text.Length, room)];
        var line = within.IndexOf('\n');
        if (line >= 0) return line + 1;
        var blank = 0;
        while (blank < within.Length && IsWord(within[blank])) blank++;
        return blank < within.Length ? blank : 0;
    }

    /// <summary>The start of a text, at most so long, ended at a whole word and marked by an ellipsis where something was cut off.</summary>
    public static string Marked(string text, int longest)
    {
        if (text.Length <= longest) return text;
        if (longest < 2) return longest <= 0 ? "" : "…";
        var end = End(text, longest - 2);
        // A word that is whole is not to look like the start of a longer one, which nobody would take for a secret.
        return string.Concat(text.AsSpan(0, end), end > 0 && IsWord(text[end - 1]) ? " …" : "…");
    }

    /// <summary>Letters of both cases and digits: a run of one of them alone is no secret.</summary>
    private static bool IsByChance(ReadOnlySpan<char> run) =>
        (run.ContainsAnyInRange('a', 'z') ? 1 : 0) + (run.ContainsAnyInRange('A', 'Z') ? 1 : 0) + (run.ContainsAnyInRange('0', '9') ? 1 : 0) > 1;

    private static bool IsWord(char c) => c is > ' ' and < '\x7F';
}
