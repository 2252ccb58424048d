namespace Observatory.Core.Privacy.Secrets;

/// <summary>
/// Runs of letters, digits and a few signs that are too long for a word: what issuers mark in the middle or at the end of a token, and
/// what looks like a token with a prefix of an issuer that is not in the list. Looks at every 24th character only until a run is met.
/// </summary>
internal static class LongRuns
{
    /// <summary>The kind of what looks like a token, but is of no issuer that is known.</summary>
    public const string Unnamed = "token";

    private const int Least = 25;

    /// <summary>Parts before the one made by chance that say what it is: hashes, ids, names of files.</summary>
    private static readonly HashSet<string> s_harmless = new(
        [
            "sha1", "sha256", "sha384", "sha512", "md5", "h1", "blake3", "integrity", "digest", "etag", "chunk", "bundle", "commit", "rev", "tree",
            "index", "vendor", "toolu", "srvtoolu", "msg", "req",
            "chatcmpl", "cmpl", "resp", "run", "thread", "asst", "file", "org", "proj", "project", "user", "usr", "sess", "session", "call", "cus", "evt",
            "pi", "ch", "price", "prod", "sub", "in", "acct",
            "seti", "pm", "src", "tok", "card", "inv", "ws", "conv", "agent", "task", "job", "batch", "step", "trace", "span", "event", "container",
            "image", "layer", "snapshot", "build", "deploy", "dpl",
            "prj", "team", "v1", "v2", "pk", "id", "uid", "uuid", "guid", "hash", "key", "ref", "page", "item", "node", "data", "css", "jsx", "module",
            "styles", "next", "static", "cache", "nar", "store",
        ],
        StringComparer.OrdinalIgnoreCase);

    public static void Find(ref Scan scan)
    {
        var text = scan.Text;
        for (var at = Least - 1; at < text.Length; at += Least)
        {
            if (!CharSet.Dotted.Has(text[at])) continue;
            var start = at;
            while (start > 0 && CharSet.Dotted.Has(text[start - 1])) start--;
            var end = at + 1;
            while (end < text.Length && CharSet.Dotted.Has(text[end])) end++;
            if (end - start >= Least && !scan.IsMark(start - 1)) Try(ref scan, start, end);
            at = end;
        }
    }

    private static void Try(ref Scan scan, int start, int end)
    {
        var run = scan.Text[start..end].TrimEnd('.').TrimEnd('-');
        var head = run.TrimStart('-').TrimStart('.');
        start += run.Length - head.Length;
        if (head.Length < Least || head.Length > 4_096) return;
        // Base64 with slashes and pluses around is a blob, no token.
        if (scan.At(start - 1) is '/' or '+' && scan.At(start + head.Length) is '/' or '+' or '=') return;
        var (from, length, kind) = Marked(head);
        if (length == 0) (from, length, kind) = Prefixed(scan, start, head);
        if (length > 0) scan.Add(start + from, start + from + length, kind);
    }

    /// <summary>Issuers' marks that stand in the middle or at the end.</summary>
    private static (int From, int Length, string Kind) Marked(ReadOnlySpan<char> v)
    {
        if (v.Length == 40 && v.EndsWith("NRAL", StringComparison.Ordinal)) return (0, 40, "newrelic");
        if (v.Length == 84 && v[76..].StartsWith("AZDO", StringComparison.Ordinal)) return (0, 84, "azure-devops");
        if (v.Length is > 60 and < 100 && v.Contains("JQQJ99", StringComparison.Ordinal)) return (0, v.Length, "azure");
        if (v.Length == 34 && v.StartsWith("SK", StringComparison.Ordinal) && IsHex(v[2..])) return (0, 34, "twilio");
        if (v.Contains("T3BlbkFJ", StringComparison.Ordinal)) return (0, v.Length, "openai");
        if (v.Length is 26 or 28 && v.StartsWith("s.", StringComparison.Ordinal) && Letters.IsMixed(v[2..]) && Words.IsMadeByChance(v[2..]))
            return (0, v.Length, "vault");
        if (v.Length > 33 && v[32] == '-' && IsHex(v[..32]))
        {
            var rest = v[33..];
            if (rest.Length == 17 && rest[8] == '-' && IsHex(rest[..8]) && IsHex(rest[9..])) return (0, v.Length, "mailgun");
            if (rest.StartsWith("us", StringComparison.Ordinal) && rest.Length is 3 or 4) return (0, v.Length, "mailchimp");
        }
        var dot = v.IndexOf('.');
        if (dot is >= 23 and <= 28 && v[0] is 'M' or 'N' or 'O' && v.Length > dot + 30 && v[(dot + 1)..].IndexOf('.') is 6
            && Words.IsMadeByChance(v[(dot + 8)..])) return (0, v.Length, "discord");
        return default;
    }

    /// <summary>One or more short words, a sign, and then letters of both cases and digits that chance made: the form that new tokens have.</summary>
    private static (int From, int Length, string Kind) Prefixed(in Scan scan, int start, ReadOnlySpan<char> v)
    {
        if (!scan.StartsAlone(start) || scan.At(start - 1) is '/' or '+' or '=' && scan.At(start - 2) is not (' ' or '\0' or '\n')) return default;
        // A dot parts names of code; issuers use the other two.
        var body = v.LastIndexOfAny('_', '-') + 1;
        // A tail such as a checksum belongs to the token too.
        if (body > 1 && v.Length - body < 20 && v[..(body - 1)].LastIndexOfAny('_', '-') is var before and > 0) body = before + 1;
        if (body < 3 || v.Length - body < 24) return default;
        var name = v[..(body - 1)];
        if (!char.IsAsciiLetter(name[0]) || name.Length > 24 || !Words.AreWords(name)) return default;
        var first = name.IndexOfAny('_', '-', '.');
        if (s_harmless.GetAlternateLookup<ReadOnlySpan<char>>().Contains(first < 0 ? name : name[..first])) return default;
        var secret = v[body..];
        if (!Letters.IsMixed(secret) || Letters.Entropy(secret) < 3.6 || Words.AreWords(secret)) return default;
        // Ids are shorter than tokens, unless the prefix speaks of a key.
        return secret.Length >= 30 || KeyNames.SpeaksOfKeys(name) ? (0, v.Length, Unnamed) : default;
    }

    private static bool IsHex(ReadOnlySpan<char> v) => !v.IsEmpty && !v.ContainsAnyExcept(Letters.Hex);
}
