using System.Collections.Frozen;

namespace Observatory.Core.Privacy;

/// <summary>
/// E-mail addresses, found from their <c>@</c> outwards. What only looks like one stays: packages (<c>vite@5.4.0</c>), pictures
/// (<c>logo@2x.png</c>), git remotes (<c>git@host:path</c>), units (<c>user@1000.service</c>).
/// </summary>
internal sealed class EmailRule : ITextRule
{
    private const int LongestLocal = 64;
    private const int LongestDomain = 253;
    private const string Escaped = "%40";

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_noDomain = FrozenSet.ToFrozenSet(
        ["png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "css", "scss", "js", "mjs", "cjs", "ts", "tsx", "jsx", "json", "html", "txt", "xml", "yml",
            "yaml", "cs", "service", "socket", "timer", "target", "mount"],
        StringComparer.OrdinalIgnoreCase)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    public void Find(ReadOnlySpan<char> text, List<Finding> found, Deadline watch)
    {
        Find(text, "@", found, watch);
        Find(text, Escaped, found, watch);
    }

    private static void Find(ReadOnlySpan<char> text, string sign, List<Finding> found, Deadline watch)
    {
        var from = 0;
        var before = found.Count;
        var looks = 0;
        for (var at = 0; at < text.Length && text[at..].IndexOf(sign, StringComparison.Ordinal) is var next and >= 0; at += sign.Length)
        {
            at += next;
            if ((++looks & 255) == 0) watch.Check();
            var start = at;
            while (start > from && at - start < LongestLocal && IsLocal(text[start - 1])) start--;
            while (start < at && text[start] is '.' or '-' or '\'') start++;
            if (start == at || IsRemote(text, start, at) || IsTaken(found, before, at)) continue;
            var end = DomainEnd(text, at + sign.Length);
            if (end < 0) continue;
            found.Add(new Finding(start, end, "email"));
            from = end;
        }
    }

    /// <summary>Something before ends right here: the password of a URL, not the name of a person.</summary>
    private static bool IsTaken(List<Finding> found, int count, int at)
    {
        for (var i = 0; i < count; i++)
        {
            if (found[i].End == at) return true;
        }
        return false;
    }

    private static bool IsRemote(ReadOnlySpan<char> text, int start, int at) => at - start == 3 && text.Slice(start, 3).SequenceEqual("git");

    /// <summary>End of the domain that starts here, or −1: labels with a dot between, the last one a name of two letters or more.</summary>
    private static int DomainEnd(ReadOnlySpan<char> text, int start)
    {
        var (at, label, dots) = (start, start, 0);
        var limit = Math.Min(text.Length, start + LongestDomain);
        for (; at < limit; at++)
        {
            if (char.IsLetterOrDigit(text[at]) || text[at] == '-') continue;
            if (text[at] != '.' || at == label || at + 1 >= limit || !char.IsLetterOrDigit(text[at + 1])) break;
            (label, dots) = (at + 1, dots + 1);
        }
        while (at > label && text[at - 1] == '-') at--;
        var top = text[label..at];
        if (dots == 0 || top.Length < 2 || s_noDomain.Contains(top)) return -1;
        if (top.StartsWith("xn--", StringComparison.OrdinalIgnoreCase)) return at;
        foreach (var c in top)
        {
            if (!char.IsLetter(c)) return -1;
        }
        return at;
    }

    private static bool IsLocal(char c) => char.IsLetterOrDigit(c) || c is '.' or '_' or '+' or '-' or '%' or '\'';
}
