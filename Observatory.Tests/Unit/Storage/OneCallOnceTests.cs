using CsCheck;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Events;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Storage;

/// <summary>Reports of several sources in any order, cut, repeated and with restarts between: the figures are those of the naive rule, and only the set
/// decides.</summary>
public sealed class OneCallOnceTests
{
    // Environment variable for long runs by hand: OBSERVATORY_TEST_ROUNDS=2000.
    private static readonly int s_rounds = int.TryParse(Environment.GetEnvironmentVariable("OBSERVATORY_TEST_ROUNDS"), out var rounds) ? rounds : 30;

    [Fact]
    public Task Figures_are_those_of_the_naive_rule_in_whatever_order_sources_speak() =>
        Gen.Select(ReportGen.Reports, Gen.Int[0, int.MaxValue]).SampleAsync(async (reports, seed) =>
        {
            if (reports.Count == 0) return;
            var naive = new NaiveReports(reports);
            using var one = new TempFolder();
            using var two = new TempFolder();
            var first = await ReadAsync(reports, new Random(seed), one);
            var second = await ReadAsync(reports, new Random(seed ^ 0x5a5a5a), two);
            Assert.Equal(first.Image, second.Image);
            if (naive.IsTied) return;
            var actual = first.Figures.Overview;
            Assert.Equal(
                (naive.AssistantMessages, naive.UserMessages, naive.Input, naive.Output, naive.CacheWrite, naive.CacheRead, naive.ToolCalls, naive.ToolErrors),
                (actual.AssistantMessages, actual.UserMessages, actual.InputTokens, actual.OutputTokens, actual.CacheCreationTokens, actual.CacheReadTokens,
                    actual.ToolCalls, actual.ToolErrors));
            Compare.Near(
                naive.Errors + naive.AssistantMessages == 0 ? null : (double)naive.Errors / (naive.Errors + naive.AssistantMessages),
                    first.Figures.Performance.ErrorRate);
        }, iter: s_rounds, threads: 1);

    [Fact]
    public async Task WhatWasToldBeforeTheSessionHadAUserIsGivenToItsUser()
    {
        var at = ReportGen.Start.ToUnixTimeMilliseconds();
        Report[] reports =
        [
            new(EventSource.Hook, "", () => new ApiErrorEvent { Key = EventKey.Of(KeySpace.Record, "e"), At = at, Conversation = "s", Status = 529,
                Attempts = 1 }),
            new(EventSource.Otlp, "person@example.test", () =>
                new OtherEvent { Key = EventKey.Of(KeySpace.Record, "o"), At = at + 1, Conversation = "s", Type = "permission" }),
        ];
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(ReportGen.Start.AddDays(1)));
        foreach (var report in reports) await core.WriteAsync(Report.Batch([report]));
        await using var db = await core.OpenAsync();
        var user = (await db.Names.SingleAsync(n => n.Text == "person@example.test")).Id;
        Assert.Equal(user, (await db.ApiErrors.SingleAsync()).UserId);
        Assert.Equal(user, (await db.Quarters.SingleAsync(q => q.ApiErrors == 1)).UserId);
    }

    private static async Task<(string Image, Core.Metrics.DashboardFigures Figures)> ReadAsync(List<Report> reports, Random random, TempFolder folder)
    {
        var (start, end) = (ReportGen.Start.AddDays(-1), ReportGen.Start.AddDays(1));
        var stream = reports.Concat(reports.Where(_ => random.Next(4) == 0)).ToArray();
        random.Shuffle(stream);
        var core = await CoreHost.StartAsync(new FakeTimeProvider(end), folder.Path);
        try
        {
            foreach (var part in stream.Chunk(random.Next(1, stream.Length + 1)))
            {
                foreach (var batch in part.GroupBy(r => (r.Source, r.User))) await core.WriteAsync(Report.Batch(batch));
                if (random.Next(6) != 0) continue;
                await core.DisposeAsync();
                core = await CoreHost.StartAsync(new FakeTimeProvider(end), folder.Path);
            }
            return (await FigureImage.OfAsync(core, start, end), await core.Metrics.GetDashboardAsync(Compare.Query(start, end)));
        }
        finally
        {
            await core.DisposeAsync();
        }
    }
}
