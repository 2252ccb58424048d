using System.Diagnostics;
using Observatory.Tests.Support;

namespace Observatory.Tests.Benchmarks;

/// <summary>From a line that is appended to the answer that counts it, with the corpus imported before.</summary>
internal static class LiveBench
{
    private const int Lines = 50;

    public static async Task<int> RunAsync(BenchOptions options)
    {
        using var temp = new TempFolder();
        var root = BenchCorpus.Make(temp.Folder("corpus"), Math.Min(options.Megabytes, 300), TimeProvider.System.GetUtcNow());
        await using var app = await AppProcess.StartAsync(temp.Folder("data"), root);
        await app.WaitIdleAsync(TimeSpan.FromMinutes(5));
        var session = Guid.NewGuid().ToString();
        var path = temp.File($"corpus/projects/-live/{session}.jsonl");
        var times = new List<double>();
        for (var i = 0; i < Lines; i++)
        {
            var before = await MessagesAsync(app);
            var line = $$"""{"type":"user","message":{"role":"user","content":"Line {{i}}"},"uuid":"{{Guid.NewGuid()}}","timestamp":"{{TimeProvider.System.GetUtcNow().UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}","cwd":"/live","sessionId":"{{session}}","version":"2.1.330"}""";
            var clock = Stopwatch.StartNew();
            await File.AppendAllTextAsync(path, line + "\n");
            while (await MessagesAsync(app) == before) await Task.Delay(5);
            times.Add(clock.Elapsed.TotalMilliseconds);
            await Task.Delay(300);
        }
        Console.WriteLine($"appended line → answer: p50 {Sample.Median(times):0} ms, p95 {Sample.Quantile(times, 0.95):0} ms, largest {times.Max():0} ms; "
            + $"goal 1000");
        return 0;
    }

    private static async Task<long> MessagesAsync(AppProcess app) =>
        (await app.GetAsync("/api/analytics/system")).GetProperty("totalMessages").GetInt64();
}
