using System.Buffers;

namespace Observatory.Core.Privacy.Secrets;

/// <summary>Secrets that show by their form, but not by a prefix alone. Each method returns where to go on; its own place where there is nothing.</summary>
internal static class OtherShapes
{
    /// <summary>Behind an access key id or the word "aws", a secret key is looked for as far as this.</summary>
    private const int AwsReach = 200;

    private const int LongestLogin = 300;

    private static readonly SearchValues<char> s_urlEnds = SearchValues.Create(" \t\r\n\"'<>`\\");

    /// <summary><c>AKIA…</c>: sixteen capital letters and digits.</summary>
    public static int AwsId(ref Scan scan, int at)
    {
        if (!scan.StartsAlone(at)) return at;
        var end = scan.RunEnd(at, CharSet.Alnum);
        var token = scan.Text[at..end];
        if (token.ContainsAnyInRange('a', 'z') || token.Length != 20 && !(end == scan.Text.Length && token.Length >= 10)) return at;
        if (token.EndsWith("EXAMPLE", StringComparison.Ordinal) || !Letters.HasDigit(token) && !Words.AreLettersByChance(token[4..])) return at;
        scan.Add(at, end, "aws-id");
        return AwsSecret(ref scan, end);
    }

    /// <summary>Forty characters of base64 on the same line, or the next.</summary>
    public static int AwsSecret(ref Scan scan, int at)
    {
        var i = Math.Max(at, scan.AwsEnd);
        var limit = Math.Min(scan.Text.Length, at + AwsReach);
        while (i < limit)
        {
            if (!char.IsAsciiLetterOrDigit(scan.Text[i]) && scan.Text[i] is not ('/' or '+'))
            {
                i++;
                continue;
            }
            var end = i;
            while (end < scan.Text.Length && (char.IsAsciiLetterOrDigit(scan.Text[end]) || scan.Text[end] is '/' or '+')) end++;
            var word = scan.Text[i..end];
            if (word.Length == 40 && scan.At(end) != '=' && Letters.IsMixed(word) && Letters.Entropy(word) >= 4) scan.Add(i, end, "aws-secret");
            i = end;
        }
        scan.AwsEnd = Math.Max(scan.AwsEnd, i);
        return at;
    }

    /// <summary>Three or five parts of base64 with dots between, the first one a JSON object.</summary>
    public static int Jwt(ref Scan scan, int at)
    {
        if (!scan.StartsAlone(at) && scan.At(at - 1) != '_') return at;
        var end = scan.RunEnd(at, CharSet.Dotted);
        var token = scan.Text[at..end].TrimEnd('.');
        var first = token.IndexOf('.');
        if (first < 0 ? end != scan.Text.Length || token.Length < 24 : first < 15) return at;
        if (first >= 0 && token[(first + 1)..].IndexOf('.') < 0 && end != scan.Text.Length) return at;
        scan.Add(at, at + token.Length, "jwt");
        return at + token.Length;
    }

    /// <summary><c>…8Q~…</c>: three characters, a digit, the mark, and some thirty more.</summary>
    public static int AzureSecret(ref Scan scan, int at)
    {
        var start = at - 4;
        if (start < 0 || !char.IsAsciiDigit(scan.Text[at - 1])) return at;
        var end = at + 2;
        while (end < scan.Text.Length && end - at < 48 && (CharSet.Dotted.Has(scan.Text[end]) || scan.Text[end] == '~')) end++;
        if (end - at < 30 && end != scan.Text.Length) return at;
        scan.Add(start, end, "azure");
        return end;
    }

    /// <summary>Fourteen characters, <c>.atlasv1.</c>, and sixty more.</summary>
    public static int Terraform(ref Scan scan, int at)
    {
        var end = scan.RunEnd(at + 1, CharSet.Dotted);
        if (at < 14 || end - at < 40 && end != scan.Text.Length) return at;
        scan.Add(at - 14, end, "terraform");
        return end;
    }

    /// <summary>Addresses whose path lets anyone post: the part behind the host.</summary>
    public static int Hook(ref Scan scan, int at, string host, int least)
    {
        var start = at + host.Length;
        var end = scan.RunEnd(start, CharSet.Path);
        if (end - start < least) return at;
        scan.Add(start, end, "hook");
        return end;
    }

    /// <summary><c>/api/webhooks/NUMBER/TOKEN</c>.</summary>
    public static int DiscordHook(ref Scan scan, int at)
    {
        var start = at + "/api/webhooks/".Length;
        while (char.IsAsciiDigit(scan.At(start))) start++;
        if (scan.At(start) != '/') return at;
        var end = scan.RunEnd(start + 1, CharSet.Url);
        if (end - start < 30) return at;
        scan.Add(start + 1, end, "hook");
        return end;
    }

    /// <summary>The key of a 1Password account: <c>A3-XXXXXX-XXXXXX-XXXXX-…</c>.</summary>
    public static int OnePassword(ref Scan scan, int at)
    {
        if (!scan.StartsAlone(at)) return at;
        var (end, groups) = (at + 3, 0);
        while (true)
        {
            var start = end;
            while (end < scan.Text.Length && (char.IsAsciiLetterUpper(scan.Text[end]) || char.IsAsciiDigit(scan.Text[end]))) end++;
            if (end - start is not (5 or 6)) break;
            groups++;
            if (scan.At(end) != '-') break;
            end++;
        }
        if (groups < 5) return at;
        scan.Add(at, end, "onepassword");
        return end;
    }

    /// <summary>Private numbers of a JSON web key: <c>"d":"…"</c> and its like.</summary>
    public static int KeyNumber(ref Scan scan, int at)
    {
        // The place is that of the quotation mark behind the letter.
        if (scan.At(at - 2) != '"' || scan.At(at - 1) is not ('d' or 'p' or 'q' or 'k')) return at;
        var start = scan.SkipBlanks(at + 2, 4);
        if (scan.At(start) != '"') return at;
        var end = scan.RunEnd(start + 1, CharSet.Base64);
        if (end - start < 32 || !Letters.IsMixed(scan.Text[(start + 1)..end])) return at;
        scan.Add(start + 1, end, "private-key");
        return end;
    }

    /// <summary>Name and password, or a token alone, before the host of an address.</summary>
    public static int Url(ref Scan scan, int at)
    {
        var start = at + 3;
        // Nearly no address has a name before its host; where the next @ stands is known from the last look.
        if (scan.NextAt(start) - start > LongestLogin) return at;
        var limit = Math.Min(scan.Text.Length, start + LongestLogin + 100);
        var room = scan.Text[start..limit];
        var length = room.IndexOfAny(s_urlEnds);
        if (length >= 0) room = room[..length];
        var sign = -1;
        // The last one before a host: passwords hold an @ or a slash now and then.
        for (var i = room.IndexOf('@'); i >= 0;)
        {
            var after = start + i + 1;
            if (IsHost(scan, after)) sign = i;
            var more = room[(i + 1)..].IndexOf('@');
            i = more < 0 ? -1 : i + 1 + more;
            if (sign >= 0 && room[..Math.Max(i, 0)].IndexOfAny('/', '?') > sign) break;
        }
        if (sign <= 0) return at;
        var user = room[..sign];
        var colon = user.IndexOf(':');
        if (user.IndexOfAny('?', '#') is var query and >= 0 && (colon < 0 || query < colon)) return at;
        if (user.IndexOf('/') is var slash and >= 0 && (colon < 0 || slash < colon || IsPort(user[(colon + 1)..slash]))) return at;
        if (colon < 0) return Login(ref scan, at, start, user);
        if (user[(colon + 1)..].IndexOf("://") >= 0) return at;
        var password = user[(colon + 1)..];
        if (password.IsEmpty || Values.IsReference(password) || Values.IsPlaceholder(password) || password is "PASSWORD" or "PASS" or "password"
            || scan.IsMark(start + colon + 1)) return at;
        scan.Add(start + colon + 1, start + sign, "url-password");
        return start + sign;
    }

    /// <summary>A token in the place of the name: <c>https://TOKEN@host</c>.</summary>
    private static int Login(ref Scan scan, int at, int start, ReadOnlySpan<char> user)
    {
        if (user.Length < 20 || user.Contains('.') || !Words.IsMadeByChance(user) || !Letters.HasDigit(user) || scan.IsMark(start)) return at;
        scan.Add(start, start + user.Length, "url-password");
        return start + user.Length;
    }

    private static bool IsHost(in Scan scan, int at) => char.IsAsciiLetterOrDigit(scan.At(at)) || scan.At(at) is '[' or '$' or '/' or '<' or '{' or '(';

    private static bool IsPort(ReadOnlySpan<char> v) => v.Length is > 0 and <= 5 && !v.ContainsAnyExceptInRange('0', '9');

    /// <summary><c>scott/PASSWORD@db</c> behind <c>thin:</c>.</summary>
    public static int OracleThin(ref Scan scan, int at)
    {
        var end = scan.WordEnd(at);
        var word = scan.Text[at..Math.Min(end, at + 300)];
        var slash = word.IndexOf('/');
        var sign = word.IndexOf('@');
        if (slash <= 0 || sign <= slash + 1 || scan.IsMark(at + slash + 1)) return at;
        scan.Add(at + slash + 1, at + sign, "password");
        return at + sign;
    }

    /// <summary><c>IDENTIFIED BY 'X'</c> of SQL, <c>pass:X</c> of openssl.</summary>
    public static int Identified(ref Scan scan, int at, string word)
    {
        var start = at + word.Length;
        if (word == "pass:" && scan.At(at - 1) is not (' ' or '"' or '\'')) return at;
        var quote = scan.At(start);
        if (quote is '"' or '\'') start++;
        else if (word != "pass:") return at;
        var end = quote is '"' or '\'' ? scan.NextQuote(quote, start) : scan.WordEnd(start);
        if (end - start is < 3 or > 300 || scan.LineEnd(start) < end) return at;
        var value = scan.Text[start..end];
        if (Values.IsPlaceholder(value) || Values.IsReference(value)) return at;
        if (word == "pass:" && !scan.Text[Math.Max(0, at - 12)..at].Contains("-pass", StringComparison.Ordinal)) return at;
        scan.Add(start, end, "password");
        return end;
    }

    /// <summary>A mark that was left earlier: nothing in it is looked at again.</summary>
    public static int Mark(ref Scan scan, int at)
    {
        var end = at + Redactor.MarkStart.Length;
        while (end < scan.Text.Length && end - at < 48 && (char.IsAsciiLetterLower(scan.Text[end]) || scan.Text[end] is '-' or ':')) end++;
        return scan.At(end) == ']' ? end + 1 : at;
    }

    /// <summary>A line of a pgpass file: <c>HOST:PORT:DATABASE:USER:PASSWORD</c>; the place is that of the port's colon.</summary>
    public static int Pgpass(ref Scan scan, int at, int length)
    {
        var end = scan.WordEnd(at);
        var rest = scan.Text[(at + length)..Math.Min(end, at + 300)];
        var first = rest.IndexOf(':');
        var second = first < 0 ? -1 : rest[(first + 1)..].IndexOf(':');
        if (second < 0) return at;
        var start = at + length + first + second + 2;
        if (end - start < 3 || scan.IsMark(start) || rest[..first].Contains('/')) return at;
        scan.Add(start, end, "password");
        return end;
    }
}
