using Observatory.Core.Ingestion;
using Observatory.Core.Metrics;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.GetStarted;

/// <summary>What Get started shows beside the progress of the import, which lives in memory and is drawn by itself.</summary>
/// <param name="Rejected">The newest lines that could not be read.</param>
/// <param name="RejectedCount">Of all.</param>
/// <param name="Drift">Line types that the reader does not know.</param>
/// <param name="Expiring">Soonest first.</param>
/// <param name="Recent">Figures of the last 30 days.</param>
/// <param name="Projects">Projects ever seen.</param>
public sealed record StartModel(
    IReadOnlyList<RejectedRow> Rejected, long RejectedCount, IReadOnlyList<DriftRow> Drift, IReadOnlyList<ExpiringFile> Expiring, OverviewFigures Recent, int Projects)
{
    public const int MostRejected = 50;
    public static readonly TimeSpan Soon = TimeSpan.FromDays(7);

    public static async Task<StartModel> LoadAsync(IMetricsCalculator metrics, IExpiringFiles files, UrlState url, DateTimeOffset now, CancellationToken cancel)
    {
        var pipeline = await metrics.GetPipelineAsync(cancel);
        var rejected = pipeline.RejectedLines == 0 ? [] : await metrics.GetRejectedAsync(MostRejected, cancel);
        var query = (url with { Range = RangeChoice.Default, Filter = MetricsFilter.None }).ToQuery(now);
        var recent = await metrics.GetDashboardAsync(query, cancel);
        var choices = await metrics.GetFilterChoicesAsync(cancel);
        return new StartModel(rejected, pipeline.RejectedLines, pipeline.Drift, files.GetExpiringFiles(Soon), recent.Overview, choices.Projects.Count);
    }

    /// <summary>"~/.claude/projects": the folder of the account that runs the program stays short.</summary>
    public static string FromHome(string path)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length > 1 && path.StartsWith(home + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? "~" + path[home.Length..] : path;
    }
}
