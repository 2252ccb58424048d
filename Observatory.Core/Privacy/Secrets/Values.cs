using System.Buffers;
using System.Collections.Frozen;

namespace Observatory.Core.Privacy.Secrets;

/// <summary>How surely the notation says that a value is meant.</summary>
internal enum Sureness
{
    /// <summary>Two words beside each other.</summary>
    Beside,

    /// <summary>A sentence: "is", "to".</summary>
    Prose,

    /// <summary>An operator with blanks: code as well as settings.</summary>
    Spaced,

    /// <summary>A line of settings, a field of JSON, a flag of a command, <c>name=value</c>.</summary>
    Setting,

    /// <summary><c>NAME=value</c> in capital letters.</summary>
    Environment,
}

/// <summary>Judges values: secret, or code, reference, placeholder, ordinary word.</summary>
internal static class Values
{
    /// <summary>Longest part of a value that is looked at.</summary>
    private const int LongestLook = 512;

    /// <summary>Of what is called.</summary>
    private const int LongestName = 128;

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_stopWords = (
        "string str text null none nil undefined true false yes no on off required optional boolean bool number num int integer object " +
            "array password passwd pwd secret token bearer basic hidden default value input void " +
        "bytes byte char unknown never any empty must should this self await return returns invalid missing wrong varchar nullable " +
            "readonly public private static const from with that when your varying let var new " +
        "expired revoked correct incorrect valid stored needed used set changed not only also here there protected encrypted hashed " +
            "redacted masked removed same-origin include omit argon2 argon2id argon2i bcrypt bcrypt12 " +
        "scrypt pbkdf2 sha1 sha256 sha512 md5 base64 utf8 utf8mb4 plain plaintext login username user email bearerauth apikey is are was " +
            "were has have had and for the function class interface type enum import export").Split(' ')
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly string[] s_keyWords = ["password", "passwd", "secret", "token", "apikey", "api_key", "api-key", "credential"];
    private static readonly string[] s_lookUps = ["process.env", "os.environ", "os.getenv", "env.", "env(", "getenv", "ENV[", "secrets.", "secret.",
        "vault:", "op://", "arn:", "!Ref", "!vault", "!secret", "!Sub", "import.meta", "$env:", "@(", "ssm:", "file:"];
    private static readonly SearchValues<char> s_code = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,:?()[]<>!;");
    private static readonly SearchValues<char> s_dates = SearchValues.Create("0123456789.:-/TZ");
    private static readonly SearchValues<char> s_blanks = SearchValues.Create("*xX.-_•#…");
    private static readonly SearchValues<char> s_signs = SearchValues.Create("!@#$%^&*+=~?;,|()[]{}<>");

    public static bool IsSecret(ReadOnlySpan<char> v, bool isQuoted, NameStrength name, Sureness sure)
    {
        if (v.Length > LongestLook) v = v[..LongestLook];
        if (v.Length < 3 || IsPlaceholder(v) || IsReference(v)) return false;
        return name switch
        {
            NameStrength.Password => IsPassword(v, isQuoted, sure),
            NameStrength.Token => IsToken(v, isQuoted, sure),
            NameStrength.Weak => sure >= Sureness.Spaced && IsStrong(v),
            _ => false,
        };
    }

    /// <summary>What no name makes a secret: cheap to see, and it spares the look at the name.</summary>
    public static bool IsNever(ReadOnlySpan<char> v, bool isQuoted) =>
        v.Length < 3 || v[0] is '.' or ',' or ';' && !(isQuoted && Letters.HasDigit(v))
        || v.Length < 12 && s_stopWords.Contains(v);

    /// <summary>A digit, a sign, or letters that are no word: what stands beside a name in a sentence must have one of these.</summary>
    public static bool StandsOut(ReadOnlySpan<char> v) => Letters.HasDigit(v) || v.ContainsAny(s_signs) || Words.AreLettersByChance(v);

    private static bool IsPassword(ReadOnlySpan<char> v, bool isQuoted, Sureness sure)
    {
        if (sure == Sureness.Environment && !v.Contains(' ')) return v.Length >= 4 && !IsWordPath(v);
        if (IsWordPath(v)) return false;
        if (!v.ContainsAnyExceptInRange('0', '9')) return sure >= Sureness.Setting && v.Length >= 4;
        if (Words.IsPlain(v)) return IsPlainPassword(v, isQuoted, sure);
        if (IsColor(v) || isQuoted && v.Contains(' ') && !Letters.HasDigit(v)) return false;
        if (IsMember(v) || NamesAKey(v) && Words.AreWords(v)) return false;
        var hasSign = v[..^1].ContainsAny(s_signs);
        return sure switch
        {
            Sureness.Setting or Sureness.Environment => v.Length >= 4,
            Sureness.Spaced => v.Length >= 4
                && (isQuoted || hasSign || !Words.AreWords(v) || Letters.HasDigit(v) && !Letters.IsIdentifier(v) || Words.AreLettersByChance(v)),
            Sureness.Prose => v.Length >= 5 && (Letters.HasDigit(v) || hasSign) && (hasSign || !v.ContainsAny("/\\")),
            _ => v.Length >= 6 && Letters.HasLetter(v)
                && (Letters.HasDigit(v) && (!Words.AreWords(v) || isQuoted || hasSign || v[^1] is '!' or '#' or '$' or '%') || hasSign && isQuoted),
        };
    }

    /// <summary>Letters and the signs of sentences only.</summary>
    private static bool IsPlainPassword(ReadOnlySpan<char> v, bool isQuoted, Sureness sure)
    {
        if (NamesAKey(v)) return false;
        if (v.Contains(' ')) return sure == Sureness.Environment && v.Count(' ') >= 2 && isQuoted;
        if (sure == Sureness.Environment) return v.Length >= 4;
        if (v.ContainsAny("._") && !(isQuoted && Words.AreLettersByChance(v))) return false;
        if (isQuoted) return sure >= Sureness.Spaced && v.Length >= 4 && !char.IsAsciiLetterUpper(v[0]) || Words.AreLettersByChance(v);
        // Letters alone, unquoted: prose and code mean something else, `password=letmein` means it.
        return sure == Sureness.Setting && v.Length >= 6 && (!v.Contains('-') || Words.AreLettersByChance(v)) || sure >= Sureness.Prose && v.Length >= 7
            && Words.AreLettersByChance(v);
    }

    private static bool IsToken(ReadOnlySpan<char> v, bool isQuoted, Sureness sure)
    {
        if (v.Contains(' ')) return sure == Sureness.Environment && isQuoted && v.Count(' ') >= 3;
        if (IsWordPath(v) || v.Contains("://", StringComparison.Ordinal) || IsDateOrVersion(v) || IsColor(v) || v.Length < 6) return false;
        if (!v.ContainsAnyExceptInRange('0', '9')) return v.Length >= 16;
        if (sure == Sureness.Environment && Letters.HasLetter(v)) return true;
        if (!Letters.HasDigit(v)) return v.Length >= 16 && Words.IsNoise(v) && !IsMember(v) || sure >= Sureness.Setting && v.Length >= 9
            && Words.AreLettersByChance(v) && !IsMember(v);
        if (Words.AreWords(v) && !(Words.AreLettersByChance(v) && v.Length >= 10) || IsMember(v)) return false;
        return (v.Length >= 8 || sure >= Sureness.Setting) && Letters.Entropy(v) >= (v.Length < 12 ? 2.25 : 2.75);
    }

    /// <summary>Long, of letters and digits, and made by chance.</summary>
    private static bool IsStrong(ReadOnlySpan<char> v)
    {
        // The ids of sessions that everybody may see are of this form.
        if (v.Length == 36 && Guid.TryParseExact(v, "D", out _)) return false;
        if (v.Length < 14 || v.Contains(' ') || IsWordPath(v) || (v[0] is '/' or '.') && v[1..].Contains('.') && !v.ContainsAny("+=")
            || v.Contains("://", StringComparison.Ordinal) || v.Contains(':') || IsDateOrVersion(v) || IsMember(v)) return false;
        return (Letters.HasDigit(v) || Words.IsNoise(v) && v.Length >= 20) && Letters.HasLetter(v) && !Words.AreWords(v) && Letters.Entropy(v) >= 3
            && !(v.Contains('-') && v.Length < 20);
    }

    /// <summary>Behind the name of an authorization scheme: anything of some length.</summary>
    public static bool IsHeader(ReadOnlySpan<char> v) =>
        v.Length >= 6 && !v.Contains(' ') && !IsPlaceholder(v) && !IsReference(v)
            && (Letters.HasDigit(v) || v.Length >= 12 && (Words.IsNoise(v) || Words.AreLettersByChance(v) || v.Length >= 20));

    /// <summary>
    /// Points to a value elsewhere: <c>$NAME</c>, <c>${…}</c>, <c>{{…}}</c>, <c>%NAME%</c>, <c>process.env.NAME</c>. Opened, it must be closed.
    /// </summary>
    public static bool IsReference(ReadOnlySpan<char> v)
    {
        if (v.IsEmpty) return false;
        if (v[0] == '$' && v.Length > 1)
        {
            if (v[1] is '{' or '(') return true;
            return Letters.IsIdentifier(v[1..]) || v.StartsWith("$$", StringComparison.Ordinal) || v.StartsWith("$env:", StringComparison.OrdinalIgnoreCase);
        }
        if (v[0] == '%' && v.Length > 1) return v[^1] == '%' && Letters.IsIdentifier(v[1..^1]) || v is "%s" or "%d" or "%v" or "%q" or "%w"
            || v[1] is '(' or '{';
        if (v[0] == '@' && v.Length > 1) return Letters.IsIdentifier(v[1..]);
        if (v[0] == '{') return v[^1] == '}' && !Letters.HasDigit(v) || v.StartsWith("{{", StringComparison.Ordinal);
        if (v[0] == '<') return v[^1] == '>' && Words.AreWords(v[1..^1].Trim()) || v[^1] == '>' && v.Contains(' ');
        if (v[0] == '(') return v[^1] == ')' && !Letters.HasDigit(v);
        if (v[0] == '[') return v[^1] == ']' && !Letters.HasDigit(v);
        foreach (var start in s_lookUps)
        {
            // All but a few differ in the first character.
            if (((start[0] ^ v[0]) & ~0x20) == 0 && v.StartsWith(start, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    /// <summary>Stands for a value that is not there: stars, <c>your-key-here</c>, a mark of the redactor, the name of a type.</summary>
    public static bool IsPlaceholder(ReadOnlySpan<char> v)
    {
        if (v.IsEmpty || v.StartsWith(Redactor.MarkStart, StringComparison.Ordinal)) return true;
        if (!v.ContainsAnyExcept(v[0]) && v.Length > 2 || !v.ContainsAnyExcept(s_blanks)) return true;
        if (v.StartsWith("your", StringComparison.OrdinalIgnoreCase) && !Letters.HasDigit(v) || v.EndsWith("EXAMPLE") || IsAbbreviated(v)) return true;
        if (v.StartsWith("example", StringComparison.OrdinalIgnoreCase) || v.StartsWith("my-", StringComparison.OrdinalIgnoreCase) && !Letters.HasDigit(v))
            return true;
        return s_stopWords.Contains(v.TrimEnd(".,;:!?)]}>|"));
    }

    /// <summary>The start of something and three dots: so long as it is only a start.</summary>
    private static bool IsAbbreviated(ReadOnlySpan<char> v)
    {
        var start = v.TrimEnd(".…");
        return start.Length < v.Length && (v.EndsWith("…") || v.EndsWith("...")) && (start.Length <= 16 || !Letters.HasDigit(start));
    }

    /// <summary><c>getPassword(user)</c>, <c>event["pk"]</c>, <c>a.b().c</c>: words, then a bracket.</summary>
    public static bool IsCall(ReadOnlySpan<char> v, Sureness sure)
    {
        // The first of several: (Make(a), b).
        v = v.TrimStart("!(").TrimEnd(";,");
        var bracket = v[..Math.Min(v.Length, LongestName)].IndexOfAny('(', '[', '<');
        if (bracket < 2 || sure is Sureness.Environment or Sureness.Prose || v.ContainsAnyExcept(s_code)) return false;
        // Cut at a blank among its arguments, it has no end: then it is one if it looks like words throughout.
        var isClosed = v[^1] is '(' or ')' or '[' or ']' or '<' or '>' or '?';
        if (!isClosed && (Letters.HasDigit(v) && !v[..bracket].Contains('.') || Words.AreLettersByChance(v[bracket..]))) return false;
        var name = v[..bracket];
        return char.IsAsciiLetter(name[0]) && (Words.AreWords(name) || isClosed && AreNamesOfCode(name)) && !Words.AreLettersByChance(name);
    }

    /// <summary><c>SHA256.HashData</c>, <c>Base64Url.Encode</c>: a type with a number in its name, and what it does.</summary>
    private static bool AreNamesOfCode(ReadOnlySpan<char> name)
    {
        if (!name.Contains('.')) return false;
        foreach (var range in name.Split('.'))
        {
            var part = name[range];
            if (part.IsEmpty || !char.IsAsciiLetterUpper(part[0])) return false;
            var first = part.IndexOfAnyInRange('0', '9');
            var last = part.LastIndexOfAnyInRange('0', '9');
            if (first < 0 ? !Words.AreWords(part) : first < 3 || last - first > 2 || part[first..last].ContainsAnyExceptInRange('0', '9')
                || !Words.AreWords(part[..first]) || !Words.AreWords(part[(last + 1)..])) return false;
        }
        return true;
    }

    private static bool NamesAKey(ReadOnlySpan<char> v)
    {
        foreach (var word in s_keyWords)
        {
            if (v.Contains(word, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    /// <summary>A file or folder whose parts are words; base64 may hold a slash too.</summary>
    private static bool IsWordPath(ReadOnlySpan<char> v)
    {
        if (!v.ContainsAny('/', '\\')) return false;
        if (v.StartsWith("http", StringComparison.OrdinalIgnoreCase) && v.Contains("://", StringComparison.Ordinal)) return true;
        var isRooted = v[0] is '/' or '~' or '.' || v.Length > 2 && v[1] == ':' && v[2] is '\\' or '/';
        return Words.AreWords(v) && !(v.ContainsAny("+=") || !isRooted && Words.AreLettersByChance(v)) || isRooted && v.Length > 3
            && v[1] is '/' or '\\' or '.';
    }

    /// <summary><c>config.database.password</c>, <c>_settings.Value</c>: code.</summary>
    private static bool IsMember(ReadOnlySpan<char> v)
    {
        if (!v.Contains('.') || v.ContainsAny(s_signs) || v.ContainsAny("/-")) return false;
        foreach (var range in v.Split('.'))
        {
            var part = v[range].Trim('_');
            if (!Letters.IsIdentifier(part) || !Words.AreWords(part) && (part.Length > 20 || Words.AreLettersByChance(part))) return false;
        }
        return !Words.AreLettersByChance(v);
    }

    private static bool IsColor(ReadOnlySpan<char> v) => v[0] == '#' && v.Length is 4 or 5 or 7 or 9 && !v[1..].ContainsAnyExcept(Letters.Hex);

    /// <summary>Numbers with signs between, as dates, versions and addresses have.</summary>
    private static bool IsDateOrVersion(ReadOnlySpan<char> v)
    {
        if (v[0] is 'v' or 'V') v = v[1..];
        return !v.IsEmpty && char.IsAsciiDigit(v[0]) && v.ContainsAny(".:-/") && !v.ContainsAnyExcept(s_dates);
    }
}
