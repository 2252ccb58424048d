using Observatory.Core.Presentation;
using Observatory.Core;
using Observatory.Web.Components.Pages.Overview;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.Projects;

/// <summary>One project: the overview's figures with the project as a fixed filter.</summary>
/// <param name="Path">Null = the project of messages whose source named no folder.</param>
/// <param name="Name">Shortest unique tail.</param>
/// <param name="Overview">Null = no project has this path.</param>
public sealed record ProjectModel(string? Path, string Name, OverviewModel? Overview)
{
    public static async Task<ProjectModel> LoadAsync(AnalyticsEngine analytics, UrlState url, DateTimeOffset now, Formats format, CancellationToken cancel)
    {
        var path = url.Get(ProjectLink.Key);
        var name = ProjectLink.Unknown;
        if (path is not null)
        {
            var known = (await analytics.GetFilterChoicesAsync(cancel)).Projects.FirstOrDefault(p => p.Path == path);
            if (known.Path is null) return new ProjectModel(path, path, null);
            name = known.Project;
        }
        return new ProjectModel(path, name, await OverviewModel.LoadAsync(analytics, ProjectLink.Filtered(url, path), now, format, cancel));
    }
}
