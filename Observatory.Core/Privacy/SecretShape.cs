using System.Text.RegularExpressions;

namespace Observatory.Core.Privacy;

/// <summary>
/// A secret that shows by its own form. The text is searched for the anchors only; where one stands, the pattern is tried at that place
/// and nowhere else, so a pattern costs nothing where it does not belong.
/// </summary>
public sealed class SecretShape
{
    /// <summary>No pattern here needs more than microseconds; this is for one that a later change makes explode.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(1);

    /// <param name="kind">Short name for the mark.</param>
    /// <param name="anchors">Literal strings, case-sensitive, at least three characters: one of them stands in every such secret.</param>
    /// <param name="pattern">Expression from the start of the secret; a group <c>v</c> narrows what is taken out.</param>
    /// <param name="back">Characters between the start of the pattern and the anchor.</param>
    /// <param name="alone">No letter, digit, hyphen or underscore may stand before: for short anchors that words contain.</param>
    /// <param name="judge">Has the last word about what was matched.</param>
    /// <param name="timeout">For one try.</param>
    public SecretShape(string kind, string[] anchors, string pattern, int back = 0, bool alone = false, Func<ReadOnlySpan<char>, bool>? judge = null, TimeSpan? timeout = null)
    {
        (Kind, Anchors, Back, Alone, Judge) = (kind, anchors, back, alone, judge);
        HasGroup = pattern.Contains("(?<v>", StringComparison.Ordinal);
        // Made when first needed: most are never, and making them all would cost a tenth of a second of each start.
        _expression = new Lazy<Regex>(() => new Regex(@"\G(?:" + pattern + ")", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, timeout ?? DefaultTimeout));
    }

    private readonly Lazy<Regex> _expression;

    public string Kind { get; }

    public IReadOnlyList<string> Anchors { get; }

    internal Regex Expression => _expression.Value;

    internal int Back { get; }

    internal bool Alone { get; }

    internal Func<ReadOnlySpan<char>, bool>? Judge { get; }

    internal bool HasGroup { get; }
}
