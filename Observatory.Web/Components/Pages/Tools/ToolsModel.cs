using Observatory.Core;
using Observatory.Core.Charts;
using Observatory.Core.Metrics;
using Observatory.Web.Components.Pages.Overview;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.Tools;

/// <summary>A row of the table: one tool, or all tools of one MCP server.</summary>
/// <param name="Key">Name as the client wrote it, or that of the server.</param>
/// <param name="Tools">How many tools the row adds up; quantiles are of one tool only.</param>
public sealed record ToolLine(string Key, ToolName Name, long Calls, long Errors, double? MedianMs, double? P95Ms, double? TotalMs, int Tools)
{
    public double? Rate => Calls == 0 ? null : (double)Errors / Calls;
}

/// <summary>What the list of tools shows, made once for each answer.</summary>
public sealed class ToolsModel
{
    public const string Servers = "server";

    public static IReadOnlyList<(string Value, string Title)> Measures { get; } = [("calls", "Calls"), ("failed", "Failed")];

    public static IReadOnlyList<(string Value, string Title)> Groups { get; } = [("tool", "Each tool"), (Servers, "MCP by server")];

    public static ListSort<ToolLine> Sort { get; } = new("-calls", new Dictionary<string, Func<ToolLine, IComparable?>>
    {
        ["tool"] = r => r.Name.Server is { } s && r.Tools == 1 ? $"{s} {r.Name.Name}" : r.Name.Name,
        ["calls"] = r => r.Calls,
        ["failed"] = r => r.Errors,
        ["rate"] = r => r.Rate,
        ["median"] = r => r.MedianMs,
        ["p95"] = r => r.P95Ms,
        ["total"] = r => r.TotalMs,
    });

    // Colours by name, not by rank: a tool looks the same in every range.
    private static readonly string[] s_coloured = ["Bash", "Read", "Edit", "Grep", "Write", "Glob"];

    private readonly ToolsPageFigures _figures;
    private readonly ChartFrame _frame;
    private readonly Dictionary<bool, ChartConfiguration> _charts = [];

    private ToolsModel(ToolsPageFigures figures, UrlState url, DateTimeOffset now, bool nothing)
    {
        _figures = figures;
        _frame = ChartFrame.For(url.ToQuery(now), now);
        Nothing = nothing;
        var lines = figures.Rows.Select(r => new ToolLine(r.Tool, ToolName.Of(r.Tool), r.Calls, r.Errors, r.MedianMs, r.P95Ms, r.TotalMs, 1)).ToList();
        HasServers = lines.Exists(l => l.Name.Server is not null);
        Calls = lines.Sum(l => l.Calls);
        Errors = lines.Sum(l => l.Errors);
        List<ToolLine> all = url.Get("group") == Servers ? [.. ByServer(lines)] : lines;
        Rows = Sort.Apply(ListFind.In(all, url, r => r.Key), url);
        Known = all.Count;
    }

    public IReadOnlyList<ToolLine> Rows { get; }

    /// <summary>Rows without the search.</summary>
    public int Known { get; }

    public long Calls { get; }
    public long Errors { get; }
    public bool HasServers { get; }
    public bool Nothing { get; }

    public static async Task<ToolsModel> LoadAsync(AnalyticsEngine analytics, UrlState url, DateTimeOffset now, CancellationToken cancel)
    {
        var figures = await analytics.GetToolsPageAsync(url.ToQuery(now), cancel);
        var nothing = figures.Rows.Count == 0 && await OverviewModel.IsEmptyAsync(analytics, cancel);
        return new ToolsModel(figures, url, now, nothing);
    }

    public ChartConfiguration Chart(bool failed)
    {
        if (_charts.TryGetValue(failed, out var known)) return known;
        var groups = _figures.Series.Where(s => s_coloured.Contains(s.Tool)).Select(s => (s.Tool, ColorOf(s.Tool), Values(failed ? s.Errors : s.Calls)))
            .ToList();
        var rest = _figures.Series.Where(s => !s_coloured.Contains(s.Tool)).ToList();
        if (rest.Count > 0)
        {
            groups.Add((rest.Count == 1 ? rest[0].Tool : $"Other ({rest.Count})", "s-other",
                [.. _figures.Buckets.Select((_, i) => (double)rest.Sum(s => (failed ? s.Errors : s.Calls)[i]))]));
        }
        return _charts[failed] = ChartDataTransformer.Stacked(
            _frame, failed ? "Which tools fail, and how often?" : "Which tools are called, and how often?", failed ? "failed calls" : "calls",
                ChartUnits.Count, _figures.Buckets, groups);
    }

    private static string ColorOf(string tool) => ChartDataTransformer.Category(Array.IndexOf(s_coloured, tool));

    private static IReadOnlyList<double> Values(IReadOnlyList<long> counts) => [.. counts.Select(c => (double)c)];

    private static IEnumerable<ToolLine> ByServer(IReadOnlyList<ToolLine> lines) => lines.Where(l => l.Name.Server is null)
        .Concat(lines.Where(l => l.Name.Server is not null).GroupBy(l => l.Name.Server!).Select(g => g.Count() == 1 ? g.Single() : new ToolLine(
            $"mcp__{g.Key}", new ToolName(g.Key, g.Key), g.Sum(l => l.Calls), g.Sum(l => l.Errors), null, null,
            g.Any(l => l.TotalMs is not null) ? g.Sum(l => l.TotalMs ?? 0) : null, g.Count())));
}
