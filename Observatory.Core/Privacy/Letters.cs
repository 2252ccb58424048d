namespace Observatory.Core.Privacy;

/// <summary>Judgements on characters: ASCII on purpose, for secrets are.</summary>
internal static class Letters
{
    /// <summary>Nothing that belongs to a word stands before <paramref name="start"/>. The letter of an escape (<c>\n</c>, <c>%3D</c>) is no word.</summary>
    public static bool StartsAlone(string text, int start)
    {
        if (start == 0) return true;
        var before = text[start - 1];
        if (!char.IsAsciiLetterOrDigit(before) && before is not ('_' or '-')) return true;
        if (before is 'n' or 't' or 'r' && start > 1 && text[start - 2] == '\\') return true;
        return start > 2 && text[start - 3] == '%' && char.IsAsciiHexDigit(before) && char.IsAsciiHexDigit(text[start - 2])
            || start > 5 && text[start - 6] == '\\' && text[start - 5] == 'u';
    }

    /// <summary>Bits a character, by how often each occurs.</summary>
    public static double Entropy(ReadOnlySpan<char> text)
    {
        Span<int> counts = stackalloc int[128];
        counts.Clear();
        foreach (var c in text) counts[c & 127]++;
        var bits = 0.0;
        foreach (var count in counts)
        {
            if (count > 0) bits -= count * Math.Log2((double)count / text.Length);
        }
        return text.IsEmpty ? 0 : bits / text.Length;
    }

    public static bool HasDigit(ReadOnlySpan<char> text) => text.ContainsAnyInRange('0', '9');

    public static bool HasLetter(ReadOnlySpan<char> text) => text.ContainsAnyInRange('a', 'z') || text.ContainsAnyInRange('A', 'Z');

    /// <summary>Both cases and a digit: what chance makes and people seldom write.</summary>
    public static bool IsMixed(ReadOnlySpan<char> text) => text.ContainsAnyInRange('a', 'z') && text.ContainsAnyInRange('A', 'Z') && HasDigit(text);
}
