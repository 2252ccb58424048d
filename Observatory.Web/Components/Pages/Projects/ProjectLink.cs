using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.Projects;

/// <summary>
/// The address of one project. Its path stands in the query, where slashes mean nothing; without one it is the project of messages
/// whose source named no folder.
/// </summary>
public static class ProjectLink
{
    public const string Page = "/projects/view";
    public const string Key = "path";
    public const string Unknown = "unknown";

    /// <summary>Range, zone and the other filters come along.</summary>
    public static string To(UrlState url, string? path) =>
        (url with { Path = Page, Extra = url.Extra.Clear(), Filter = url.Filter with { Projects = [] } }).With(Key, path).Here;

    /// <summary>The same address with the project as its filter; the empty name stands for none.</summary>
    public static UrlState Filtered(UrlState url, string? path) => url with { Filter = url.Filter with { Projects = [path ?? ""] } };
}
