using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Metrics;
using Observatory.Core.Time;
using Observatory.Tests.Support;

namespace Observatory.Tests.Scenarios.Recorded;

/// <summary>Pages' questions to the core, over the made-up corpus.</summary>
internal static class PageQuestions
{
    private static readonly DateTimeOffset s_from = new(2026, 9, 28, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_until = new(2026, 11, 12, 0, 0, 0, TimeSpan.Zero);
    private static readonly MetricsFilter s_some = new(["ada", "carol"], [], ["claude-opus-5-5", "claude-sonnet-5-5"], []);

    public static IReadOnlyList<(string Name, MetricsQuery Query)> All { get; } =
    [
        ("all by day", Compare.Query(s_from, s_until, "Europe/Berlin")),
        ("all by week", Compare.Query(s_from, s_until, "Australia/Lord_Howe", null, Interval.Week)),
        ("all by month", Compare.Query(s_from, s_until, "UTC", null, Interval.Month)),
        ("some by day", Compare.Query(s_from, s_until, "America/New_York", s_some)),
        ("ragged by hour", Compare.Query(
            s_from.AddDays(9).AddSeconds(4_711), s_from.AddDays(11).AddMilliseconds(13), "Asia/Kathmandu", null, Interval.Hour)),
        ("one project", Compare.Query(s_from.AddDays(3), s_until, "UTC", new MetricsFilter([], ["/home/ada/src/web-portal"], [], []))),
        ("nothing", Compare.Query(s_from.AddYears(-3), s_until.AddYears(-3))),
        ("half ahead", Compare.Query(s_until.AddDays(-1), s_until.AddDays(30), "Europe/Berlin")),
    ];

    public static IReadOnlyList<(string Page, Func<IServiceProvider, MetricsQuery, Task<object>> Ask)> Pages { get; } =
    [
        ("overview", async (s, q) => await s.GetRequiredService<IMetricsCalculator>().GetOverviewPageAsync(q)),
        ("projects", async (s, q) => await s.GetRequiredService<IListFigures>().GetProjectsPageAsync(q)),
        ("models", async (s, q) => await s.GetRequiredService<IListFigures>().GetModelsPageAsync(q)),
        ("tools", async (s, q) => await s.GetRequiredService<IListFigures>().GetToolsPageAsync(q)),
    ];
}
