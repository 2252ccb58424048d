using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.Transcripts;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>What four versions of the real client wrote and sent at once: each call counts once, whatever comes first.</summary>
public sealed class SourcesMeetTests
{
    private static readonly string[] s_files =
        [.. Directory.EnumerateFiles(Path.Combine(Fixture.Root, "projects"), "*.jsonl", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(f) != "journal.jsonl").Order(StringComparer.Ordinal)];

    private static IEnumerable<EventBatch> Sent => OtlpFixture.All.SelectMany(f => f.Read()).SelectMany(r => r.Batches);

    [Fact]
    public async Task Transcripts_and_telemetry_in_any_order_give_each_call_once()
    {
        var naive = new NaiveReports([.. (await WrittenAsync())
            .Concat(Sent.SelectMany(b => b.Events.Select(e => new Report(EventSource.Otlp, b.User ?? "", () => e))))]);
        // 31 events of old clients name no request and still meet the lines of their call.
        Assert.Equal(31, naive.MatchedByContent);

        var (lines, telemetry) = (await ImageAsync(Order.LinesFirst), await ImageAsync(Order.TelemetryFirst));
        Assert.Equal(lines.Image, telemetry.Image);
        Assert.Equal(lines.Image, (await ImageAsync(Order.Mixed)).Image);
        var figures = lines.Overview;
        Assert.Equal(
            (naive.Input, naive.Output, naive.CacheWrite, naive.CacheRead, naive.AssistantMessages),
            (figures.InputTokens, figures.OutputTokens, figures.CacheCreationTokens, figures.CacheReadTokens, figures.AssistantMessages));
        // Prompts and tools are those of the transcripts, and of the one run that kept none.
        Assert.Equal((Fixture.ToolCalls, Fixture.ToolErrors, Fixture.UserMessages + 1), (figures.ToolCalls, figures.ToolErrors, figures.UserMessages));
    }

    [Fact]
    public async Task Telemetry_alone_gives_what_the_api_answered_in_the_runs_with_logs()
    {
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(Fixture.End));
        foreach (var batch in Sent.Concat(Sent)) await core.WriteAsync(batch);
        using var truth = Fixture.Truth();
        var answered = truth.RootElement.GetProperty("otel_by_run").EnumerateObject().Select(r => r.Value.GetProperty("truth_api")).ToList();
        var figures = (await core.Metrics.GetDashboardAsync(Compare.Query(Fixture.Start, Fixture.End))).Overview;
        long Sum(string name) => answered.Sum(a => a.GetProperty(name).GetInt64());
        Assert.Equal(
            (Sum("input"), Sum("output"), Sum("cache_creation"), Sum("cache_read")),
            (figures.InputTokens, figures.OutputTokens, figures.CacheCreationTokens, figures.CacheReadTokens));
    }

    private enum Order
    {
        LinesFirst,
        TelemetryFirst,
        Mixed,
    }

    private static async Task<(string Image, Core.Metrics.OverviewFigures Overview)> ImageAsync(Order order)
    {
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(Fixture.End));
        var read = s_files.Select(f => (Func<Task>)(() => core.ReadAsync(f))).ToList();
        var sent = Sent.Select(b => (Func<Task>)(() => core.WriteAsync(b))).ToList();
        List<Func<Task>> all = order switch
        {
            Order.LinesFirst => [.. read, .. sent],
            Order.TelemetryFirst => [.. sent, .. read],
            _ => [.. read, .. sent],
        };
        if (order == Order.Mixed)
        {
            var shuffled = all.ToArray();
            new Random(7).Shuffle(shuffled);
            all = [.. shuffled];
        }
        foreach (var step in all) await step();
        return (await FigureImage.OfAsync(core, Fixture.Start, Fixture.End), (await core.Metrics.GetDashboardAsync(Compare.Query(Fixture.Start, Fixture.End)))
            .Overview);
    }

    private static async Task<List<Report>> WrittenAsync()
    {
        var keep = new Keep();
        foreach (var file in s_files) await new TranscriptReader(keep, EventSource.Transcript)
            .ReadAsync(TranscriptFile.From(file, Fixture.Owner), null, CancellationToken.None);
        return [.. keep.Batches.SelectMany(b => b.Events).Select(e => new Report(EventSource.Transcript, Fixture.Owner, () => e))];
    }

    private sealed class Keep : IEventSink
    {
        public List<EventBatch> Batches { get; } = [];

        public bool TryWrite(EventBatch batch) => WriteAsync(batch, CancellationToken.None).AsTask().IsCompletedSuccessfully;

        public ValueTask WriteAsync(EventBatch batch, CancellationToken cancel)
        {
            Batches.Add(batch);
            return ValueTask.CompletedTask;
        }
    }
}
