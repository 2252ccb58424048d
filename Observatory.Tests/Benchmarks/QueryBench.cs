using System.Diagnostics;
using Observatory.Tests.Support;

namespace Observatory.Tests.Benchmarks;

/// <summary>
/// Answers over HTTP on an imported corpus, one after another, after a warm-up, three times over: with nothing new since the last one, right
/// behind a commit to the present day, and right behind a commit to every day that is asked about, so that nothing kept is of use.
/// </summary>
internal static class QueryBench
{
    private const int WarmUp = 30;

    /// <summary>The range that is asked for and the one before it.</summary>
    private const int Days = 61;

    private static readonly string[] s_queries =
    [
        "dashboard", "dashboard?timezone=Asia/Kathmandu", "dashboard?timezone=Europe/Berlin", "conversations?limit=50", "projects", "models", "tools",
            "users", "system",
    ];

    public static async Task<int> RunAsync(BenchOptions options)
    {
        using var temp = new TempFolder();
        var root = options.Corpus ?? BenchCorpus.Make(temp.Folder("corpus"), options.Megabytes, TimeProvider.System.GetUtcNow());
        await using var app = await AppProcess.StartAsync(
            temp.Folder("data"), root, ("Observatory__Transcripts__Roots__1", temp.Folder("live")), ("Observatory__Transcripts__Owners__1", "tester"));
        await app.WaitIdleAsync(TimeSpan.FromMinutes(5));
        var live = new Growing(app, temp.File("live/projects/-live/0b7e0000-0000-4000-8000-000000000001.jsonl"));
        await MeasureAsync(app, "warm: nothing new since the last answer", 300, () => Task.Delay(6));
        await MeasureAsync(app, "behind a commit to today", 60, () => live.CommitAsync(1));
        await MeasureAsync(app, $"behind a commit to each of {Days} days: everything is read anew", 60, () => live.CommitAsync(Days));
        if (OperatingSystem.IsLinux()) Console.WriteLine($"peak memory {app.PeakMemory() / 1048576.0:0} MB");
        return 0;
    }

    private static async Task MeasureAsync(AppProcess app, string name, int requests, Func<Task> before)
    {
        Console.WriteLine(name);
        Console.WriteLine("query                                 p50 ms  p95 ms  p99 ms");
        foreach (var query in s_queries)
        {
            var times = new List<double>();
            for (var i = 0; i < WarmUp + requests; i++)
            {
                // A pause among it, within the limit of 200 requests a second that honest clients never meet.
                if (i >= WarmUp) await before();
                else await Task.Delay(6);
                var clock = Stopwatch.StartNew();
                await app.GetTextAsync($"/api/analytics/{query}");
                if (i >= WarmUp) times.Add(clock.Elapsed.TotalMilliseconds);
            }
            Console.WriteLine($"{query,-36}  {Sample.Quantile(times, 0.5),6:0.0}  {Sample.Quantile(times, 0.95),6:0.0}  {Sample.Quantile(times, 0.99),6:0.0}");
        }
    }

    /// <summary>One answer a day whose output grows line by line: each commit changes rows of those days and adds none.</summary>
    private sealed class Growing(AppProcess app, string path)
    {
        private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
        private int _lines;

        public async Task CommitAsync(int days)
        {
            var before = await ProcessedAsync();
            var lines = Enumerable.Range(0, days).Select(day =>
                $$"""{"type":"assistant","uuid":"live-{{_lines++}}","timestamp":"{{_now.AddDays(-day).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}","cwd":"/live","sessionId":"{{Path.GetFileNameWithoutExtension(path)}}","version":"2.1.330","requestId":"req_live_{{day}}","message":{"id":"msg_live_{{day}}","role":"assistant","model":"claude-opus-5-5","content":[],"usage":{"input_tokens":1,"output_tokens":{{_lines}} } } }""");
            await File.AppendAllTextAsync(path, string.Join('\n', lines) + "\n");
            // Asked of the pipeline, which reads no figures that would then be kept.
            for (var clock = Stopwatch.StartNew(); await ProcessedAsync() < before + days;)
            {
                if (clock.Elapsed > TimeSpan.FromSeconds(30)) throw new TimeoutException("The appended lines were not committed.");
                await Task.Delay(5);
            }
        }

        private async Task<long> ProcessedAsync() => (await app.GetAsync("/api/analytics/pipeline")).GetProperty("processed").GetInt64();
    }
}
