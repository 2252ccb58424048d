using System.Globalization;
using System.Text.RegularExpressions;

namespace Observatory.Core.Pricing;

/// <summary>
/// Brings the many spellings of one model to one: <c>us.anthropic.claude-opus-4-6-v1:0</c>, <c>claude-opus-4-6@20260205</c>,
/// <c>openrouter/anthropic/claude-4.6-opus:beta</c> and <c>claude-opus-4-6[1m]</c> are all <c>claude-opus-4-6</c>. Only spelling is removed: a
/// model is never taken for its neighbour, and what is not family, version and known additions is left as it is.
/// </summary>
public static partial class ModelId
{
    /// <summary>Longer ids are names of no model.</summary>
    private const int LongestId = 512;

    /// <summary>Versions before this stand in front of the family: <c>claude-3-5-haiku</c>, but <c>claude-haiku-4-5</c>.</summary>
    private const int FamilyFirstSince = 4;

    private const string Everywhere = "global";

    public static string Normalize(string model) => Parse(model).Id;

    /// <summary><c>opus</c> of all spellings of <c>claude-opus-4-6</c>; the id itself of what is no id of a Claude model.</summary>
    public static string FamilyOf(string model)
    {
        var id = model.Trim().ToLowerInvariant();
        if (id.Length > LongestId) return id;
        var cut = id.LastIndexOf('/') + 1;
        return Name().Match(id, cut, id.Length - cut) is { Success: true } name ? name.Groups["family"].Value : id;
    }

    /// <summary>What an id says of model, endpoint and speed.</summary>
    public static ModelName Parse(string model)
    {
        var id = model.Trim().ToLowerInvariant();
        if (id.Length > LongestId) return new ModelName(id, false, false);
        // Gateways and clouds write a path, whose last part is the model.
        var cut = id.LastIndexOf('/') + 1;
        if (Name().Match(id, cut, id.Length - cut) is not { Success: true } name) return new ModelName(id, false, false);
        var endpoint = name.Groups["endpoint"];
        var isRegional = endpoint.Success ? endpoint.Value != Everywhere : cut > 0 && Place().IsMatch(id[..cut]);
        return new ModelName(PlainId(name.Groups), isRegional, name.Groups["fast"].Success);
    }

    private static string PlainId(GroupCollection parts)
    {
        var (family, major, minor) = (parts["family"].Value, parts["major"].Value, parts["minor"].Value.TrimStart('0'));
        var version = minor.Length == 0 ? major : $"{major}-{minor}";
        return int.Parse(major, CultureInfo.InvariantCulture) < FamilyFirstSince ? $"claude-{version}-{family}" : $"claude-{family}-{version}";
    }

    // Provider and endpoint, then family and version in either order, then what clouds, gateways and clients add in any order: context window,
    // date, revision, effort of thinking, the gateway's way of routing, the fast speed.
    [GeneratedRegex("""
        \G (?: (?: aws | bedrock | vertex (?: [_-]? ai )? | google | gcp | azure (?: [_-] ai )? | databricks | openrouter | litellm
            | (?: github [_-] )? copilot | snowflake | cortex ) [.:_-] ){0,2}
        (?: (?<endpoint> [a-z]{2,6} (?: -gov )? ) \. (?= anthropic ) )?
        (?: anthropic [.:_-]{1,2} )?
        claude [_-]
        (?: (?<family> [a-z]{2,12} ) [_-] (?<major> \d{1,2} ) (?! \d ) (?: [._-] (?<minor> \d{1,2} ) (?! [\dkm] ) )?
          | (?<major> \d{1,2} ) (?: [._-] (?<minor> \d{1,2} ) )? [_-] (?<family> [a-z]{2,12} ) (?! [a-z] ) )
        (?: \[ \d{1,4} [km] \] | [:-] \d{1,4} [km]
          | [@-] 20 \d{6} (?! \d ) | [@-] 20 \d\d - \d\d - \d\d (?! \d ) | [@:-] latest | @default
          | - v \d{1,2} (?: : \d{1,2} (?! \d | [km] ) )?
          | [:-] (?: thinking | thought | reasoning ) (?: - (?: \d{1,6} k? | minimal | max ) )? | [:-] (?: low | medium | high | xhigh )
          | [:-] beta | : (?: extended | nitro | floor | online | exacto )
          | (?<fast> [:-] fast ) )* \z
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    // A region of a cloud (us-east-1, us-gov-west-1, europe-west4), the place that a resource path names (locations/eu), or a part of its own (azure/eu/).
    [GeneratedRegex("""
        (?<! [a-z\d-] ) [a-z]{2,12} (?: -gov )? - (?: north | south | east | west | central ) [a-z]* -? \d{1,2} (?! [a-z\d] )
        | (?<= / | \A ) locations / (?! global/ ) [a-z]
        | (?<= / ) (?: us | eu | jp | au | apac | ca | us-gov ) (?= / )
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Place();
}

/// <param name="Id">Plain id, as the rows of prices have it; where it is no id of a Claude model, the id as it came, in lower case.</param>
/// <param name="IsRegional">Bound to the endpoints of one region or of several, not to those of the whole world.</param>
/// <param name="IsFast">The id itself asks for the fast speed.</param>
public readonly record struct ModelName(string Id, bool IsRegional, bool IsFast);
