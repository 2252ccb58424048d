using System.Text;
using Observatory.Core.Privacy.Secrets;

namespace Observatory.Core.Privacy;

/// <summary>
/// Takes secrets and e-mail addresses out of a text and leaves a mark in their place: <c>[redacted:github]</c>. A text without any comes
/// back as the same instance. Redacting twice changes nothing. JSON stays JSON. Thread-safe.
/// </summary>
public sealed class Redactor(IReadOnlyList<ITextRule> rules, TimeProvider clock, TimeSpan budget)
{
    public const string MarkStart = "[redacted";

    /// <summary>Before the kind of a finding whose mark stands in quotation marks: a bare number of JSON.</summary>
    internal const string InQuotes = "\"";

    /// <summary>Far beyond what the longest text that is kept costs on a busy machine (a few milliseconds).</summary>
    public static readonly TimeSpan DefaultBudget = TimeSpan.FromSeconds(2);

    /// <summary>A mark may bring a name beside the next value: what is left is looked at again, so often at most.</summary>
    private const int Passes = 4;

    // One of each a thread: nearly every text has no finding, and then nothing is allocated for it.
    [ThreadStatic]
    private static List<Finding>? s_found;

    [ThreadStatic]
    private static TextView? s_view;

    public Redactor() : this(SecretRules.All, TimeProvider.System, DefaultBudget)
    {
    }

    /// <summary>Null where a rule failed or the time ran out: what could not be checked is not kept.</summary>
    public string? Redact(string? text)
    {
        if (string.IsNullOrEmpty(text)) return text;
        try
        {
            var watch = new Deadline(clock, budget);
            for (var i = 0; i < Passes; i++)
            {
                if (!Find(text, watch)) return text;
                text = Replace(text, s_found!);
            }
            return Find(text, watch) ? null : text;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return null;
        }
    }

    private bool Find(string text, Deadline watch)
    {
        var found = s_found ??= [];
        var view = s_view ??= new TextView();
        found.Clear();
        var look = view.Look(text);
        // By index: the enumerator of an interface would be one allocation a text.
        for (var i = 0; i < rules.Count; i++)
        {
            rules[i].Find(look, found, watch);
            watch.Check();
        }
        for (var i = 0; i < found.Count; i++) found[i] = found[i] with { Start = view.SourceStart(found[i].Start), End = view.SourceEnd(found[i].End) };
        return found.Count > 0;
    }

    /// <summary>By place, the longer and the named one first; of equal ones always the same, wherever they stand in a text.</summary>
    private static int InOrder(Finding a, Finding b)
    {
        if (a.Start != b.Start) return a.Start.CompareTo(b.Start);
        if (a.End != b.End) return b.End.CompareTo(a.End);
        var isNamed = (a.Kind == LongRuns.Unnamed).CompareTo(b.Kind == LongRuns.Unnamed);
        return isNamed != 0 ? isNamed : string.CompareOrdinal(a.Kind, b.Kind);
    }

    private static string Replace(string text, List<Finding> found)
    {
        found.Sort(InOrder);
        var result = new StringBuilder(text.Length);
        var end = 0;
        for (var i = 0; i < found.Count;)
        {
            var first = found[i];
            var last = first.End;
            // What overlaps becomes one mark, named by what starts first.
            for (i++; i < found.Count && found[i].Start < last; i++) last = Math.Max(last, found[i].End);
            var isQuoted = first.Kind.StartsWith(InQuotes, StringComparison.Ordinal);
            result.Append(text, end, first.Start - end);
            if (isQuoted) result.Append('"');
            result.Append(MarkStart).Append(':').Append(first.Kind, isQuoted ? 1 : 0, first.Kind.Length - (isQuoted ? 1 : 0)).Append(']');
            if (isQuoted) result.Append('"');
            end = last;
        }
        return result.Append(text, end, text.Length - end).ToString();
    }
}
