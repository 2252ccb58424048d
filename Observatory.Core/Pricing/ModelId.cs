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
        return Date().Replace(id, "");
    }

    [GeneratedRegex(@"^(?:(?:us|eu|apac|jp|au|global)\.)?anthropic[./]|^vertex_ai/")]
    private static partial Regex Prefix();

    [GeneratedRegex(@"\[1m\]$")]
    private static partial Regex Context();

    [GeneratedRegex(@"-v\d+(?::\d+)?$")]
    private static partial Regex Revision();

    [GeneratedRegex(@"[-@]20\d{6}$|-latest$|@default$")]
    private static partial Regex Date();
}
