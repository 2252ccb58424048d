using System.Buffers;
using System.Text.RegularExpressions;

namespace Observatory.Core.Privacy;

/// <summary>
/// Values that stand behind a key-like word: <c>password=…</c>, <c>"apiKey": "…"</c>, <c>--token …</c>, <c>Authorization: Bearer …</c>,
/// "the password is …". The word says that a secret follows; <see cref="SecretValue"/> says whether it does.
/// </summary>
internal sealed partial class AssignmentRule : ITextRule
{
    /// <summary>Longest value that is looked at.</summary>
    private const int LongestValue = 4_096;

    private static readonly (string Word, WordKind Kind)[] s_words =
    [
        ("password", WordKind.Password), ("passwd", WordKind.Password), ("passphrase", WordKind.Password), ("passcode", WordKind.Password), ("pwd", WordKind.Password),
        ("secret", WordKind.Token), ("token", WordKind.Token), ("credential", WordKind.Token), ("apikey", WordKind.Token), ("api key", WordKind.Token),
        ("accesskey", WordKind.Token), ("accountkey", WordKind.Token), ("privatekey", WordKind.Token), ("signingkey", WordKind.Token), ("encryptionkey", WordKind.Token),
        ("_key", WordKind.Token), ("-key", WordKind.Token), ("_pass", WordKind.Password), ("access key", WordKind.Token),
        ("authorization", WordKind.Header), ("bearer", WordKind.Bearer), ("cookie", WordKind.Cookie), ("&sig=", WordKind.Signature), ("?sig=", WordKind.Signature),
    ];

    // Few words a search: with all of them in one it reports too many places that are none (measured: three passes are twice as fast).
    private static readonly SearchValues<string>[] s_passes =
        [.. s_words.Select(w => w.Word).Order(StringComparer.Ordinal).Chunk(8).Select(c => SearchValues.Create(c, StringComparison.OrdinalIgnoreCase))];

    // Where a bare value ends. In a line of a settings file only white space ends it.
    private static readonly SearchValues<char> s_bareEnds = SearchValues.Create(" \t\r\n\"'`<>,;&|()[]{}\\");
    private static readonly SearchValues<char> s_lineEnds = SearchValues.Create(" \t\r\n\"'`");
    private static readonly SearchValues<char> s_headerEnds = SearchValues.Create(" \t\r\n\"'`<>,;\\");

    private enum WordKind
    {
        Password,
        Token,
        Header,
        Bearer,
        Cookie,
        Signature,
    }

    public void Find(string text, List<Finding> found, Deadline watch)
    {
        foreach (var pass in s_passes) Find(pass, text, found, watch);
    }

    private static void Find(SearchValues<string> pass, string text, List<Finding> found, Deadline watch)
    {
        for (var at = 0; at < text.Length; at++)
        {
            var next = text.AsSpan(at).IndexOfAny(pass);
            if (next < 0) return;
            at += next;
            watch.Check();
            if (Redactor.IsInMark(text, at)) continue;
            var (word, kind) = WordAt(text.AsSpan(at));
            var end = kind switch
            {
                WordKind.Header => Header(text, at, word.Length, found),
                WordKind.Bearer => Bearer(text, at, word.Length, found),
                WordKind.Cookie => Cookie(text, at, word.Length, found),
                WordKind.Signature => Signature(text, at + word.Length, found),
                _ => Assigned(text, at, word, kind == WordKind.Password, found),
            };
            at = Math.Max(at, end - 1);
        }
    }

    private static (string Word, WordKind Kind) WordAt(ReadOnlySpan<char> text)
    {
        foreach (var entry in s_words)
        {
            if (text.StartsWith(entry.Word, StringComparison.OrdinalIgnoreCase)) return entry;
        }
        throw new InvalidOperationException("The search found a word that is not in the list.");
    }

    private static int Assigned(string text, int at, string word, bool isPassword, List<Finding> found)
    {
        var after = at + word.Length;
        var suffix = SuffixLength(text.AsSpan(after));
        if (suffix > 0 && OtherThing().IsMatch(text.AsSpan(after, suffix))) return after;
        after += suffix;
        if (!FindOperator(text, at, after, out var start, out var sign)) return after;

        var value = SecretValue.Read(text, start, sign switch
        {
            Sign.Line => s_lineEnds,
            _ => s_bareEnds,
        }, LongestValue);
        // Without an operator only something that stands out can be meant.
        var strength = sign == Sign.None ? ValueStrength.Loose : isPassword ? ValueStrength.Password : ValueStrength.Token;
        if (sign == Sign.Word && !value.IsQuoted && !Letters.HasDigit(value.Text(text))) return after;
        if (!SecretValue.IsSecret(text, value, strength, isDirect: sign is Sign.Line or Sign.Direct)) return after;
        found.Add(new Finding(value.Start, value.End, isPassword ? "password" : "secret"));
        return value.End;
    }

    /// <summary>Of what may follow the word inside one name: <c>SECRET_KEY_PROD</c>, <c>apiKey2</c>.</summary>
    private static int SuffixLength(ReadOnlySpan<char> text)
    {
        const int Longest = 40;
        var length = 0;
        while (length < Longest && length < text.Length && (char.IsAsciiLetterOrDigit(text[length]) || text[length] is '_' or '-')) length++;
        return length;
    }

    private enum Sign
    {
        None,

        /// <summary><c>=</c> without white space.</summary>
        Direct,

        /// <summary>The same as the first thing of a line: a settings file.</summary>
        Line,
        Spaced,

        /// <summary>"is", "was".</summary>
        Word,
    }

    private static bool FindOperator(string text, int word, int after, out int start, out Sign sign)
    {
        (start, sign) = (after, Sign.None);
        if (after >= text.Length) return false;
        if (text[after] == '=' && after + 1 < text.Length && text[after + 1] is not ('=' or '>' or ' ' or '\t' or '\r' or '\n'))
        {
            (start, sign) = (after + 1, IsLineStart(text, word) ? Sign.Line : Sign.Direct);
            return true;
        }
        var match = Operator().Match(text, after);
        if (match.Success)
        {
            start = match.Index + match.Length;
            sign = match.Groups["is"].Success ? Sign.Word : Sign.Spaced;
            return true;
        }
        var gap = Gap().Match(text, after);
        if (!gap.Success) return false;
        start = after + gap.Length;
        if (IsFlag(text, word)) sign = Sign.Spaced;
        return true;
    }

    /// <summary>The name that the word is a part of stands at the start of a line, or behind <c>export</c>.</summary>
    private static bool IsLineStart(string text, int word)
    {
        while (word > 0 && (char.IsAsciiLetterOrDigit(text[word - 1]) || text[word - 1] is '_' or '.' or '-')) word--;
        if (word == 0 || text[word - 1] == '\n') return true;
        return word >= 7 && text.AsSpan(word - 7, 7) is "export " && (word == 7 || text[word - 8] is '\n' or ' ' or ';');
    }

    private static bool IsFlag(string text, int word)
    {
        while (word > 0 && (char.IsAsciiLetterOrDigit(text[word - 1]) || text[word - 1] is '_' or '-')) word--;
        return text[word] == '-' && (word == 0 || char.IsWhiteSpace(text[word - 1]));
    }

    /// <summary>Everything behind an <c>Authorization</c> header except the name of the scheme.</summary>
    private static int Header(string text, int at, int length, List<Finding> found)
    {
        var head = HeaderStart().Match(text, at + length);
        if (!head.Success) return at + length;
        var value = SecretValue.Read(text, head.Index + head.Length, s_headerEnds, LongestValue);
        if (!SecretValue.IsSecret(text, value, head.Groups["scheme"].Success ? ValueStrength.Header : ValueStrength.Token, isDirect: false)) return value.Start;
        found.Add(new Finding(value.Start, value.End, "authorization"));
        return value.End;
    }

    private static int Bearer(string text, int at, int length, List<Finding> found)
    {
        var start = at + length;
        if (start >= text.Length || text[start] is not (' ' or '\t' or '%')) return start;
        start += text.AsSpan(start).StartsWith("%20", StringComparison.Ordinal) ? 3 : 1;
        var value = SecretValue.Read(text, start, s_headerEnds, LongestValue);
        if (!SecretValue.IsSecret(text, value, ValueStrength.Loose, isDirect: false)) return start;
        found.Add(new Finding(value.Start, value.End, "bearer"));
        return value.End;
    }

    /// <summary><c>Cookie: a=…; b=…</c>: the values, up to the end of the line.</summary>
    private static int Cookie(string text, int at, int length, List<Finding> found)
    {
        var head = CookieStart().Match(text, at + length);
        if (!head.Success) return at + length;
        var end = head.Index + head.Length;
        foreach (var pair in CookiePair().EnumerateMatches(text, end))
        {
            if (pair.Index != end) break;
            var equals = text.IndexOf('=', pair.Index) + 1;
            end = pair.Index + pair.Length;
            var value = text.AsSpan(equals, end - equals).TrimEnd("; ");
            if (value.Length >= 8 && !value.StartsWith(Redactor.MarkStart) && (Letters.HasDigit(value) || value.Length >= 20)) found.Add(new Finding(equals, equals + value.Length, "cookie"));
        }
        return end;
    }

    private static int Signature(string text, int start, List<Finding> found)
    {
        var value = SecretValue.Read(text, start, s_bareEnds, LongestValue);
        if (!value.IsQuoted && value.Length >= 16 && !value.Text(text).StartsWith(Redactor.MarkStart)) found.Add(new Finding(value.Start, value.End, "signature"));
        return Math.Max(start, value.End);
    }

    /// <summary>Names of things that are no secret: <c>tokens</c>, <c>token_count</c>, <c>passwordField</c>, <c>secretary</c>.</summary>
    [GeneratedRegex(
        "^(?:s$|i[sz]|ar[yi]|ion|less|board|frame|map|note|up|down|press|s?[_-]?(?:type|count|limit|name|url|uri|endpoint|path|file|field|len|size|budget|usage|used|exp|ttl|polic|manager|provider|" +
        "per|max|min|total|index|idx|kind|class|input|form|label|placeholder|error|message|hint|rule|strength|valid|check|reset|forgot|change|hash(?:er|ing)|id$|ids$|version|status|rotation|in$|out$|left|remaining|estimat|stat|cost|price|window|rate|bucket|stream|span|list|ref|schema|format|required|enabled|column|binding|vault|scan|store|mode|sort|tree|note))",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OtherThing();

    /// <summary>
    /// <c>: string = "…"</c>, <c>=</c>, <c>:</c>, <c>=></c>, <c>:=</c>, <c>==</c> with what closes the name before (<c>"</c>, <c>']</c>, escaped ones), <c>></c> of an element,
    /// a comma or bracket before a quoted value, "is".
    /// </summary>
    [GeneratedRegex(
        """\G(?:[ \t]*:[ \t]*[A-Za-z_][A-Za-z0-9_<>?\[\]]{0,30}[ \t]+=[ \t]*(?=["'`])|(?>\\{0,4}["'`]?[\])}]?)(?:[ \t]{0,8}(?:=>|:=|[!=]==?|=|:)[ \t]{0,8}|[ \t]*,[ \t]*(?=\\*["'`])|>(?=[^\s<])|\((?=["'`]))|[ \t]+(?<is>is|was|ist|:|=)[ \t]+)""",
        RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Operator();

    [GeneratedRegex(@"\G[ \t]{1,3}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Gap();

    [GeneratedRegex(
        """\G(?>\\{0,4}["'`]?\]?)[ \t]{0,4}[:=,][ \t]{0,4}(?>\\{0,4}["'`]?)(?<scheme>(?:Bearer|Basic|Token|Digest|Negotiate|ApiKey|Api-Key|Key|AWS4-HMAC-SHA256|SharedAccessSignature)(?:[ \t]+|%20))?""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex HeaderStart();

    [GeneratedRegex("""\G(?>\\{0,4}["']?)[ \t]*:[ \t]*(?>\\{0,4}["']?)(?=[A-Za-z0-9_.%-]{1,80}=)""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CookieStart();

    [GeneratedRegex("""\G[A-Za-z0-9_.%-]{1,80}=[^\s"';,\\]{0,4096}(?:;[ ]?)?""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CookiePair();
}
