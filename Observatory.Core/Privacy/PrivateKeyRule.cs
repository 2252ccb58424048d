using System.Text.RegularExpressions;

namespace Observatory.Core.Privacy;

/// <summary>
/// Private keys as blocks of text: whole ones, ones whose end or start the source cut off, and the bare body of an OpenSSH key. Lines
/// may be real ones, escaped ones (<c>\n</c> inside JSON) or numbered ones (as tools print files).
/// </summary>
internal sealed partial class PrivateKeyRule : ITextRule
{
    private const string Kind = "private-key";
    private const string Begin = "-----BEGIN ";
    private const string End = "-----END ";
    private const string Putty = "PuTTY-User-Key-File-";
    private const string OpenSsh = "b3BlbnNzaC1rZXkt";

    public void Find(string text, List<Finding> found, Deadline watch)
    {
        if (text.Contains("PRIVATE KEY", StringComparison.Ordinal)) FindBlocks(text, found, watch);
        for (var at = 0; (at = text.IndexOf(Putty, at, StringComparison.Ordinal)) >= 0;)
        {
            watch.Check();
            if (at + Putty.Length >= text.Length || !char.IsAsciiDigit(text[at + Putty.Length]))
            {
                at += Putty.Length;
                continue;
            }
            var mac = PuttyEnd().Match(text, at);
            var end = mac.Success ? mac.Index + mac.Length : text.Length;
            found.Add(new Finding(at, end, Kind));
            at = end;
        }
        for (var at = 0; (at = text.IndexOf(OpenSsh, at, StringComparison.Ordinal)) >= 0;)
        {
            watch.Check();
            var end = at + Body().Match(text, at).Length;
            if (end - at > 2 * OpenSsh.Length) found.Add(new Finding(at, end, Kind));
            at = Math.Max(end, at + 1);
        }
    }

    private static void FindBlocks(string text, List<Finding> found, Deadline watch)
    {
        var covered = 0;
        for (var at = 0; (at = text.IndexOf("-----", at, StringComparison.Ordinal)) >= 0;)
        {
            watch.Check();
            if (Head().Match(text, at) is { Success: true } head)
            {
                var after = at + head.Length;
                var tail = EndOf(text, after);
                var end = tail >= 0 ? tail : after + Body().Match(text, after).Length;
                // A name alone, as in a search for keys, holds no secret.
                if (tail >= 0 && end - after > Begin.Length + 60 || end > after) found.Add(new Finding(at, end, Kind));
                at = covered = Math.Max(end, after);
            }
            else if (Tail().Match(text, at) is { Success: true } tail)
            {
                var start = BodyBefore(text, at, covered);
                if (start < at) found.Add(new Finding(start, at + tail.Length, Kind));
                at = covered = at + tail.Length;
            }
            else at += "-----".Length;
        }
    }

    /// <summary>Behind the next end line, or −1 where there is none before another key starts.</summary>
    private static int EndOf(string text, int from)
    {
        var end = text.IndexOf(End, from, StringComparison.Ordinal);
        if (end < 0) return -1;
        var other = text.IndexOf(Begin, from, end - from, StringComparison.Ordinal);
        if (other >= 0 || Tail().Match(text, end) is not { Success: true } tail) return -1;
        return end + tail.Length;
    }

    /// <summary>Start of the lines of base64 that end at <paramref name="at"/>.</summary>
    private static int BodyBefore(string text, int at, int from)
    {
        var start = at;
        for (var i = at - 1; i >= from; i--)
        {
            var c = text[i];
            if (char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=' or '\\')
            {
                start = i;
                continue;
            }
            if (c is not ('\r' or '\n' or ' ' or '\t' or '"' or '\'' or ',')) break;
            // A gap belongs to the key where a long run of base64 stands before it.
            var word = i;
            while (word > from && text[word - 1] is '\r' or '\n' or ' ' or '\t' or '"' or '\'' or ',') word--;
            var run = word;
            while (run > from && (char.IsAsciiLetterOrDigit(text[run - 1]) || text[run - 1] is '+' or '/' or '=' or '\\')) run--;
            if (word - run < 16) break;
            start = run;
            i = run;
        }
        return start;
    }

    [GeneratedRegex(@"\G-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Head();

    [GeneratedRegex(@"\G-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Tail();

    // Atomic throughout: each character is looked at once.
    [GeneratedRegex(
        """\G(?>(?:[\s"',|>→\-]|\\[nrt]|[0-9]{1,6}(?=[→|\t:]))*(?:(?:Proc-Type|DEK-Info|Version|Comment|Hash):[^\n\\]{0,100}|[A-Za-z0-9+/=]{16,}|[A-Za-z0-9+/=]{1,15}(?=\s*\z)))+""",
        RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Body();

    [GeneratedRegex(@"Private-MAC:\s*[0-9a-f]*", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PuttyEnd();
}
