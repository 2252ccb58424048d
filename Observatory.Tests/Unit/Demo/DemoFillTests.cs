using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core;
using Observatory.Core.Demo;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Metrics;
using Observatory.Core.Storage;
using Observatory.Core.Time;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Demo;

public sealed class DemoFillTests : IDisposable
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 16, 30, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("observatory-demo-").FullName;
    private readonly FakeTimeProvider _clock = new(s_now);

    [Fact]
    public async Task WriteAsync_Figures_EqualANaiveRecountOfTheEvents()
    {
        using var host = await Start(demo: true);
        var figures = (await Filled(host)).Overview;
        var events = new DemoMonth(DemoMonth.DefaultSeed, s_now).Batches().SelectMany(b => b.Events).ToList();
        var responses = events.OfType<ResponseEvent>().ToList();
        Assert.Equal(events.OfType<PromptEvent>().Count(), figures.UserMessages);
        Assert.Equal(responses.Count, figures.AssistantMessages);
        Assert.Equal(responses.Sum(r => r.Usage.Input), figures.InputTokens);
        Assert.Equal(responses.Sum(r => r.Usage.Output), figures.OutputTokens);
        Assert.Equal(responses.Sum(r => r.Usage.CacheRead), figures.CacheReadTokens);
        Assert.Equal(responses.Sum(r => r.Usage.CacheWrite5m + r.Usage.CacheWrite1h), figures.CacheCreationTokens);
        Assert.Equal(events.OfType<ToolCallEvent>().Count(), figures.ToolCalls);
        Assert.Equal(events.OfType<ToolResultEvent>().Count(r => r.IsError), figures.ToolErrors);
        Assert.Equal(events.Where(e => e is PromptEvent or ResponseEvent).Select(e => e.Conversation).Distinct().Count(), figures.TotalConversations);
        Assert.Equal(responses.Where(r => r.Model == DemoCast.GatewayModel).Sum(r => r.Usage.Total), figures.UnpricedTokens);
        Assert.Equal(9, figures.ActiveUsers);
        var choices = await host.Services.GetRequiredService<IMetricsCalculator>().GetFilterChoicesAsync(TestContext.Current.CancellationToken);
        Assert.Equal(6, choices.Projects.Count);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Start_Again_AddsNothing()
    {
        OverviewFigures first;
        using (var host = await Start(demo: true))
        {
            first = (await Filled(host)).Overview;
            await host.StopAsync(TestContext.Current.CancellationToken);
        }
        _clock.Advance(TimeSpan.FromHours(30));
        using (var host = await Start(demo: true))
        {
            var end = await host.Services.GetRequiredService<DemoFill>().FindEndAsync(TestContext.Current.CancellationToken);
            Assert.Equal(s_now, end);
            await host.Services.GetRequiredService<DemoFill>().WriteAsync(end!.Value, TestContext.Current.CancellationToken);
            Assert.Equal(first, (await Dashboard(host)).Overview);
            await host.StopAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Start_DataOfItsOwn_IsLeftAlone()
    {
        using (var host = await Start(demo: false))
        {
            var batch = new EventBatch { Source = EventSource.Transcript, User = "me" };
            batch.Events.Add(new PromptEvent { Key = EventKey.Of(KeySpace.Line, "1"), At = s_now.AddHours(-1).ToUnixTimeMilliseconds(),
                Conversation = "mine", Text = "hello", Length = 5 });
            await host.Services.GetRequiredService<IEventSink>().WriteAsync(batch, TestContext.Current.CancellationToken);
            await batch.Committed.WaitAsync(Patience.Usual);
            await host.StopAsync(TestContext.Current.CancellationToken);
        }
        using (var host = await Start(demo: true))
        {
            Assert.Null(await host.Services.GetRequiredService<DemoFill>().FindEndAsync(TestContext.Current.CancellationToken));
            await using var db = await host.Services.GetRequiredService<IDbContextFactory<ObservatoryContext>>()
                .CreateDbContextAsync(TestContext.Current.CancellationToken);
            Assert.Equal(1, await db.Conversations.CountAsync(TestContext.Current.CancellationToken));
            await host.StopAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task<IHost> Start(bool demo)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<TimeProvider>(_clock);
        builder.Services.AddObservatoryCore(new ObservatoryOptions { Demo = demo, Transcripts = new TranscriptOptions { Enabled = false } }, _folder);
        // Nothing but the demo may write: the machine that runs the test may have transcripts of its own.
        builder.Services.RemoveAll<Core.Ingestion.Transcripts.TranscriptSource>();
        foreach (var service in builder.Services.Where(s => s.ImplementationType?.Name == "TranscriptService").ToList()) builder.Services.Remove(service);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    /// <summary>Waits until the fill that the start began is committed.</summary>
    private static async Task<DashboardFigures> Filled(IHost host)
    {
        var expected = new DemoMonth(DemoMonth.DefaultSeed, s_now).Batches().SelectMany(b => b.Events).OfType<ResponseEvent>().Count();
        await Patience.UntilAsync(async () => (await Dashboard(host)).Overview.AssistantMessages >= expected);
        return await Dashboard(host);
    }

    private static Task<DashboardFigures> Dashboard(IHost host) => host.Services.GetRequiredService<IMetricsCalculator>().GetDashboardAsync(
        new MetricsQuery { Range = new TimeRange(s_now.AddDays(-40).ToUnixTimeMilliseconds(), s_now.AddDays(1).ToUnixTimeMilliseconds()),
            Zone = TimeZoneInfo.Utc },
        TestContext.Current.CancellationToken);

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}
