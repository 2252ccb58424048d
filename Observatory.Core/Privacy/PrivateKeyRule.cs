namespace Observatory.Core.Privacy;

/// <summary>
/// Private keys as blocks of text: whole ones, ones whose end or start the source cut off, and those of PuTTY and SSH2. Lines may be
/// quoted, indented, or have whatever a tool puts between them; escapes and line numbers are gone before.
/// </summary>
internal sealed class PrivateKeyRule : ITextRule
{
    private const string Kind = "private-key";
    private const string Putty = "PuTTY-User-Key-File-";
    private const int LongestName = 48;

    public void Find(ReadOnlySpan<char> text, List<Finding> found, Deadline watch)
    {
        if (text.Contains("PRIVATE KEY", StringComparison.Ordinal)) FindBlocks(text, found, watch);
        FindPutty(text, found, watch);
    }

    private static void FindPutty(ReadOnlySpan<char> text, List<Finding> found, Deadline watch)
    {
        for (var at = 0; Next(text, Putty, at) is var start and >= 0;)
        {
            watch.Check();
            at = start + Putty.Length;
            if (at >= text.Length || !char.IsAsciiDigit(text[at])) continue;
            var mac = Next(text, "Private-MAC:", at);
            var end = mac < 0 ? text.Length : mac + "Private-MAC:".Length;
            while (mac >= 0 && end < text.Length && (text[end] == ' ' || char.IsAsciiHexDigit(text[end]))) end++;
            found.Add(new Finding(start, end, Kind));
            at = end;
        }
    }

    private static void FindBlocks(ReadOnlySpan<char> text, List<Finding> found, Deadline watch)
    {
        var covered = 0;
        for (var at = 0; Next(text, "----", at) is var start and >= 0;)
        {
            watch.Check();
            var (isBegin, length) = Border(text, start);
            if (length == 0)
            {
                at = start + 4;
                while (at < text.Length && text[at] == '-') at++;
            }
            else if (isBegin)
            {
                var body = start + length;
                var end = BodyEnd(text, body);
                var hasTail = end < text.Length && Border(text, end) is { Length: > 0, IsBegin: false };
                // A name alone, as in a search for keys, holds no secret.
                var isKey = Payload(text[body..end]) >= (hasTail ? 40 : 16);
                if (hasTail) end += Border(text, end).Length;
                if (isKey) found.Add(new Finding(start, end, Kind));
                at = covered = Math.Max(end, body);
            }
            else
            {
                var head = BodyStart(text, start, covered);
                if (Payload(text[head..start]) >= 16) found.Add(new Finding(head, start + length, Kind));
                at = covered = start + length;
            }
        }
    }

    /// <summary>The line that opens or closes a key: <c>-----BEGIN RSA PRIVATE KEY-----</c>. Length 0: none stands here.</summary>
    private static (bool IsBegin, int Length) Border(ReadOnlySpan<char> text, int at)
    {
        var start = at;
        while (at < text.Length && text[at] == '-') at++;
        if (at < text.Length && text[at] == ' ') at++;
        var rest = text[at..];
        var isBegin = rest.StartsWith("BEGIN ", StringComparison.Ordinal);
        if (!isBegin && !rest.StartsWith("END ", StringComparison.Ordinal)) return (false, 0);
        at += isBegin ? 6 : 4;
        var name = at;
        while (at < text.Length && at - name < LongestName && (char.IsAsciiLetterUpper(text[at]) || char.IsAsciiDigit(text[at]) || text[at] == ' ')) at++;
        if (!text[name..at].Contains("PRIVATE KEY", StringComparison.Ordinal)) return (false, 0);
        var end = at;
        while (end < text.Length && text[end] == '-') end++;
        return end - at >= 4 ? (isBegin, end - start) : (false, 0);
    }

    /// <summary>Lines of base64, blank ones, and headers such as <c>Proc-Type: 4,ENCRYPTED</c>.</summary>
    private static int BodyEnd(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length)
        {
            var c = text[at];
            if (IsBetween(c) || IsBase64(c))
            {
                var start = at;
                while (at < text.Length && IsBase64(text[at])) at++;
                if (at > start && at < text.Length && text[at] is ':' or '-')
                {
                    if (!IsHeader(text, start)) return start;
                    while (at < text.Length && text[at] != '\n') at++;
                }
                else if (at > start && at - start < 16 && at < text.Length && !IsEnd(text, at)) return start;
                else if (at == start) at++;
            }
            else if (text[at..].StartsWith(Redactor.MarkStart, StringComparison.Ordinal) || c != '-' || Border(text, at).Length > 0) return at;
            else at++;
        }
        return at;
    }

    private static bool IsEnd(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && IsBetween(text[at])) at++;
        return at == text.Length || text[at] == '-' && Border(text, at).Length > 0;
    }

    private static bool IsHeader(ReadOnlySpan<char> text, int at)
    {
        foreach (var name in s_headers)
        {
            if (text[at..].StartsWith(name, StringComparison.Ordinal)) return true;
        }
        return false;
    }

    private static readonly string[] s_headers = ["Proc-Type:", "DEK-Info:", "Version:", "Comment:", "Hash:", "Charset:", "Subject:", "MessageID:"];

    /// <summary>Start of the base64 that ends at a closing line.</summary>
    private static int BodyStart(ReadOnlySpan<char> text, int end, int from)
    {
        var start = end;
        for (var at = end; at > from;)
        {
            var gap = at;
            while (gap > from && IsBetween(text[gap - 1])) gap--;
            var run = gap;
            while (run > from && IsBase64(text[run - 1])) run--;
            if (gap - run < 16 && !(start == end && gap - run > 0)) break;
            start = at = run;
        }
        return start;
    }

    private static int Payload(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var c in text) count += IsBase64(c) ? 1 : 0;
        return count;
    }

    private static bool IsBase64(char c) => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=';

    private static bool IsBetween(char c) => c is ' ' or '\t' or '\r' or '\n' or '"' or '\'' or ',' or '\\' or '|' or '>' or '→';

    private static int Next(ReadOnlySpan<char> text, string what, int from)
    {
        var next = from < text.Length ? text[from..].IndexOf(what) : -1;
        return next < 0 ? -1 : from + next;
    }
}
