using System.Diagnostics;
using Observatory.Tests.Support;

namespace Observatory.Tests.Benchmarks;

/// <summary>Answers over HTTP on an imported corpus, one after another, after a warm-up.</summary>
internal static class QueryBench
{
    private const int WarmUp = 30;
    private const int Requests = 300;

    private static readonly string[] s_queries =
    [
        "dashboard", "dashboard?timezone=Asia/Kathmandu", "dashboard?timezone=Europe/Berlin", "conversations?limit=50", "projects", "models", "tools", "users", "system",
    ];

    public static async Task<int> RunAsync(BenchOptions options)
    {
        using var temp = new TempFolder();
        var root = options.Corpus ?? BenchCorpus.Make(temp.Folder("corpus"), options.Megabytes, TimeProvider.System.GetUtcNow());
        await using var app = await AppProcess.StartAsync(temp.Folder("data"), root);
        await app.WaitIdleAsync(TimeSpan.FromMinutes(5));
        Console.WriteLine("query                                 p50 ms  p95 ms  p99 ms");
        foreach (var query in s_queries)
        {
            var times = new List<double>();
            for (var i = 0; i < WarmUp + Requests; i++)
            {
                var clock = Stopwatch.StartNew();
                await app.GetTextAsync($"/api/analytics/{query}");
                if (i >= WarmUp) times.Add(clock.Elapsed.TotalMilliseconds);
                // Within the limit of 200 requests a second that honest clients never meet.
                await Task.Delay(6);
            }
            Console.WriteLine($"{query,-36}  {Sample.Quantile(times, 0.5),6:0.0}  {Sample.Quantile(times, 0.95),6:0.0}  {Sample.Quantile(times, 0.99),6:0.0}");
        }
        if (OperatingSystem.IsLinux()) Console.WriteLine($"peak memory {app.PeakMemory() / 1048576.0:0} MB");
        return 0;
    }
}
