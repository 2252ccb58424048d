using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Rows;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>Rows one by one: of one moment, each once, and together what the sums say.</summary>
public sealed class RowFiguresTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 10, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_end = s_start.AddDays(3);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_that_arrive_while_they_are_read_are_not_among_them()
    {
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_end));
        await core.WriteAsync(Prompts(0, 3_000));
        await using var messages = await Rows(core).OpenMessagesAsync(Compare.Query(s_start, s_end), Cancel);
        Assert.Equal(3_000, messages.Count);
        var read = new List<DateTimeOffset>();
        await foreach (var row in messages.Rows)
        {
            read.Add(row.Facts.Timestamp);
            // Before what was read, and behind it.
            if (read.Count % 1_000 == 1) await core.WriteAsync(Prompts(10_000 + read.Count, 50));
        }
        Assert.Equal(Enumerable.Range(0, 3_000).Select(n => s_start.AddMinutes(n)), read);
        await using var later = await Rows(core).OpenMessagesAsync(Compare.Query(s_start, s_start.AddYears(1)), Cancel);
        Assert.Equal(3_150, later.Count);
        Assert.Equal(3_150, await later.Rows.CountAsync(Cancel));
    }

    [Fact]
    public async Task Long_times_without_rows_are_passed_over_and_a_reader_can_leave()
    {
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_end));
        await core.WriteAsync(Prompts(0, 3));
        await core.WriteAsync(Prompts(-60 * 24 * 365 * 20, 3));
        await core.WriteAsync(Prompts(60 * 24 * 365 * 30, 3));
        var all = Compare.Query(DateTimeOffset.UnixEpoch, new DateTimeOffset(2101, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using (var messages = await Rows(core).OpenMessagesAsync(all, Cancel)) Assert.Equal(9, await messages.Rows.CountAsync(Cancel));
        await using var left = await Rows(core).OpenMessagesAsync(all, Cancel);
        using var gone = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var row in left.Rows.WithCancellation(gone.Token)) await gone.CancelAsync();
        });
    }

    [Fact]
    public async Task Deleted_rows_are_missing_and_it_is_said_since_when_they_are_there()
    {
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_end));
        await core.WriteAsync(Prompts(0, 3_000));
        await core.DeleteAsync(s_start.AddDays(1));
        await using var messages = await Rows(core).OpenMessagesAsync(Compare.Query(s_start, s_end), Cancel);
        Assert.Equal((null, s_start.AddDays(1)), (messages.Count, messages.RawSince));
        Assert.Equal(3_000 - 24 * 60, await messages.Rows.CountAsync(Cancel));
        await using var kept = await Rows(core).OpenMessagesAsync(Compare.Query(s_start.AddDays(1), s_end), Cancel);
        Assert.Equal((3_000 - 24 * 60, null), (kept.Count, kept.RawSince));
        // Sums stay.
        var buckets = await Rows(core).GetBucketsAsync(Compare.Query(s_start, s_end), Cancel);
        Assert.Equal(3_000, buckets.Sum(b => b.Figures.TotalMessages));
    }

    [Theory]
    [InlineData("17-web-search")]
    [InlineData("06d-advisor-control")]
    [InlineData("07-branch-forkedFrom")]
    [InlineData("30-model-names")]
    public async Task Calls_of_hard_cases_add_up_to_the_overview(string name)
    {
        await using var core = await CaseCore.ImportAsync(name);
        await AddUpAsync(core.Core, Compare.Query(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2027, 1, 1, 0, 0, 0,
            TimeSpan.Zero)));
    }

    [Fact]
    public async Task Calls_of_several_sources_add_up_under_every_filter_and_events_are_those_that_are_counted()
    {
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(Scenarios.Recorded.Worlds.Now));
        foreach (var batch in Interactive.Telemetry().Concat(Interactive.Hooks())) await core.WriteAsync(batch);
        var (from, until) = (new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var choices = await core.Metrics.GetFilterChoicesAsync(Cancel);
        Assert.True(choices.Sources.Count > 1 && choices.Models.Count > 0);
        var filters = choices.Users.Select(u => MetricsFilter.None with { Users = [u] })
            .Concat(choices.Projects.Select(p => MetricsFilter.None with { Projects = [p.Path] }))
            .Concat(choices.Models.Select(m => MetricsFilter.None with { Models = [m] }))
            .Concat(choices.Sources.Select(s => MetricsFilter.None with { Sources = [s] })).Append(MetricsFilter.None);
        foreach (var filter in filters) await AddUpAsync(core, Compare.Query(from, until, filter: filter));
    }

    private static async Task AddUpAsync(CoreHost core, MetricsQuery query)
    {
        var overview = (await core.Metrics.GetDashboardAsync(query, Cancel)).Overview;
        await using var calls = await Rows(core).OpenCallsAsync(query, Cancel);
        var rows = await calls.Rows.ToListAsync(Cancel);
        Assert.Equal(
            (overview.InputTokens, overview.OutputTokens, overview.CacheCreationTokens, overview.CacheReadTokens),
            (rows.Sum(r => r.Usage.InputTokens), rows.Sum(r => r.Usage.OutputTokens), rows.Sum(r => r.Usage.CacheCreationTokens), rows.Sum(r =>
                r.Usage.CacheReadTokens)));
        Assert.Equal(overview.TotalCost ?? 0, rows.Sum(r => r.Usage.Cost ?? 0));
        await using var messages = await Rows(core).OpenMessagesAsync(query, Cancel);
        Assert.Equal(overview.TotalMessages, messages.Count);
        Assert.Equal(overview.TotalMessages, await messages.Rows.CountAsync(Cancel));
    }

    private static IRowFigures Rows(CoreHost core) => core.Services.GetRequiredService<IRowFigures>();

    private static EventBatch Prompts(int first, int count)
    {
        var batch = new EventBatch { Source = EventSource.Api, User = "ann" };
        for (var n = first; n < first + count; n++)
        {
            var at = s_start.AddMinutes(n).ToUnixTimeMilliseconds();
            var key = EventKey.Of(KeySpace.Event, string.Create(CultureInfo.InvariantCulture, $"prompt {at}"));
            batch.Events.Add(new PromptEvent { Key = key, At = at, Conversation = $"session-{n / 100}", Text = "hello", Length = 5 });
        }
        return batch;
    }
}
