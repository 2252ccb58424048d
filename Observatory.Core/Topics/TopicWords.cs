using System.Collections.Frozen;

namespace Observatory.Core.Topics;

/// <summary>
/// Words of a text that can be part of a topic, in order; null stands for what parts phrases: a stop word, a sign, a number, a mark of what was removed.
/// </summary>
internal static class TopicWords
{
    private const int Shortest = 3;
    private const int Longest = 24;

    private static readonly FrozenSet<string> s_stops = (English + " " + Talk + " " + Code).Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
        .ToFrozenSet(StringComparer.Ordinal);

    private const string English = """
        about above after again against all also although always among and another any anything are aren around because been before being below
        between both but can cannot could couldn did didn does doesn doing don done down during each either else enough ever every everything few
        first for from further get gets getting give given goes going gone got had hadn has hasn have haven having her here hers herself him himself
        his how however into isn its itself just keep kept last later least less let lets like likely lot lots made make makes making many maybe might
        more most much must mustn myself near need needs neither never next nor not nothing now off often once one only onto other others our ours out
        over own part per perhaps please put quite rather really same second see seem seems several shall she should shouldn show since some someone
        something soon still such sure take than that the their theirs them themselves then there therefore these they thing things think this those
        though three through thus too toward towards two under until unless upon use used uses using very want wants was wasn way well were weren what
        whatever when where whether which while who whom whose why will with within without won would wouldn yes yet you your yours yourself
        """;

    private const string Talk = """
        add adds added agent ahead also answer ask assistant change changed changes check claude code continue correct create created current
        currently done everything exactly example explain fine fix fixed follow following good great hello help here hey idea instead issue know look
        looks mean message new nice note now okay old please problem proceed prompt question read ready remove right run say should show simple start
        stop tell thank thanks the thing time today try understand update user wait work working works wrong write
        """;

    private const string Code = """
        abstract array async await bool boolean break byte case catch char class const constructor csharp def default delete dict elif else end enum
        export extends false final finally float foreach func function goto html http https implements import include instanceof int integer interface
        internal json lambda let long main match method mod module mut namespace new nil none null object operator override package param params
        partial pass private protected public readonly record return self sealed set short signed sizeof static str string struct super switch
        template this throw throws true try tuple type typedef typeof undefined union unsigned usize using val value var vec virtual void volatile
        yield com org www src bin usr home tmp etc txt exe
        """;

    public static IEnumerable<string?> Of(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            while (at < text.Length && !char.IsWhiteSpace(text[at])) at++;
            var word = text.AsSpan(start, at - start);
            if (!word.IsEmpty)
            {
                var plain = Plain(word, out var ends);
                yield return plain;
                // A full stop or a comma parts phrases as a stop word does.
                if (ends && plain is not null) yield return null;
            }
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        }
    }

    /// <summary>Letters alone, small: paths, addresses, names of code, numbers and marks are no words.</summary>
    private static string? Plain(ReadOnlySpan<char> word, out bool ends)
    {
        var bare = word.Trim("\"'`()*_,.;:!?“”‘’…").TrimEnd("'’");
        ends = !bare.IsEmpty && word[^1] != bare[^1];
        if (bare.EndsWith("'s") || bare.EndsWith("’s")) bare = bare[..^2];
        if (bare.Length is < Shortest or > Longest) return null;
        for (var i = 0; i < bare.Length; i++)
        {
            if (!char.IsLetter(bare[i]) && !(bare[i] == '-' && i > 0 && i < bare.Length - 1)) return null;
            // Capitals inside are names of code.
            if (i > 0 && char.IsUpper(bare[i]) && char.IsLower(bare[i - 1])) return null;
        }
        var small = bare.ToString().ToLowerInvariant();
        return s_stops.Contains(small) ? null : small;
    }
}
