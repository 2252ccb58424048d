using Observatory.Core.Metrics.Analysis;
using Observatory.Core.Metrics.Catalogue;

namespace Observatory.Web.Components.Shared;

/// <summary>Where a finding leads: to the page of who or what changed, in the same range and zone.</summary>
internal static class FindingLink
{
    public static string Of(Finding finding, UrlState url)
    {
        var bare = url with { Extra = url.Extra.Clear(), Filter = url.Filter };
        return finding.Dimension switch
        {
            Dimensions.User => (bare with { Path = "/users/" + Segment(finding.Name!), Filter = bare.Filter with { Users = [] } }).Here,
            Dimensions.Project => (bare with { Path = "/projects/view", Filter = bare.Filter with { Projects = [] } }).With("path", finding.Name).Here,
            Dimensions.Model => (bare with { Path = "/conversations", Filter = finding.Filter }).With("sort", "-cost").Here,
            Dimensions.Tool => (bare with { Path = "/tools" }).With("tool", finding.Name).With("measure", IsFailure(finding) ? "failed" : null).Here,
            _ => (bare with { Path = "/explore" }).With("metric", finding.Metric.Name).With("by", Dimensions.Project).Here,
        };
    }

    /// <summary>What the link says.</summary>
    public static string Words(Finding finding) => finding.Dimension switch
    {
        Dimensions.User => "Open the user",
        Dimensions.Project => "Open the project",
        Dimensions.Model => "Show conversations",
        Dimensions.Tool => IsFailure(finding) ? "Show failed calls" : "Show the tool",
        _ => "Open in Explore",
    };

    private static bool IsFailure(Finding finding) => finding.Metric.Name == "toolErrorRate";

    private static string Segment(string id) => Uri.EscapeDataString(id).Replace("%2F", "/", StringComparison.Ordinal);
}
