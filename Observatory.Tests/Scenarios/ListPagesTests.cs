using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Events;
using Observatory.Core.Metrics;
using Observatory.Core.Pricing;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>What the list pages draw is the rows of the API, and the same rows over time.</summary>
public sealed class ListPagesTests(FixtureCore fixture)
{
    // Odd ends and a zone off the whole hour: rows come from every tier and from raw ones.
    private static readonly MetricsQuery s_query = Compare.Query(Fixture.Start.AddMinutes(7), Fixture.End.AddHours(-3).AddMinutes(4), "Asia/Kathmandu");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Projects_over_time_add_up_to_their_rows()
    {
        var core = await fixture.Core;
        var page = await Lists(core).GetProjectsPageAsync(s_query, Stop);
        Assert.Equal((await core.Metrics.GetProjectsAsync(s_query, Stop)).Select(r => (r.Path, r.Figures)), page.Rows.Select(r => (r.Path, r.Figures)));
        Assert.All(page.Rows.Where(r => r.Figures.TotalTokens > 0), row =>
        {
            var series = page.Series.Single(s => s.Project == row.Project);
            Assert.Equal((row.Figures.TotalTokens, row.Figures.TotalCost ?? 0, page.Usage.Count),
                (series.Tokens.Sum(), series.Cost.Sum(), series.Tokens.Count));
        });
        Assert.Equal(page.Total.TotalTokens, page.Usage.Sum(u => u.TotalTokens));
    }

    [Fact]
    public async Task Models_have_their_tokens_by_kind()
    {
        var core = await fixture.Core;
        var page = await Lists(core).GetModelsPageAsync(s_query, Stop);
        Assert.Equal((await core.Metrics.GetModelsAsync(s_query, Stop)).Select(r => (r.Model, r.Figures)), page.Rows.Select(r => (r.Model, r.Figures)));
        Assert.All(page.Rows.Zip(page.Tokens), pair => Assert.Equal(
            (pair.First.Figures.InputTokens, pair.First.Figures.OutputTokens, pair.First.Figures.CacheCreationTokens, pair.First.Figures.CacheReadTokens),
            (pair.Second.Input, pair.Second.Output, pair.Second.CacheWrite5m + pair.Second.CacheWrite1h, pair.Second.CacheRead)));
        Assert.Equal(page.Total.TotalTokens, WhatIf.Sum(page.Tokens).Total);

        // And the rows themselves: added up one by one from what is stored.
        await using var db = await core.OpenAsync();
        var names = await db.Names.ToDictionaryAsync(n => n.Id, n => n.Text, Stop);
        var (start, end) = (s_query.Range.Start, s_query.Range.End);
        var sums = new SortedDictionary<string, TokenUsage>(StringComparer.Ordinal);
        foreach (var row in await db.Responses.Where(r => r.At >= start && r.At < end && r.ModelId != 0).ToListAsync(Stop))
        {
            var model = names[row.ModelId];
            sums[model] = WhatIf.Sum([sums.GetValueOrDefault(model), row.Tokens]);
        }
        Assert.True(sums.Count > 1);
        Assert.Equal(
            sums.Select(s => (s.Key, s.Value)).Where(s => s.Value.Total > 0),
            page.Rows.Zip(page.Tokens).Where(p => p.First.Model is not null && p.Second.Total > 0)
                .Select(p => (p.First.Model!, p.Second)).OrderBy(p => p.Item1, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Tools_over_time_add_up_to_their_rows()
    {
        var core = await fixture.Core;
        var page = await Lists(core).GetToolsPageAsync(s_query, Stop);
        Assert.NotEmpty(page.Rows);
        // Whose a tool's calls were is not asked for by the page.
        var rows = await core.Metrics.GetToolsAsync(s_query, Stop);
        Assert.Equal(rows.Select(r => r with { Conversations = null, Users = null, LastUsed = null }), page.Rows);
        Assert.Equal(page.Rows.Select(r => (r.Tool, r.Calls, r.Errors)), page.Series.Select(s => (s.Tool, s.Calls.Sum(), s.Errors.Sum())));
        Assert.All(page.Series, s => Assert.Equal(page.Buckets.Count, s.Calls.Count));
    }

    [Fact]
    public async Task Empty_name_is_the_project_of_messages_without_a_folder()
    {
        var core = await fixture.Core;
        var row = (await core.Metrics.GetProjectsAsync(s_query, Stop)).SingleOrDefault(r => r.Path is null);
        var only = await core.Metrics.GetDashboardAsync(s_query with { Filter = MetricsFilter.None with { Projects = [""] } }, Stop);
        Assert.Equal(row?.Figures ?? new OverviewFigures { TotalCost = 0 }, only.Overview);
    }

    private static IListFigures Lists(CoreHost core) => core.Services.GetRequiredService<IListFigures>();
}
