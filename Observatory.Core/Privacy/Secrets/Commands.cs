using System.Buffers;

namespace Observatory.Core.Privacy.Secrets;

/// <summary>
/// Passwords in command lines, where a flag means a password with one command and something else with the next. A command is read once,
/// over continued lines, up to its end.
/// </summary>
internal static class Commands
{
    private const int LongestLine = 4_096;
    private const int LongestArgument = 400;

    private enum Form
    {
        /// <summary>The whole value.</summary>
        Whole,

        /// <summary><c>user:password</c>.</summary>
        Login,

        /// <summary><c>user%password</c>.</summary>
        Percent,

        /// <summary><c>name=value; …</c>.</summary>
        Cookies,
    }

    /// <param name="Flag">With its hyphens. A short one may stand glued to its value.</param>
    /// <param name="Form">What of the value is secret.</param>
    /// <param name="IsGluedOnly">Standing alone, the flag asks for the password.</param>
    /// <param name="Verb">It means a password behind this word only.</param>
    private readonly record struct Option(string Flag, Form Form, bool IsGluedOnly = false, string? Verb = null);

    private static readonly SearchValues<char> s_ports = SearchValues.Create("0123456789.:-/tcpud");

    private static readonly Dictionary<string, Option[]> s_commands = Build(
        ("sshpass", [new("-p", Form.Whole)]),
        ("mysql mysqldump mysqladmin mysqlimport mysqlshow mysqlcheck mariadb mariadb-dump", [new("-p", Form.Whole, IsGluedOnly: true)]),
        ("docker podman nerdctl buildah skopeo oras crane az helm", [new("-p", Form.Whole, Verb: "login")]),
        ("mongosh mongo mongodump mongorestore mongoexport mongoimport", [new("-p", Form.Whole)]),
        ("redis-cli valkey-cli keydb-cli", [new("-a", Form.Whole)]),
        ("unzip zip", [new("-P", Form.Whole)]),
        ("7z 7za 7zz rar unrar", [new("-p", Form.Whole, IsGluedOnly: true)]),
        ("curl", [new("-u", Form.Login), new("--user", Form.Login), new("-U", Form.Login), new("--proxy-user", Form.Login), new("-b", Form.Cookies),
            new("--cookie", Form.Cookies)]),
        ("http https xh xhs", [new("-a", Form.Login), new("--auth", Form.Login)]),
        ("nuget", [new("-k", Form.Whole), new("-ApiKey", Form.Whole)]),
        ("ldapsearch ldapadd ldapmodify ldapdelete ldapwhoami", [new("-w", Form.Whole)]),
        ("sqlcmd bcp tsql osql mssql-cli", [new("-P", Form.Whole)]),
        ("smbclient rpcclient smbget", [new("-U", Form.Percent)]),
        ("snmpwalk snmpget snmpset", [new("-A", Form.Whole), new("-X", Form.Whole)]),
        ("mosquitto_pub mosquitto_sub", [new("-P", Form.Whole)]),
        ("ssh-keygen", [new("-N", Form.Whole), new("-P", Form.Whole)]),
        ("cqlsh influx clickhouse-client rclone vncviewer rdesktop", [new("-p", Form.Whole)]),
        ("useradd usermod", [new("-p", Form.Whole)]));

    /// <summary>Commands whose secret is no flag's value; each is a word that the engine looks for.</summary>
    public static IEnumerable<string> Names =>
        [.. s_commands.Keys, "sqlplus", "net user", "chpasswd", "sudo -S", "requirepass", "masterauth", "cargo login", "authtoken", "htpasswd", "add_user",
        "change_password", "vault login"];

    private static Dictionary<string, Option[]> Build(params (string Names, Option[] Options)[] commands) =>
        commands.SelectMany(c => c.Names.Split(' ').Select(n => (Name: n, c.Options))).ToDictionary(c => c.Name, c => c.Options, StringComparer.Ordinal);

    public static int Try(ref Scan scan, int at, string name)
    {
        var after = at + name.Length;
        if (at < scan.CommandEnd && s_commands.ContainsKey(name)) return 0;
        if (!scan.StartsAlone(at) && scan.At(at - 1) != '_' || char.IsAsciiLetterOrDigit(scan.At(after)) || scan.At(after) is '_' or '=' or ':') return 0;
        switch (name)
        {
            case "sqlplus":
                return Slash(ref scan, scan.SkipBlanks(after, 4));
            case "net user":
                return Argument(ref scan, after, skip: 1);
            case "requirepass" or "masterauth" or "cargo login" or "authtoken" or "vault login":
                return Argument(ref scan, after, skip: 0);
            case "add_user" or "change_password":
                return Argument(ref scan, after, skip: 1);
            case "chpasswd":
                return Echoed(ref scan, at, isLogin: true);
            case "sudo -S":
                return Echoed(ref scan, at, isLogin: false);
            case "htpasswd":
                return LastArgument(ref scan, after);
            default:
                return Line(ref scan, after, s_commands[name]);
        }
    }

    private static int Line(ref Scan scan, int at, Option[] options)
    {
        var end = CommandEnd(ref scan, at, LongestLine);
        scan.CommandEnd = end;
        var start = at;
        while (at < end)
        {
            at = scan.SkipBlanks(at, int.MaxValue - at);
            if (at >= end) break;
            var word = Token(ref scan, at, end);
            if (scan.Text[at] == '-')
            {
                foreach (var option in options)
                {
                    var value = ValueOf(ref scan, at, word, end, option);
                    if (value < 0 || option.Verb is { } verb && !scan.Text[start..at].Contains(verb, StringComparison.Ordinal)) continue;
                    var valueEnd = Token(ref scan, value, end);
                    Take(ref scan, value, valueEnd, option.Form);
                    word = Math.Max(word, valueEnd);
                    break;
                }
            }
            at = Math.Max(word, at + 1);
        }
        // Names and headers inside of the line are for the other rules.
        return -1;
    }

    /// <summary>Where the value of the option begins, or -1 where this word is another flag.</summary>
    private static int ValueOf(ref Scan scan, int at, int word, int end, Option option)
    {
        var text = scan.Text[at..word];
        if (option.Flag.StartsWith("--", StringComparison.Ordinal) || option.Flag.Length > 2)
        {
            if (!text.StartsWith(option.Flag, StringComparison.Ordinal)) return -1;
            if (text.Length == option.Flag.Length) return Next(scan, word, end);
            return text[option.Flag.Length] == '=' ? at + option.Flag.Length + 1 : -1;
        }
        if (text.Length >= 2 && text[1] == option.Flag[1])
        {
            if (text.Length == 2) return option.IsGluedOnly ? -1 : Next(scan, word, end);
            return text[2] == '=' ? at + 3 : at + 2;
        }
        // -su user:password: several flags in one, the last takes the value.
        if (option.Form == Form.Login && text.Length is > 2 and < 6 && text[^1] == option.Flag[1] && !text[1..].ContainsAnyExceptInRange('a', 'z'))
            return Next(scan, word, end);
        return -1;
    }

    private static int Next(in Scan scan, int at, int end)
    {
        at = scan.SkipBlanks(at, 16);
        return at < end ? at : -1;
    }

    private static void Take(ref Scan scan, int start, int end, Form form)
    {
        if (start < end && scan.Text[start] is '"' or '\'')
        {
            start++;
            if (end > start && scan.Text[end - 1] == scan.Text[start - 1]) end--;
        }
        if (form == Form.Cookies)
        {
            Headers.Pairs(ref scan, start, end);
            return;
        }
        if (form != Form.Whole)
        {
            var sign = scan.Text[start..end].IndexOf(form == Form.Login ? ':' : '%');
            if (sign < 0) return;
            start += sign + 1;
        }
        var value = scan.Text[start..end];
        if (value.Length < 2 || scan.IsMark(start) || Values.IsPlaceholder(value) || Values.IsReference(value) || IsPorts(value)) return;
        scan.Add(start, end, "password");
    }

    /// <summary><c>docker run -p 8080:80</c> speaks of ports, <c>mkdir -p a/b</c> of folders.</summary>
    private static bool IsPorts(ReadOnlySpan<char> v) =>
        !v.ContainsAnyExcept(s_ports) && v.ContainsAnyInRange('0', '9') && (v.Contains(':') || v.Length <= 5) || v[0] is '/' or '.' or '-';

    /// <summary>Behind so many words, the next one is the secret.</summary>
    private static int Argument(ref Scan scan, int at, int skip)
    {
        var end = CommandEnd(ref scan, at);
        for (var i = 0; i <= skip; i++)
        {
            at = scan.SkipBlanks(at, 16);
            if (at >= end) return at;
            var stop = Token(ref scan, at, end);
            if (i == skip && scan.Text[at] is not ('-' or '/') && Values.StandsOut(scan.Text[at..stop])) Take(ref scan, at, stop, Form.Whole);
            at = stop;
        }
        return at;
    }

    private static int LastArgument(ref Scan scan, int at)
    {
        var end = CommandEnd(ref scan, at);
        var (last, words, isGiven) = (at, 0, false);
        while ((at = scan.SkipBlanks(at, 16)) < end)
        {
            var stop = Token(ref scan, at, end);
            if (scan.Text[at] == '-') isGiven |= scan.Text[at..stop].Contains('b');
            else words++;
            (last, at) = (at, Math.Max(stop, at + 1));
        }
        if (isGiven && words == 3) Take(ref scan, last, end, Form.Whole);
        return end;
    }

    /// <summary><c>echo SECRET | sudo -S</c>: what was printed before the bar.</summary>
    private static int Echoed(ref Scan scan, int at, bool isLogin)
    {
        var after = at + 1;
        var bar = at - 1;
        for (; bar >= 0 && at - bar < 40; bar--)
        {
            if (scan.Text[bar] == '|') break;
            if (scan.Text[bar] is not (' ' or '\t') && !char.IsAsciiLetter(scan.Text[bar]) && scan.Text[bar] is not ('/' or '-')) return after;
        }
        if (bar < 1 || scan.Text[bar] != '|') return after;
        var end = bar;
        while (end > 0 && scan.Text[end - 1] is ' ' or '\t') end--;
        var start = end;
        while (start > 0 && end - start < 200 && scan.Text[start - 1] > ' ') start--;
        var before = scan.Text[Math.Max(0, start - 24)..start];
        if (!before.Contains("echo", StringComparison.Ordinal) && !before.Contains("printf", StringComparison.Ordinal)
            && !before.Contains("<<<", StringComparison.Ordinal)) return after;
        Take(ref scan, start, end, isLogin ? Form.Login : Form.Whole);
        return after;
    }

    /// <summary><c>sqlplus NAME/PASSWORD@…</c>.</summary>
    private static int Slash(ref Scan scan, int at)
    {
        while (scan.At(at) == '-')
        {
            at = scan.SkipBlanks(scan.WordEnd(at), 4);
        }
        var end = scan.WordEnd(at);
        var word = scan.Text[at..end];
        var slash = word.IndexOf('/');
        if (slash < 1) return end;
        var sign = word.LastIndexOf('@');
        if (word.IndexOf("@//") is var exact and > 0) sign = exact;
        Take(ref scan, at + slash + 1, sign > slash ? at + sign : end, Form.Whole);
        return end;
    }

    private static int CommandEnd(ref Scan scan, int at, int most = LongestArgument)
    {
        var end = Math.Min(scan.LineEnd(at), at + most);
        // Separators end a command only where they stand alone: passwords hold them too.
        for (var i = at; i < end; i++)
        {
            var sign = scan.Text[i..end].IndexOfAny('|', ';', '&');
            if (sign < 0) break;
            i += sign;
            if (scan.At(i - 1) == ' ' && scan.At(scan.At(i + 1) == scan.Text[i] ? i + 2 : i + 1) == ' ') return i;
        }
        return end;
    }

    /// <summary>End of the word that begins here, quotation marks respected.</summary>
    private static int Token(ref Scan scan, int at, int end)
    {
        while (at < end && scan.Text[at] is not (' ' or '\t'))
        {
            if (scan.Text[at] is '"' or '\'')
            {
                var close = scan.NextQuote(scan.Text[at], at + 1);
                at = close < end ? close + 1 : end;
            }
            else at++;
        }
        return at;
    }
}
