using System.Text.RegularExpressions;

namespace Observatory.Core.Pricing;

/// <summary>
/// Brings the many spellings of one model to one: <c>us.anthropic.claude-opus-4-6-v1:0</c>, <c>claude-opus-4-6@20260205</c> and
/// <c>claude-opus-4-6[1m]</c> are all <c>claude-opus-4-6</c>. Only spelling is removed: a model is never taken for its neighbour.
/// </summary>
public static partial class ModelId
{
    public static string Normalize(string model)
    {
        var id = model.Trim().ToLowerInvariant();
        id = Prefix().Replace(id, "");
        id = Context().Replace(id, "");
        id = Revision().Replace(id, "");
        id = Date().Replace(id, "");
        // Only where the rest is one of these models: elsewhere a dot may tell two models apart.
        return id.StartsWith("claude-", StringComparison.Ordinal) ? Dot().Replace(id, "-") : id;
    }

    [GeneratedRegex(@"^(?:arn:aws[a-z-]*:bedrock:[^/]{0,100}/|bedrock/|openrouter/|vertex_ai/)?(?:(?:us|eu|apac|jp|au|global)\.)?(?:anthropic[./])?(?=claude-)")]
    private static partial Regex Prefix();

    [GeneratedRegex(@"\[1m\]$")]
    private static partial Regex Context();

    [GeneratedRegex(@"-v\d+(?::\d+)?$")]
    private static partial Regex Revision();

    [GeneratedRegex(@"[-@]20\d{6}$|-latest$|@default$")]
    private static partial Regex Date();

    [GeneratedRegex(@"(?<=\d)\.(?=\d)")]
    private static partial Regex Dot();
}
