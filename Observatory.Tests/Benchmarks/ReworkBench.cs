using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Observatory.Core;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Storage.Rework;
using Observatory.Tests.Support;

namespace Observatory.Tests.Benchmarks;

/// <summary>A million stored texts under a stricter setting, beside live work: how long it takes, and how long the live commits wait.</summary>
internal static class ReworkBench
{
    private const int Texts = 1_000_000;
    private const int PerBatch = 2_000;

    public static async Task<int> RunAsync(BenchOptions options)
    {
        for (var run = 1; run <= options.Runs; run++)
        {
            using var folder = new TempFolder();
            await using (var core = await StartAsync(folder.Path, ContentMode.Full)) await FillAsync(core);
            Say($"run {run}: {new FileInfo(Path.Combine(folder.Path, "observatory.db")).Length / 1e6:0} MB");
            await using (var core = await StartAsync(folder.Path, ContentMode.Redacted))
            {
                var (clock, waits, number) = (Stopwatch.StartNew(), new List<double>(), 0);
                var figures = core.Services.GetRequiredService<ReworkFigures>();
                while (figures.Now.State != ReworkState.Done)
                {
                    var batch = new EventBatch { Source = EventSource.Transcript, User = "ada" };
                    for (var i = 0; i < 20; i++) batch.Events.Add(Prompt(Texts + number++, "something that is typed now"));
                    var began = Stopwatch.GetTimestamp();
                    await core.WriteAsync(batch);
                    waits.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                    await Task.Delay(50);
                }
                var now = figures.Now;
                Say($"  {clock.Elapsed.TotalSeconds:0.0} s for {now.Looked} looked at and {now.Changed} changed");
                Say($"  live commits p50 {Sample.Quantile(waits, 0.5):0} ms, p99 {Sample.Quantile(waits, 0.99):0} ms, longest {waits.Max():0} ms");
            }
        }
        return 0;
    }

    /// <summary>One text in ten holds something that must go.</summary>
    private static async Task FillAsync(CoreHost core)
    {
        var waiting = new Queue<EventBatch>();
        for (var start = 0; start < Texts; start += PerBatch)
        {
            var batch = new EventBatch { Source = EventSource.Transcript, User = "ada" };
            for (var i = start; i < start + PerBatch; i++)
            {
                var text = i % 10 == 0 ? $"deploy {i} with ghp_{i:000000}abcdefghijABCDEFGHIJ01234567 to the test machines"
                    : $"Please look at the build of service {i} and say why it fails: the log of the last night is in the folder beside, and it is long.";
                batch.Events.Add(Prompt(i, string.Concat(text, " ", text, " ", text)));
            }
            await core.Writer.WriteAsync(batch, CancellationToken.None);
            waiting.Enqueue(batch);
            while (waiting.Count > 8) await waiting.Dequeue().Committed;
        }
        while (waiting.TryDequeue(out var batch)) await batch.Committed;
    }

    private static PromptEvent Prompt(int number, string text) => new()
    {
        Key = EventKey.Of(KeySpace.Line, number.ToString(CultureInfo.InvariantCulture)), At = 1_790_000_000_000 + number * 1_000L,
            Conversation = $"s{number / 200}", Project = "/srv/shop", Text = text, Length = text.Length,
    };

    private static Task<CoreHost> StartAsync(string data, ContentMode mode) => CoreHost.StartAsync(null, data, services =>
        services.Replace(ServiceDescriptor.Singleton(new ObservatoryOptions { Transcripts = new TranscriptOptions { Enabled = false },
            Privacy = new PrivacyOptions { Content = mode } })));

    private static void Say(FormattableString text) => Console.Out.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
