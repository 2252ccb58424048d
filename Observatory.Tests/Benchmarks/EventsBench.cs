using System.Diagnostics;
using System.Text.Json;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.EventsApi;
using Observatory.Tests.Support;

namespace Observatory.Tests.Benchmarks;

/// <summary>Events without HTTP: reading them against a reader that skips every token, and writing them, durable and rolled up. One thread each.</summary>
internal static class EventsBench
{
    private const int PerBody = 1_000;
    private const int Bodies = 300;

    public static async Task<int> RunAsync(BenchOptions options)
    {
        Console.WriteLine("run  skip ev/s   read ev/s   ratio   write ev/s   CPU µs/event");
        var ratios = new List<double>();
        for (var run = 1; run <= options.Runs; run++)
        {
            var made = new EventBodies(run);
            var bodies = Enumerable.Range(0, Bodies).Select(_ => made.Next(PerBody)).ToList();
            var skip = Rate(() => bodies.ForEach(Skip));
            var read = Rate(() => Read(bodies, _ => { }));
            await using var core = await CoreHost.StartAsync();
            var cpu = Environment.CpuUsage.TotalTime;
            var clock = Stopwatch.StartNew();
            var waiting = new List<EventBatch>();
            var reader = new EventReader();
            foreach (var body in bodies)
            {
                var batch = Read(reader, body);
                await core.Writer.WriteAsync(batch, CancellationToken.None);
                waiting.Add(batch);
            }
            await Task.WhenAll(waiting.Select(b => b.Committed));
            var write = Bodies * PerBody / clock.Elapsed.TotalSeconds;
            ratios.Add(read / skip);
            Console.WriteLine($"{run,3}  {skip,9:N0}  {read,10:N0}  {read / skip,6:0.00}  {write,11:N0}  {(Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / (Bodies * PerBody),13:0.0}");
        }
        Console.WriteLine($"read ÷ skip: median {Sample.Median(ratios):0.00}; goal 0.7, aim 1.0");
        return 0;
    }

    private static double Rate(Action work)
    {
        work();
        var clock = Stopwatch.StartNew();
        work();
        return Bodies * PerBody / clock.Elapsed.TotalSeconds;
    }

    private static void Skip(byte[] body)
    {
        var reader = new Utf8JsonReader(body);
        while (reader.Read())
        {
        }
    }

    private static void Read(List<byte[]> bodies, Action<EventBatch> each)
    {
        var reader = new EventReader();
        foreach (var body in bodies) each(Read(reader, body));
    }

    private static EventBatch Read(EventReader reader, byte[] body)
    {
        var batch = new EventBatch { Source = EventSource.Api };
        reader.Read(body, lines: false, batch, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        return batch;
    }
}
