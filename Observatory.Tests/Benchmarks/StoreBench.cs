using System.Diagnostics;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.EventsApi;
using Observatory.Tests.Support;

namespace Observatory.Tests.Benchmarks;

/// <summary>Events without HTTP: read on this thread, written durably and rolled up by the writer.</summary>
internal static class StoreBench
{
    private const int PerBody = 1_000;
    private const int Bodies = 300;

    public static async Task<int> RunAsync(BenchOptions options)
    {
        Console.WriteLine("run  written ev/s  CPU µs/event");
        for (var run = 1; run <= options.Runs; run++)
        {
            var made = new EventBodies(run);
            var bodies = Enumerable.Range(0, Bodies).Select(_ => made.Next(PerBody)).ToList();
            await using var core = await CoreHost.StartAsync();
            var cpu = Environment.CpuUsage.TotalTime;
            var clock = Stopwatch.StartNew();
            var waiting = new List<EventBatch>();
            var reader = new EventReader();
            foreach (var body in bodies)
            {
                var batch = new EventBatch { Source = EventSource.Api };
                reader.Read(body, lines: false, batch, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
                await core.Writer.WriteAsync(batch, CancellationToken.None);
                waiting.Add(batch);
            }
            await Task.WhenAll(waiting.Select(b => b.Committed));
            Console.WriteLine($"{run,3}  {Bodies * PerBody / clock.Elapsed.TotalSeconds,12:N0}  {(Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / (Bodies * PerBody),12:0.0}");
        }
        return 0;
    }
}
