using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Observatory.Core.Pricing;

/// <summary>
/// What decides the price of one call beside its model, time, tokens, speed and region. Kept as one text, so that it is stored where the
/// service tier is: the tier alone, or with what else there is, for example <c>standard|short|searches=2</c>.
/// </summary>
/// <param name="Tier">Service tier as the API names it, or null.</param>
/// <param name="IsFree">Not billed: declined before any output.</param>
/// <param name="HasShortPrompts">Made of several prompts, none of which is long, however many tokens they are together.</param>
/// <param name="Searches">Web searches of the API's own tool in this call.</param>
public readonly record struct CallTerms(string? Tier, bool IsFree = false, bool HasShortPrompts = false, int Searches = 0)
{
    private const string Free = "|free", Short = "|short", Search = "|searches=";

    public override string? ToString() =>
        Tier + (IsFree ? Free : "") + (HasShortPrompts ? Short : "") + (Searches > 0 ? Search + Searches.ToString(CultureInfo.InvariantCulture) : "")
            is { Length: > 0 } text ? text : null;

    /// <summary>A tier of the API that holds a <c>|</c> and none of the words above is a tier.</summary>
    public static CallTerms Parse(string? text)
    {
        if (!HasMore(text)) return new CallTerms(text);
        var searches = 0;
        if (text.LastIndexOf(Search, StringComparison.Ordinal) is var at and >= 0
            && int.TryParse(text.AsSpan(at + Search.Length), NumberStyles.None, CultureInfo.InvariantCulture, out searches)) text = text[..at];
        var isShort = text.EndsWith(Short, StringComparison.Ordinal);
        if (isShort) text = text[..^Short.Length];
        var isFree = text.EndsWith(Free, StringComparison.Ordinal);
        if (isFree) text = text[..^Free.Length];
        return new CallTerms(text.Length == 0 ? null : text, isFree, isShort, searches);
    }

    /// <summary>There is something beside the tier.</summary>
    public static bool HasMore([NotNullWhen(true)] string? text) => text is not null && text.Contains('|', StringComparison.Ordinal);

    /// <summary>It can cost something though it has no tokens.</summary>
    public static bool HasSearches(string? text) => text is not null && text.Contains(Search, StringComparison.Ordinal);
}
