using System.Buffers;

namespace Observatory.Core.Privacy.Secrets;

/// <summary>Tells what people write from what chance makes. Looks at the first 256 characters at most.</summary>
internal static class Words
{
    private const int Longest = 256;
    /// <summary>The pairs of letters that make up nine tenths of the words in prose and in names of code.</summary>
    private static readonly bool[] s_commonPairs = PairsOf(
        "abacadagaiakalamanaparasatauavaybabebiblbobsbucacechcickclcocrctcudadedidodrdsdueaecedeeefegelemeneperesetevewexfafefffi" +
        "flfofugageghgigrgsguhahehihohriaibicidieifigiliminioipirisitivkekikslaldlelilllolsltlulymamemimompnancndnenfngninnnonsnt" +
        "nuoaocodogoiokolomonoooporosotouovowpapepiplpoppprpsptpuqurarcrdrerirkrmrnrorrrsrtrurysascseshsisksospssstsutatctethtitl" +
        "totrtstttutyuaubueuiulumunupurusutvaveviwawewiwoxp");

    private static readonly SearchValues<char> s_signs = SearchValues.Create("+=~!@#$%^&*");
    private static readonly SearchValues<char> s_plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ._,'’!?:-");

    private static bool[] PairsOf(string pairs)
    {
        var table = new bool[26 * 26];
        for (var i = 0; i + 1 < pairs.Length; i += 2) table[(pairs[i] - 'a') * 26 + pairs[i + 1] - 'a'] = true;
        return table;
    }

    /// <summary>Letters and the signs of a sentence, nothing else.</summary>
    public static bool IsPlain(ReadOnlySpan<char> v) => !v.ContainsAnyExcept(s_plain);

    /// <summary>The letters do not follow each other as those of words do. Says no where there are fewer than six.</summary>
    public static bool AreLettersByChance(ReadOnlySpan<char> v)
    {
        var (pairs, common, last) = (0, 0, -1);
        foreach (var c in v[..Math.Min(v.Length, Longest)])
        {
            var letter = char.IsAsciiLetter(c) ? (c | 0x20) - 'a' : -1;
            if (letter >= 0 && last >= 0)
            {
                pairs++;
                if (s_commonPairs[last * 26 + letter]) common++;
            }
            last = letter;
        }
        return pairs >= 5 && common * 100 < pairs * 62;
    }

    /// <summary>Behind a prefix that is an issuer's own: anything but one letter again and again, an example, or lower-case words.</summary>
    public static bool IsVaried(ReadOnlySpan<char> v)
    {
        v = v[..Math.Min(v.Length, Longest)];
        if (v.Contains("EXAMPLE", StringComparison.OrdinalIgnoreCase) || Letters.Entropy(v) < (v.Length < 12 ? 1.9 : 2.3)) return false;
        return v.ContainsAnyInRange('A', 'Z') || Letters.HasDigit(v) || AreLettersByChance(v);
    }

    /// <summary>A token's body: not one letter again and again, not words, not a placeholder.</summary>
    public static bool IsMadeByChance(ReadOnlySpan<char> v)
    {
        v = v[..Math.Min(v.Length, Longest)];
        if (v.Contains("EXAMPLE", StringComparison.OrdinalIgnoreCase)) return false;
        var entropy = Letters.Entropy(v);
        if (entropy < (v.Length < 12 ? 1.9 : 2.5)) return false;
        return Letters.HasDigit(v) ? !AreWords(v) : entropy >= 3 && (CaseChanges(v) * 3 >= v.Length || AreLettersByChance(v));
    }

    private static int CaseChanges(ReadOnlySpan<char> v)
    {
        var changes = 0;
        for (var i = 1; i < v.Length; i++) changes += char.IsAsciiLetterUpper(v[i]) != char.IsAsciiLetterUpper(v[i - 1]) ? 1 : 0;
        return changes;
    }

    /// <summary>Letters only, and no words: the case changes too often, signs of base64 stand between, or the letters are odd.</summary>
    public static bool IsNoise(ReadOnlySpan<char> v)
    {
        v = v[..Math.Min(v.Length, Longest)];
        if (Letters.Entropy(v) < 3) return false;
        return v.ContainsAny(s_signs) || CaseChanges(v) * 3 >= v.Length || AreLettersByChance(v);
    }

    /// <summary>Parts between signs that are each a word or a small number: <c>my-secret-1</c>, <c>claude-opus-4-6</c>, <c>cl100k_base</c>.</summary>
    public static bool AreWords(ReadOnlySpan<char> v)
    {
        foreach (var range in v.SplitAny('-', '_', '.', ':', '/'))
        {
            if (!IsWord(v[range])) return false;
        }
        return true;
    }

    /// <summary>A word in lower, upper or camel case with at most two digits behind, a small number, a version, a unit (<c>100k</c>) or a date.</summary>
    private static bool IsWord(ReadOnlySpan<char> part)
    {
        if (part.IsEmpty) return true;
        var letters = 0;
        while (letters < part.Length && char.IsAsciiLetter(part[letters])) letters++;
        var digits = letters;
        while (digits < part.Length && char.IsAsciiDigit(part[digits])) digits++;
        var count = digits - letters;
        var rest = part.Length - digits;
        if (letters == part.Length) return IsCamel(part);
        if (letters == 0) return rest == 0 ? count <= 4 || count == 8 && part.StartsWith("20") : rest == 1 && count <= 4 && char.IsAsciiLetter(part[^1]);
        if (rest == 0) return count <= 2 && IsCamel(part[..letters]) || letters <= 1 && count <= 4;
        // cl100k, utf8mb4
        return rest == 1 && count <= 3 && letters <= 3 && part[^1] is 'k' or 'm' or 'b' or 'K' or 'M' or 'B';
    }

    private static bool IsCamel(ReadOnlySpan<char> part)
    {
        if (part.Length > 40) return false;
        if (!part.ContainsAnyInRange('a', 'z')) return part.Length <= 12;
        var run = 0;
        var humps = 0;
        for (var i = 0; i < part.Length; i++)
        {
            if (char.IsAsciiLetterUpper(part[i]))
            {
                // One capital letter, or an abbreviation at the front.
                if (i > 0 && run < 2 && i > 3) return false;
                (run, humps) = (1, humps + 1);
            }
            else run++;
            if (run > 16 || humps > 6) return false;
        }
        return true;
    }
}
