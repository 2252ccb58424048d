using System.Buffers;
using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Observatory.Core.Privacy;

/// <summary>How sure the words around a value make it that it is a secret.</summary>
internal enum ValueStrength
{
    /// <summary>Anything that is not evidently code or a placeholder.</summary>
    Password,

    /// <summary>Must look made by chance, or at least not like a word.</summary>
    Token,

    /// <summary>Behind an authorization scheme: anything of some length.</summary>
    Header,

    /// <summary>Only long values of high entropy.</summary>
    Loose,
}

/// <summary>A value in a text, without its quotes.</summary>
internal readonly partial record struct SecretValue(int Start, int End, bool IsQuoted)
{
    private static readonly FrozenSet<string> s_stopWords = FrozenSet.ToFrozenSet(
        ["string", "str", "text", "null", "none", "nil", "undefined", "true", "false", "required", "optional", "boolean", "bool", "number", "object", "password", "passwd", "secret", "token",
         "bearer", "basic", "hidden", "default", "value", "input", "void", "bytes", "char", "unknown", "never", "empty", "must", "should", "this", "self", "await", "return", "invalid", "missing", "wrong",
         "varchar", "nullable", "readonly", "public", "private", "static", "const", "from", "with", "that", "when", "your", "varying", "integer"],
        StringComparer.OrdinalIgnoreCase);

    private static readonly string[] s_keyWords = ["password", "passwd", "secret", "token", "apikey", "api_key", "api-key", "credential"];

    public int Length => End - Start;

    public ReadOnlySpan<char> Text(string text) => text.AsSpan(Start, Length);

    /// <summary>Reads the value that starts here: to the closing quote where there is an opening one, else to one of the ends.</summary>
    public static SecretValue Read(string text, int start, SearchValues<char> ends, int longest)
    {
        var quote = start;
        if (quote + 1 < text.Length && text[quote] is 'f' or 'r' or 'b' or 'u' or 'L' or '@' or '$' && text[quote + 1] is '"' or '\'') quote++;
        while (quote < text.Length && quote - start < 4 && text[quote] == '\\') quote++;
        if (quote < text.Length && text[quote] is '"' or '\'' or '`')
        {
            var mark = text[quote];
            var escaped = quote > start && text[quote - 1] == '\\';
            var limit = Math.Min(text.Length, quote + 1 + longest);
            var at = quote + 1;
            for (; at < limit && text[at] != mark && text[at] is not ('\r' or '\n'); at++)
            {
                // In a text that is not itself escaped, a backslash keeps the next character inside.
                if (!escaped && text[at] == '\\' && at + 1 < limit) at++;
            }
            at = Math.Min(at, limit);
            while (escaped && at > quote + 1 && text[at - 1] == '\\') at--;
            return new SecretValue(quote + 1, at, IsQuoted: true);
        }
        var room = text.AsSpan(start, Math.Min(longest, text.Length - start));
        var length = room.IndexOfAny(ends);
        return new SecretValue(start, start + (length < 0 ? room.Length : length), IsQuoted: false);
    }

    public static bool IsSecret(string text, SecretValue value, ValueStrength strength, bool isDirect)
    {
        var v = value.Text(text);
        if (!value.IsQuoted) v = v.TrimEnd(".:!?");
        if (v.Length < (strength is ValueStrength.Password ? 4 : strength == ValueStrength.Loose ? 16 : 6) || IsReference(v) || IsPlaceholder(v)) return false;
        var isCall = !value.IsQuoted && value.End < text.Length && text[value.End] is '(' or '[';
        return strength switch
        {
            ValueStrength.Password => IsPassword(v, value.IsQuoted, isDirect, isCall),
            ValueStrength.Token => !isCall && IsToken(v, isDirect),
            ValueStrength.Header => v.IndexOf(' ') < 0 && (Letters.HasDigit(v) || v.Length >= 12),
            ValueStrength.Loose => Letters.HasDigit(v) && Letters.HasLetter(v) && !v.ContainsAny(" /:(") && !IsWords(v) && Letters.Entropy(v) >= 3,
            _ => throw new InvalidOperationException($"Strength {strength} is not known."),
        };
    }

    private static bool IsPassword(ReadOnlySpan<char> v, bool isQuoted, bool isDirect, bool isCall)
    {
        if (isCall || IsPath(v)) return false;
        var plain = !v.ContainsAnyExcept(s_plain);
        if (isQuoted) return !(v.Contains(' ') && plain) && !(plain && NamesAKey(v));
        if (!plain) return !IsMember(v);
        // Letters alone, unquoted: prose and code mean something else, `password=letmein` means it.
        return isDirect && v.Length >= 6 && !v.ContainsAny("._") && !NamesAKey(v);
    }

    private static bool IsToken(ReadOnlySpan<char> v, bool isDirect)
    {
        if (v.Contains(' ') || IsPath(v) || v.StartsWith("http", StringComparison.OrdinalIgnoreCase) && v.Contains("://", StringComparison.Ordinal) || IsDateOrVersion(v)) return false;
        if (!Letters.HasDigit(v)) return v.Length >= 16 && HasNoise(v) && !IsMember(v);
        if (!Letters.HasLetter(v) && v.Length < 16) return false;
        return !IsWords(v) && !IsMember(v) && (v.Length >= 8 || isDirect) && Letters.Entropy(v) >= (v.Length < 12 ? 2.25 : 2.75);
    }

    /// <summary>Points to a value elsewhere: <c>$NAME</c>, <c>${…}</c>, <c>{{…}}</c>, <c>%NAME%</c>, <c>process.env.NAME</c>.</summary>
    private static bool IsReference(ReadOnlySpan<char> v) => Reference().IsMatch(v);

    private static bool IsPlaceholder(ReadOnlySpan<char> v) =>
        v.StartsWith(Redactor.MarkStart, StringComparison.Ordinal) || v is "[redacted" || !v.ContainsAnyExcept(v[0], '*') || !v.ContainsAnyExcept(s_blanks) ||
        v.StartsWith("your", StringComparison.OrdinalIgnoreCase) && !Letters.HasDigit(v) || s_stopWords.GetAlternateLookup<ReadOnlySpan<char>>().Contains(v);

    private static readonly SearchValues<char> s_plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ._,'’!?:-");

    private static readonly SearchValues<char> s_blanks = SearchValues.Create("*xX.-_•#");
    private static readonly SearchValues<char> s_signs = SearchValues.Create("+=~!@#$%^&*");

    private static bool NamesAKey(ReadOnlySpan<char> v)
    {
        foreach (var word in s_keyWords)
        {
            if (v.Contains(word, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    /// <summary>A file or folder, not base64 that happens to hold a slash.</summary>
    private static bool IsPath(ReadOnlySpan<char> v) => Path().IsMatch(v);

    /// <summary><c>config.database.password</c>, <c>_settings.Value</c>: code.</summary>
    private static bool IsMember(ReadOnlySpan<char> v) => Member().IsMatch(v);

    /// <summary>Parts between hyphens, dots and underscores that are each a word or a small number: <c>my-secret-1</c>, <c>claude-opus-4-6</c>, <c>cl100k_base</c>.</summary>
    private static bool IsWords(ReadOnlySpan<char> v)
    {
        foreach (var range in v.SplitAny('-', '_', '.', ':'))
        {
            var part = v[range];
            if (part.Length > 0 && !Word().IsMatch(part)) return false;
        }
        return true;
    }

    private static bool IsDateOrVersion(ReadOnlySpan<char> v) => DateOrVersion().IsMatch(v);

    /// <summary>Letters only, but no words: the case changes too often, or signs of base64 stand between.</summary>
    private static bool HasNoise(ReadOnlySpan<char> v)
    {
        if (v.ContainsAny(s_signs)) return Letters.Entropy(v) >= 3.5;
        var changes = 0;
        for (var i = 1; i < v.Length; i++) changes += char.IsAsciiLetterUpper(v[i]) != char.IsAsciiLetterUpper(v[i - 1]) ? 1 : 0;
        return changes * 3 >= v.Length && Letters.Entropy(v) >= 3.5;
    }

    [GeneratedRegex(
        """^(?:\$[A-Za-z_][A-Za-z0-9_]*$|\$env:|\$?\$?[{(]|\$?\{\{|[{<%]|%[A-Za-z_]+%$|%[sd({]|@[A-Za-z_]+$|process\.env|os\.environ|os\.getenv|env\.|env\(|getenv|ENV\[|secrets?\.|vault:|op://|arn:aws:|!Ref|import\.meta)""",
        RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Reference();

    [GeneratedRegex(@"^(?:~|\.{1,2})?/(?:[A-Za-z0-9_.@-]{0,40}/)+[A-Za-z0-9_.@*-]{0,64}$|^/[a-z][a-z0-9_-]{1,24}$|^[A-Za-z]:[\\/]|^\.{1,2}/|^[A-Za-z0-9_./-]{1,120}\.(?:txt|json|ya?ml|toml|pem|key|crt|cs|ts|tsx|js|py|go|rs|md|env|conf|ini|xml|html)$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Path();

    [GeneratedRegex(@"^(?:[A-Za-z_][a-z_]*(?:[A-Z][a-z]+){0,6}[?!]?\.)+[A-Za-z_][a-z_]*(?:[A-Z][a-z]+){0,6}[0-9]?[!?]?$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Member();

    [GeneratedRegex("^(?:[A-Za-z]?[a-z]{0,14}(?:[A-Z][a-z]+){0,5}[0-9]{0,2}|[A-Z]{1,12}[0-9]{0,2}|[0-9]{1,4}[a-z]?|v[0-9]{1,4}|[a-z]{1,3}[0-9]{1,3}[kmb]|20[0-9]{6})$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Word();

    [GeneratedRegex(@"^v?[0-9]{1,4}(?:[.:\-/T][0-9]{1,6}){1,6}Z?$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex DateOrVersion();
}
