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
        Console.WriteLine("run  written ev/s  CPU µs/event  bytes/event  collections 0/1/2  paused %");
        for (var run = 1; run <= options.Runs; run++)
        {
            var made = new EventBodies(run);
            var bodies = Enumerable.Range(0, Bodies).Select(_ => made.Next(PerBody)).ToList();
            await using var core = await CoreHost.StartAsync();
            var cpu = Environment.CpuUsage.TotalTime;
            var (bytes, paused) = (GC.GetTotalAllocatedBytes(), GC.GetTotalPauseDuration());
            var collections = Enumerable.Range(0, 3).Select(GC.CollectionCount).ToArray();
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
            var (elapsed, events) = (clock.Elapsed, Bodies * PerBody);
            Console.WriteLine(
                $"{run,3}  {events / elapsed.TotalSeconds,12:N0}  {(Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / events,12:0.0}  "
                    + $"{(GC.GetTotalAllocatedBytes() - bytes) / events,11:N0}" +
                $"  {string.Join('/', Enumerable.Range(0, 3).Select(g => GC.CollectionCount(g) - collections[g])),17}  "
                    + $"{100 * (GC.GetTotalPauseDuration() - paused) / elapsed,8:0}");
        }
        return 0;
    }
}
