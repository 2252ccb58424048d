using System.Text.RegularExpressions;

namespace Observatory.Core.Privacy.Own;

/// <summary>A rule ready for use. Thread-safe.</summary>
internal sealed class OwnPattern
{
    public const int LongestPattern = 1_000;
    public const int LongestReplacement = 200;
    private const int LongestName = 40;
    private const int LongestMark = 64;

    /// <summary>Texts are short and the engine reads each once: who takes longer is held up by the machine, or reads in vain.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500);

    private readonly Regex _regex;

    /// <exception cref="OwnRuleException">It cannot be used.</exception>
    public OwnPattern(OwnRule rule)
    {
        Rule = rule;
        if (string.IsNullOrWhiteSpace(rule.Name) || rule.Name.Length > LongestName || rule.Name.Any(char.IsControl))
            throw new OwnRuleException("name", $"is not 1 to {LongestName} characters long, or holds control characters");
        if (rule.Pattern.Length is 0 or > LongestPattern) throw new OwnRuleException("pattern", $"is not 1 to {LongestPattern} characters long");
        if (rule.Replacement is { } given && (given.Length > LongestReplacement || given.Any(c => c is '"' or '\\' || char.IsControl(c))))
            throw new OwnRuleException("replacement", $"is longer than {LongestReplacement} characters, or holds a quotation mark, a backslash or a line end");
        try
        {
            _regex = new Regex(rule.Pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, s_patience);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new OwnRuleException("pattern", $"does not compile: {e.Message}");
        }
        if (_regex.IsMatch("")) throw new OwnRuleException("pattern", "matches where there is nothing");
        Left = rule.Replacement ?? $"{Redactor.MarkStart}:{KindOf(rule.Name)}]";
    }

    public OwnRule Rule { get; }

    /// <summary>What stands in the place of a match, groups not filled in.</summary>
    public string Left { get; }

    /// <exception cref="RegexMatchTimeoutException">It took too long.</exception>
    public string Replace(string text, out int matches)
    {
        var count = 0;
        var result = !_regex.IsMatch(text) ? text : _regex.Replace(text, match =>
        {
            if (IsInMark(text, match)) return match.Value;
            count++;
            return match.Result(Left);
        });
        matches = count;
        return count == 0 ? text : result;
    }

    /// <summary>A mark holds lower-case letters and hyphens.</summary>
    private static string KindOf(string name)
    {
        var kind = string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterLower(c) ? c : '-')).Trim('-');
        return kind.Length > 0 ? kind : "own";
    }

    /// <summary>What a mark consists of is no text any more.</summary>
    private static bool IsInMark(string text, Match match)
    {
        var from = Math.Max(0, match.Index - LongestMark);
        var start = text.AsSpan(from, Math.Min(match.Index + Redactor.MarkStart.Length, text.Length) - from).LastIndexOf(Redactor.MarkStart);
        if (start < 0) return false;
        var rest = text.AsSpan(from + start, Math.Min(text.Length, from + start + LongestMark) - from - start);
        return rest.IndexOf(']') is var end and >= 0 && match.Index + match.Length <= from + start + end + 1;
    }
}

/// <param name="field">Of the rule.</param>
/// <param name="what">Goes on after the field: "is not …".</param>
public sealed class OwnRuleException(string field, string what) : Exception($"The {field} {what}.")
{
    public string Field { get; } = field;

    public string What { get; } = what;
}
