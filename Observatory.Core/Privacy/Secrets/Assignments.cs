using System.Buffers;

namespace Observatory.Core.Privacy.Secrets;

/// <summary>
/// Values that stand behind a key-like name, in every notation that says "this name has this value": settings, JSON, YAML, XML, code,
/// flags, tables, sentences. <see cref="KeyNames"/> says what the name is worth, <see cref="Values"/> whether the value is a secret.
/// </summary>
internal static class Assignments
{
    private const int LongestName = 64;
    private const int LongestValue = 4_096;

    /// <summary>A bare value that is shorter is no secret, whatever its name is.</summary>
    private const int ShortestBare = 4;

    /// <summary>A word beside a name, without a digit and shorter than this, is no secret: nearly all that stands beside one is such a word.</summary>
    private const int ShortestBeside = 16;

    /// <summary>In a line of several settings, so far the next one is looked for.</summary>
    private const int LongestPair = 256;

    /// <summary>A name with what stands around it.</summary>
    private readonly ref struct Name(int start, int end, bool isUpper, char quote)
    {
        public readonly int Start = start;
        public readonly int End = end;

        /// <summary>In capital letters with an underscore, as environments have them.</summary>
        public readonly bool IsUpper = isUpper;

        /// <summary>The quotation mark right before it, or NUL.</summary>
        public readonly char Quote = quote;
    }

    /// <summary>An operator behind a name.</summary>
    private readonly record struct Sign(int Value, Sureness Sure, bool OnlyQuoted = false, bool IsElement = false, bool IsNextLine = false);

    /// <summary>A key-like word stands at <paramref name="at"/>; where to go on.</summary>
    public static int Try(ref Scan scan, int at, int length)
    {
        // Of a name with several such words one look is enough.
        if (at < scan.NameEnd) return 0;
        var text = scan.Text;
        var start = at;
        while (start > 0 && at - start < LongestName && IsName(text[start - 1])) start--;
        var end = at + length;
        while (end < text.Length && end - at < LongestName && IsName(text[end]) && text[end] != '.') end++;
        // "api key", "Unseal Key 1": the word before says which.
        if (start == at && length == 3 && text[at] is 'k' or 'K') start = WordBefore(scan, at);
        if (scan.IsMark(start - Redactor.MarkStart.Length - 1)) return 0;
        while (end > at + length && text[end - 1] == '-') end--;
        scan.NameEnd = end;
        if (NameMemory.OfThread.IsNone(text[start..end])) return 0;
        // The notation first, then the value, the name last: most names have no value behind them, and judging a name costs the most.
        var name = new Name(start, end, IsUpper(text[start..end]), scan.At(start - 1) is '"' or '\'' or '`' ? text[start - 1] : '\0');
        var after = Named(ref scan, name);
        if (after > 0) return after;
        return SignOf(ref scan, name) is { } sign ? Value(ref scan, name, sign) : 0;
    }

    private static int WordBefore(in Scan scan, int at)
    {
        var start = at - 1;
        if (scan.At(start) != ' ' || !char.IsAsciiLetter(scan.At(start - 1))) return at;
        while (start > 0 && at - start < 16 && char.IsAsciiLetter(scan.Text[start - 1])) start--;
        return start;
    }

    private static bool IsName(char c) => char.IsLetterOrDigit(c) || c is '_' or '-' or '.';

    private static bool IsUpper(ReadOnlySpan<char> name) =>
        !name.ContainsAnyInRange('a', 'z') && name.ContainsAnyInRange('A', 'Z') && name.Length >= 3 && !name.Contains('-');

    private static Sign? SignOf(ref Scan scan, in Name name)
    {
        var text = scan.Text;
        var at = name.End;
        var sure = name.IsUpper ? Sureness.Environment : Sureness.Setting;
        if (scan.At(at) == '=' && scan.At(at + 1) is not ('=' or '>' or ' ' or '\t' or '\n' or '~' or '\0')) return new Sign(at + 1, sure);
        var isClosed = false;
        for (var i = 0; i < 5 && scan.At(at) is '"' or '\'' or '`' or ']' or ')' or '*' or '}'; i++)
        {
            isClosed |= scan.At(at) is '"' or '\'';
            at++;
        }
        var close = at;
        at = scan.SkipBlanks(at, 12);
        if (Aside(ref scan, at) is var aside and > 0) at = scan.SkipBlanks(aside, 4);
        var isJson = isClosed && name.Quote == '"';
        switch (scan.At(at))
        {
            case '=':
                if (scan.At(at + 1) == '>') return Behind(ref scan, at + 2, Sureness.Spaced);
                if (scan.At(at + 1) == '=') return Behind(ref scan, scan.At(at + 2) == '=' ? at + 3 : at + 2, Sureness.Spaced, onlyQuoted: true);
                return Behind(ref scan, at + 1, name.IsUpper || IsLine(ref scan, name, at + 1) ? sure : Sureness.Spaced);
            case ':' or '：' or '＝':
                if (scan.At(at + 1) == '=') return Behind(ref scan, at + 2, Sureness.Spaced);
                if (Typed(scan, at + 1) is var typed and > 0) return Behind(ref scan, typed, Sureness.Spaced, onlyQuoted: true);
                return Behind(ref scan, at + 1, isJson || IsLine(ref scan, name, at + 1) || scan.At(at + 1) is not (' ' or '\n') ? Sureness.Setting
                    : Sureness.Spaced);
            case '是' or '为':
                return Behind(ref scan, at + 1, Sureness.Prose);
            case '-' when scan.At(at + 1) == '>':
                return Behind(ref scan, at + 2, Sureness.Spaced);
            case '!' when scan.At(at + 1) == '=':
                return Behind(ref scan, scan.At(at + 2) == '=' ? at + 3 : at + 2, Sureness.Spaced, onlyQuoted: true);
            case '?' when scan.At(at + 1) == '?':
            case '|' when scan.At(at + 1) == '|':
                return Behind(ref scan, scan.SkipBlanks(at + 2, 4), Sureness.Setting, onlyQuoted: true);
            case '|' when at > close:
                return Behind(ref scan, at + 1, Sureness.Setting);
            case '>' when IsTag(scan, name):
                return new Sign(at + 1, Sureness.Setting, IsElement: true);
            case ',':
                // An argument behind its name, but a list of words too.
                return Behind(ref scan, at + 1, Sureness.Prose, onlyQuoted: true);
            case '(' when at == name.End && scan.At(at + 1) is '"' or '\'' && scan.Text[name.Start..name.End].EndsWith("redential"):
                return Behind(ref scan, scan.SkipBlanks(scan.NextQuote(scan.Text[at + 1], at + 2) + 1, 2) + 1, Sureness.Setting, onlyQuoted: true);
            case '(' when at == name.End:
                return Behind(ref scan, at + 1, Sureness.Spaced, onlyQuoted: true);
            case '"' or '\'' or '`' when at > close:
                return new Sign(at, Sureness.Setting, OnlyQuoted: true);
        }
        if (at == close) return null;
        if (Verb(scan, at) is var verb and > 0) return new Sign(scan.SkipBlanks(verb, 3), Sureness.Prose);
        if (scan.At(at) is 'o' or 'b' && (scan.IsAt(at, "or ") || scan.IsAt(at, "by "))) return Behind(ref scan, at + 3, Sureness.Setting, onlyQuoted: true);
        return new Sign(at, BesideSureness(scan, name, isClosed));
    }

    /// <summary>A flag, <c>set NAME value</c>, <c>ENV NAME value</c>, a line of a netrc file: the next word is the value.</summary>
    private static Sureness BesideSureness(in Scan scan, in Name name, bool isClosed)
    {
        if (isClosed) return Sureness.Beside;
        var before = name.Start - 1;
        if (scan.Text[name.Start] == '-' && (name.Start == 0 || scan.Text[before] <= ' ')) return Sureness.Setting;
        while (before > 0 && scan.Text[before] is ' ' or '\t') before--;
        var end = before + 1;
        while (before >= 0 && end - before < 40 && scan.Text[before] > ' ') before--;
        var word = scan.Text[(before + 1)..Math.Max(end, before + 1)];
        if (name.IsUpper && word is "ENV" or "ARG" or "set" or "-x" or "-gx" or "-Ux" or "setenv" or "setx" or "export") return Sureness.Environment;
        if (word is "config" or "set" or "configure" or "login") return Sureness.Setting;
        // login NAME password VALUE
        while (before > 0 && scan.Text[before] is ' ' or '\t' or '\n') before--;
        end = before + 1;
        while (before >= 0 && end - before < 10 && scan.Text[before] > ' ') before--;
        return scan.Text[(before + 1)..Math.Max(end, before + 1)] is "login" or "user" or "account" ? Sureness.Setting : Sureness.Beside;
    }

    /// <summary>The value stands behind the operator; where the line ends there, on the next line.</summary>
    private static Sign? Behind(ref Scan scan, int at, Sureness sure, bool onlyQuoted = false)
    {
        at = scan.SkipBlanks(at, 40);
        while (scan.At(at) is '*' or '_' && scan.At(at) == scan.At(at + 1)) at += 2;
        at = scan.SkipBlanks(at, 4);
        if (scan.IsAt(at, "!!str ")) at += 6;
        var block = scan.At(at) is '|' or '>' && scan.At(at + 1) is '\n' or '-' or '+' ? scan.LineEnd(at) : at;
        if (scan.At(block) == '\r') block++;
        if (scan.At(block) != '\n') return new Sign(at, sure, onlyQuoted);
        if (onlyQuoted) return null;
        at = scan.SkipBlanks(block + 1, 40);
        if (scan.At(at) is '-' or '*' && scan.At(at + 1) == ' ') at = scan.SkipBlanks(at + 2, 4);
        return new Sign(at, sure, IsNextLine: true);
    }

    /// <summary>Only a word or two stand between the name and the operator: <c>Password for bob:</c>, <c>Password (admin):</c>.</summary>
    private static int Aside(ref Scan scan, int at)
    {
        if (scan.At(at) == '(')
        {
            if (scan.NextBracket(at) - at >= 30) return 0;
            for (var i = at + 1; i < at + 30 && i < scan.Text.Length; i++)
            {
                if (scan.Text[i] is '"' or '\'' or '\n' or '=' or ',') return 0;
                if (scan.Text[i] == ')') return scan.At(scan.SkipBlanks(i + 1, 4)) is ':' or '=' ? i + 1 : 0;
            }
            return 0;
        }
        if (!scan.IsAtIgnoringCase(at, "for ") && !scan.IsAtIgnoringCase(at, "key ") && !(char.IsAsciiDigit(scan.At(at)) && scan.At(at + 1) == ':')) return 0;
        for (var i = at; i < at + 48 && i < scan.Text.Length; i++)
        {
            if (scan.Text[i] is '\n' or '"' or '=' or '.' or ';') return 0;
            if (scan.Text[i] == ':') return scan.At(i + 1) is ' ' or '\n' ? i : 0;
        }
        return 0;
    }

    /// <summary><c>: string = "…"</c>: behind the equals sign, or 0.</summary>
    private static int Typed(in Scan scan, int at)
    {
        at = scan.SkipBlanks(at, 2);
        var start = at;
        while (at < scan.Text.Length && at - start < 32
            && (char.IsAsciiLetterOrDigit(scan.Text[at]) || scan.Text[at] is '_' or '<' or '>' or '?' or '[' or ']' or '&')) at++;
        if (at == start) return 0;
        at = scan.SkipBlanks(at, 3);
        return scan.At(at) == '=' && scan.At(at + 1) is ' ' or '"' or '\'' ? at + 1 : 0;
    }

    private static int Verb(in Scan scan, int at)
    {
        // Nearly no word begins like one of them.
        if (!s_verbStarts.Contains(scan.At(at))) return 0;
        foreach (var verb in s_verbs)
        {
            if (scan.IsAtIgnoringCase(at, verb)) return at + verb.Length;
        }
        return 0;
    }

    private static readonly string[] s_verbs = ["is ", "was ", "to ", "be ", "should be ", "must be ", "will be ", "ist ", "lautet ", "est ", "es ", "of ",
        "= "];

    private static readonly SearchValues<char> s_verbStarts = SearchValues.Create([.. s_verbs.SelectMany(v => new[] { v[0], char.ToUpperInvariant(v[0]) })]);

    private static bool IsTag(in Scan scan, in Name name) => scan.At(name.Start - 1) is '<' or ':';

    /// <summary>The name is the first thing of its line, and the value the rest of it.</summary>
    private static bool IsLine(ref Scan scan, in Name name, int value)
    {
        var at = name.Start;
        while (at > 0 && name.Start - at < 48 && scan.Text[at - 1] is ' ' or '\t' or '-' or '*' or '"' or '\'' or '#' or '/' or '`') at--;
        if (at > 0 && scan.Text[at - 1] is not ('\n' or '{' or ':')) return false;
        var start = scan.SkipBlanks(value, 40);
        if (scan.At(start) is '"' or '\'' or '`') return true;
        var end = scan.SkipBlanks(scan.WordEnd(start), 12);
        return scan.At(end) is '\0' or '\n' or '\r' or '#' or '"' or '\'' or '`';
    }

    /// <summary>
    /// The name itself is a value: <c>name: DB_PASSWORD⏎value: X</c>, <c>key="DbPassword" value="X"</c>,
    /// <c>variable "db_password" { default = "X" }</c>.
    /// </summary>
    private static int Named(ref Scan scan, in Name name)
    {
        const int Reach = 90;
        var at = name.End;
        if (scan.At(at) is not ('"' or '\'' or '\n' or '\r' or ' ' or ',')) return 0;
        if (scan.At(at) is '"' or '\'') at++;
        var limit = Math.Min(scan.Text.Length, at + Reach);
        while (at < limit && (scan.Text[at] is ' ' or '\t' or '\n' or '\r' or ',' or '{' or '-' or '"' or '\'' || scan.IsAt(at, "id=")))
        {
            if (scan.Text[at] is '"' or '\'' && !char.IsAsciiLetter(scan.At(at + 1))) return 0;
            at++;
        }
        if (at >= limit || at - name.End < 1) return 0;
        if ((scan.Text[at] | 0x20) is not ('v' or 'd' or 't' or 's')) return 0;
        // A type or a sensitivity may stand between: type = string, sensitive = true.
        for (var i = 0; i < 3 && (scan.IsAt(at, "type") || scan.IsAt(at, "sensitive") || scan.IsAt(at, "description")); i++)
        {
            at = scan.LineEnd(at) + 1;
            at = scan.SkipBlanks(at, 24);
        }
        var word = scan.IsAtIgnoringCase(at, "value") ? 5 : scan.IsAtIgnoringCase(at, "default") ? 7 : 0;
        if (word == 0) return 0;
        at += word;
        if (scan.At(at) is '"' or '\'') at++;
        at = scan.SkipBlanks(at, 12);
        if (scan.At(at) is not ('=' or ':')) return 0;
        at = scan.SkipBlanks(at + 1, 12);
        return Value(ref scan, name, new Sign(at, name.IsUpper ? Sureness.Environment : Sureness.Setting));
    }

    /// <summary>Judges the value at the sign; its end where it is a secret, else 0.</summary>
    private static int Value(ref Scan scan, in Name name, Sign sign)
    {
        var at = sign.Value;
        if (at >= scan.Text.Length) return 0;
        var quote = at;
        if (scan.Text[quote] is 'f' or 'r' or 'b' or 'u' or 'L' or '@' or '$' && scan.At(quote + 1) is '"' or '\'') quote++;
        if (scan.Text[quote] is '"' or '\'' or '`' && scan.Text[quote] != (sign.Sure >= Sureness.Setting ? name.Quote == '`' ? '`' : '\0' : '\0'))
            return Quoted(ref scan, name, sign, quote);
        return sign.OnlyQuoted ? 0 : Bare(ref scan, name, sign);
    }

    private static int Quoted(ref Scan scan, in Name name, Sign sign, int quote)
    {
        var mark = scan.Text[quote];
        var start = quote + 1;
        // Three of them open a text of several lines.
        if (scan.At(start) == mark && scan.At(start + 1) == mark) start = scan.SkipBlanks(start + 2, 1) is var s && scan.At(s) == '\n' ? s + 1 : start + 2;
        var end = scan.Closing(quote, start, LongestValue);
        if (end - start > LongestValue || end - start == 0 || scan.LineEnd(start) < end) return 0;
        var value = scan.Text[start..end];
        // What the quotation marks hold may carry the name of a scheme.
        if (value.IndexOf(' ') is var blank and > 0 and < 20 && value.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            start += blank + 1;
            value = scan.Text[start..end];
        }
        var sure = sign.Sure == Sureness.Beside ? Sureness.Spaced : sign.Sure;
        if (name.IsUpper && sure >= Sureness.Spaced) sure = Sureness.Environment;
        if (scan.IsMark(start) || Values.IsNever(value, isQuoted: true) || StrengthOf(scan, name) is not (not NameStrength.None and var strength)
            || !Values.IsSecret(value, isQuoted: true, strength, sure)) return 0;
        scan.Add(start, end, KindOf(strength));
        return end;
    }

    private static int Bare(ref Scan scan, in Name name, Sign sign)
    {
        var start = sign.Value;
        if (scan.IsMark(start)) return 0;
        var end = BareEnd(ref scan, name, sign);
        if (end - start < ShortestBare) return 0;
        // Most words are known by their first look; what follows costs many times as much.
        if (sign.Sure == Sureness.Beside && end - start < ShortestBeside && !Letters.HasDigit(scan.Text[start..end])) return 0;
        var isNumber = name.Quote == '"' && scan.At(name.End) == '"' && !scan.Text[start..end].ContainsAnyExceptInRange('0', '9');
        if (Values.IsCall(scan.Text[start..end], sign.Sure)) return 0;
        var value = Trimmed(scan.Text[start..end], sign.Sure);
        if (value.Length == 0 || sign.IsNextLine && !IsRestOfLine(ref scan, end)
            && (!Letters.HasDigit(value) || Words.AreWords(value) && !Words.AreLettersByChance(value))) return 0;
        if (Values.IsNever(value, isQuoted: false) || sign.Sure <= Sureness.Prose && !Values.StandsOut(value)) return 0;
        if (StrengthOf(scan, name) is not (not NameStrength.None and var strength)
            || !Values.IsSecret(value, isQuoted: false, strength, sign.Sure)) return 0;
        // A number stands in JSON without quotation marks; its mark needs them.
        scan.Add(start, start + value.Length, isNumber ? Redactor.InQuotes + KindOf(strength) : KindOf(strength));
        return start + value.Length;
    }

    private static bool IsRestOfLine(ref Scan scan, int end) =>
        scan.SkipBlanks(end, 12) is var at && scan.At(at) is '\0' or '\n' or '\r' or '`' or '"' or '\'' or '.' or '*';

    private static int BareEnd(ref Scan scan, in Name name, Sign sign)
    {
        var start = sign.Value;
        var end = Math.Min(scan.WordEnd(start), start + LongestValue);
        if (name.Quote != '\0' && scan.At(name.End) != name.Quote) end = Math.Min(end, scan.NextQuote(name.Quote, start));
        var value = scan.Text[start..end];
        // A sentence ends where its element does.
        if (sign.IsElement || sign.Sure == Sureness.Prose) return value.IndexOf("</") is var tag and >= 0 ? start + tag : end;
        if (name.Quote == '"' && scan.At(name.End) == '"')
        {
            var close = value.IndexOfAny(',', '}', ']');
            return close >= 0 ? start + close : end;
        }
        return NextName(value) is var next and > 0 ? start + next : end;
    }

    /// <summary>Where <c>;Name=</c>, <c>&amp;name=</c> or <c>,name=</c> begins the next setting; else -1.</summary>
    private static int NextName(ReadOnlySpan<char> value)
    {
        var limit = Math.Min(value.Length, LongestPair);
        for (var i = 1; i < limit; i++)
        {
            var sign = value[i..limit].IndexOfAny(';', '&', ',');
            if (sign < 0) return -1;
            i += sign;
            var at = i + 1;
            while (at < value.Length && at - i < 40 && (char.IsAsciiLetterOrDigit(value[at]) || value[at] is '_' or '.' or '-')) at++;
            // A connection string may end with its sign, or go on with a name of two words.
            if (i >= 4 && at - i > 3
                && (at < value.Length && value[at] == '=' || at == value.Length && value[i] == ';' && char.IsAsciiLetterUpper(value[i + 1]))) return i;
        }
        return -1;
    }

    private static ReadOnlySpan<char> Trimmed(ReadOnlySpan<char> value, Sureness sure) =>
        sure == Sureness.Environment ? value.TrimEnd(",;") : value.TrimEnd(".,;:)]}>*|");

    private static NameStrength StrengthOf(in Scan scan, in Name name) => NameMemory.OfThread.StrengthOf(scan.Text[name.Start..name.End]);

    private static string KindOf(NameStrength strength) => strength == NameStrength.Password ? "password" : "secret";
}
