namespace Observatory.Core.Privacy;

/// <summary>Judgements on characters: ASCII on purpose, for secrets are.</summary>
internal static class Letters
{
    /// <summary>Digits of a hexadecimal number.</summary>
    public static readonly System.Buffers.SearchValues<char> Hex = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");

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

    /// <summary>A name of code: letters, digits and underscores, no digit first.</summary>
    public static bool IsIdentifier(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || char.IsAsciiDigit(text[0])) return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
        }
        return true;
    }

    /// <summary>Both cases and a digit: what chance makes and people seldom write.</summary>
    public static bool IsMixed(ReadOnlySpan<char> text) => text.ContainsAnyInRange('a', 'z') && text.ContainsAnyInRange('A', 'Z') && HasDigit(text);
}
