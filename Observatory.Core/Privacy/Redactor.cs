using System.Text;

namespace Observatory.Core.Privacy;

/// <summary>
/// Takes secrets and e-mail addresses out of a text and leaves a mark in their place: <c>[redacted:github]</c>. A text without any comes
/// back as the same instance. Redacting twice changes nothing. Thread-safe.
/// </summary>
public sealed class Redactor(IReadOnlyList<ITextRule> rules, TimeProvider clock, TimeSpan budget)
{
    public const string MarkStart = "[redacted";

    /// <summary>Far beyond what the longest text that is kept costs on a busy machine (a few milliseconds).</summary>
    public static readonly TimeSpan DefaultBudget = TimeSpan.FromSeconds(2);

    // One list a thread: nearly every text has no finding, and then nothing is allocated for it.
    [ThreadStatic]
    private static List<Finding>? s_found;

    public Redactor() : this(SecretRules.All, TimeProvider.System, DefaultBudget)
    {
    }

    /// <summary>Null where a rule failed or the time ran out: what could not be checked is not kept.</summary>
    public string? Redact(string? text)
    {
        if (string.IsNullOrEmpty(text)) return text;
        var found = s_found ??= [];
        found.Clear();
        try
        {
            var watch = new Deadline(clock, budget);
            // By index: the enumerator of an interface would be one allocation a text.
            for (var i = 0; i < rules.Count; i++)
            {
                rules[i].Find(text, found, watch);
                watch.Check();
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return null;
        }
        return found.Count == 0 ? text : Replace(text, found);
    }

    /// <summary>The place lies in the name of a mark that an earlier redaction left.</summary>
    internal static bool IsInMark(string text, int at)
    {
        while (at > 0 && (char.IsAsciiLetterLower(text[at - 1]) || text[at - 1] == '-')) at--;
        return at > MarkStart.Length && text[at - 1] == ':' && text.AsSpan(0, at - 1).EndsWith(MarkStart, StringComparison.Ordinal);
    }

    private static string Replace(string text, List<Finding> found)
    {
        found.Sort(static (a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : b.End.CompareTo(a.End));
        var result = new StringBuilder(text.Length);
        var end = 0;
        for (var i = 0; i < found.Count;)
        {
            var first = found[i];
            var last = first.End;
            // What overlaps becomes one mark, named by what starts first.
            for (i++; i < found.Count && found[i].Start < last; i++) last = Math.Max(last, found[i].End);
            result.Append(text, end, first.Start - end).Append(MarkStart).Append(':').Append(first.Kind).Append(']');
            end = last;
        }
        return result.Append(text, end, text.Length - end).ToString();
    }
}
