using System.Buffers;

namespace Observatory.Core.Privacy.Secrets;

/// <summary>Headers that let one in: <c>Authorization</c>, a bearer token anywhere, cookies.</summary>
internal static class Headers
{
    private static readonly SearchValues<char> s_scheme = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_");
    private static readonly string[] s_schemes =
        ["Bearer", "Basic", "Token", "Digest", "Negotiate", "ApiKey", "Api-Key", "Key", "AWS4-HMAC-SHA256", "SharedAccessSignature", "OAuth", "Bot"];

    /// <summary>Everything behind the header except the name of the scheme.</summary>
    public static int Authorization(ref Scan scan, int at)
    {
        var end = at + "authorization".Length;
        at = end;
        for (var i = 0; i < 3 && scan.At(at) is '"' or '\'' or '`' or ']' or ')'; i++) at++;
        at = scan.SkipBlanks(at, 4);
        if (scan.At(at) is not (':' or '=' or ',')) return end;
        at = scan.SkipBlanks(at + 1, 4);
        var quote = '\0';
        if (scan.At(at) is '"' or '\'' or '`') quote = scan.At(at++);
        var scheme = Scheme(scan, at);
        if (scheme > at) at = scheme;
        var stop = WordEnd(ref scan, at);
        // A scheme that is not in the list: one word, then the credentials.
        if (scheme == at && quote == '\0' && scan.At(stop) == ' ' && IsScheme(scan.Text[at..stop])) stop = WordEnd(ref scan, scan.SkipBlanks(stop, 2));
        var value = scan.Text[at..stop].TrimEnd(",;)]}.");
        if (value.IsEmpty || scan.IsMark(at)) return end;
        var credentials = value[(value.IndexOf(' ') + 1)..];
        if (scheme == at && !MayBeToken(credentials)) return end;
        if (scheme == at ? !Values.IsSecret(credentials, quote != '\0', NameStrength.Token, Sureness.Setting) : !Values.IsHeader(value)) return end;
        scan.Add(at, at + value.Length, "authorization");
        return at + value.Length;
    }

    /// <summary>Words are none, and to see that costs little of what judging a token does.</summary>
    private static bool MayBeToken(ReadOnlySpan<char> v) =>
        Letters.HasDigit(v) || v.Length >= 9 && Words.AreLettersByChance(v) || v.Length >= 16 && Words.IsNoise(v);

    private static bool IsScheme(ReadOnlySpan<char> word) => word.Length is > 2 and < 24 && !word.ContainsAnyExcept(s_scheme);

    private static int Scheme(in Scan scan, int at)
    {
        foreach (var scheme in s_schemes)
        {
            if (scan.IsAtIgnoringCase(at, scheme) && scan.At(at + scheme.Length) == ' ') return scan.SkipBlanks(at + scheme.Length, 4);
        }
        return at;
    }

    /// <summary>The word with a value behind it, outside of a header too.</summary>
    public static int Bearer(ref Scan scan, int at)
    {
        var start = at + "bearer".Length;
        if (scan.At(start) is not (' ' or '\t')) return start;
        start = scan.SkipBlanks(start, 3);
        var end = WordEnd(ref scan, start);
        var value = scan.Text[start..end].TrimEnd(",;)]}.");
        if (value.Length < 16 || scan.IsMark(start) || Values.IsPlaceholder(value) || Values.IsReference(value)) return start;
        if (Words.AreWords(value) || !Letters.HasLetter(value) || Letters.Entropy(value) < 3 || !Letters.HasDigit(value) && !Words.IsNoise(value)) return start;
        scan.Add(start, start + value.Length, "bearer");
        return start + value.Length;
    }

    /// <summary><c>Cookie: a=…; b=…</c>: the values that are long, to the end of the line.</summary>
    public static int Cookie(ref Scan scan, int at)
    {
        var end = at + "cookie".Length;
        at = end;
        if (scan.At(at) is '"' or '\'') at++;
        at = scan.SkipBlanks(at, 3);
        if (scan.At(at) is not (':' or '=')) return end;
        at = scan.SkipBlanks(at + 1, 3);
        if (scan.At(at) is '"' or '\'') at++;
        return Pairs(ref scan, at, scan.Text.Length);
    }

    /// <summary>The values of <c>name=value; name=value</c>.</summary>
    public static int Pairs(ref Scan scan, int at, int limit)
    {
        var end = at;
        while (at < limit)
        {
            var name = at;
            while (at < limit && at - name < 80 && (CharSet.Dotted.Has(scan.Text[at]) || scan.Text[at] == '%')) at++;
            if (at == name || scan.At(at) != '=') break;
            var start = at + 1;
            at = start;
            while (at < limit && scan.Text[at] > ' ' && scan.Text[at] is not ('"' or '\'' or ';' or ',' or '`')) at++;
            var value = scan.Text[start..at];
            if (value.Length >= 8 && !scan.IsMark(start) && !Values.IsPlaceholder(value) && !Values.IsReference(value)
                && (Letters.HasDigit(value) || value.Length >= 20)) scan.Add(start, at, "cookie");
            end = at;
            if (scan.At(at) != ';') break;
            at = scan.SkipBlanks(at + 1, 2);
        }
        return end;
    }

    private static int WordEnd(ref Scan scan, int start)
    {
        var end = scan.WordEnd(start);
        var cut = scan.Text[start..Math.Min(end, start + 4_096)].IndexOfAny(',', '<', ';');
        return cut >= 0 ? start + cut : Math.Min(end, start + 4_096);
    }
}
