using Observatory.Core;
using Observatory.Core.Ingestion;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Kept;
using Observatory.Core.Metrics.Live;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.GetStarted;

/// <summary>What Get started shows beside the progress of the import, which lives in memory and is drawn by itself.</summary>
/// <param name="Rejected">The newest lines that could not be read.</param>
/// <param name="RejectedCount">Of all.</param>
/// <param name="Drift">Line types that the reader does not know.</param>
/// <param name="Expiring">Soonest first.</param>
/// <param name="Recent">Figures of the last 30 days.</param>
/// <param name="Projects">Projects ever seen.</param>
/// <param name="Sources">What came from each source, by its name.</param>
/// <param name="StatusAt">When a status line came last.</param>
public sealed record StartModel(
    IReadOnlyList<RejectedRow> Rejected, long RejectedCount, IReadOnlyList<DriftRow> Drift, IReadOnlyList<ExpiringFile> Expiring, OverviewFigures Recent,
        int Projects,
    IReadOnlyDictionary<string, Arrived> Sources, DateTimeOffset? StatusAt)
{
    public const int MostRejected = 50;
    public static readonly TimeSpan Soon = TimeSpan.FromDays(7);

    public static async Task<StartModel> LoadAsync(
        AnalyticsEngine analytics, IExpiringFiles files, ISessionStatuses statuses, UrlState url, DateTimeOffset now, CancellationToken cancel)
    {
        var pipeline = await analytics.GetPipelineAsync(cancel);
        var rejected = pipeline.RejectedLines == 0 ? [] : await analytics.GetRejectedAsync(MostRejected, cancel);
        var query = (url with { Range = RangeChoice.Default, Filter = MetricsFilter.None }).ToQuery(now);
        var recent = await analytics.GetDashboardAsync(query, cancel);
        var choices = await analytics.GetFilterChoicesAsync(cancel);
        return new StartModel(rejected, pipeline.RejectedLines, pipeline.Drift, files.GetExpiringFiles(Soon), recent.Overview, choices.Projects.Count,
            Arrived.Of(pipeline.Sources, await analytics.GetSourcesAsync(cancel)), statuses.Latest().Select(s => (DateTimeOffset?)s.At).Max());
    }

    /// <summary>"~/.claude/projects": the folder of the account that runs the program stays short.</summary>
    public static string FromHome(string path)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length > 1 && path.StartsWith(home + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? "~" + path[home.Length..] : path;
    }
}

/// <summary>What came from a source.</summary>
/// <param name="Events">Since the program started.</param>
/// <param name="Conversations">Ever.</param>
/// <param name="LastAt">Newest event.</param>
public sealed record Arrived(long Events, long Conversations, DateTimeOffset? LastAt)
{
    public static IReadOnlyDictionary<string, Arrived> Of(IReadOnlyList<SourceRow> now, IReadOnlyList<SourceSeen> ever) =>
        now.Select(s => s.Source).Concat(ever.Select(s => s.Source)).Distinct().ToDictionary(s => s, s =>
        {
            var (row, seen) = (now.FirstOrDefault(r => r.Source == s), ever.FirstOrDefault(r => r.Source == s));
            return new Arrived(row?.Accepted ?? 0, seen?.Conversations ?? 0, row?.LastEventAt > seen?.LastAt || seen?.LastAt is null ? row?.LastEventAt
                : seen.LastAt);
        });
}
