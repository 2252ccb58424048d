using Observatory.Tests.Support;

namespace Observatory.Tests.Benchmarks;

/// <summary>First import by the real program against one scan by ccusage, in turn.</summary>
internal static class ImportBench
{
    public static async Task<int> RunAsync(BenchOptions options)
    {
        using var temp = new TempFolder();
        var root = options.Corpus ?? BenchCorpus.Make(temp.Folder("corpus"), options.Megabytes, TimeProvider.System.GetUtcNow());
        var bytes = Directory.EnumerateFiles(root, "*.jsonl", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);
        var rival = await Ccusage.TryInstallAsync(temp.Folder("ccusage"));
        Console.WriteLine($"{bytes / 1e6:0} MB of transcripts; {options.Runs} runs in turn{(rival is null ? "; ccusage cannot be installed here" : "")}");
        Console.WriteLine("run  import s  ccusage s  ratio  ready s  peak MB");
        var (ratios, imports, peaks, ready) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var run = 1; run <= options.Runs; run++)
        {
            var scan = rival is null ? (double?)null : await rival.ScanSecondsAsync(root);
            await using var app = await AppProcess.StartAsync(temp.Folder($"data-{run}"), root);
            var import = await app.WaitIdleAsync(TimeSpan.FromMinutes(5));
            var seconds = (import.GetProperty("finishedAt").GetDateTimeOffset() - import.GetProperty("startedAt").GetDateTimeOffset()).TotalSeconds;
            var peak = OperatingSystem.IsLinux() ? app.PeakMemory() / 1048576.0 : double.NaN;
            imports.Add(seconds);
            peaks.Add(peak);
            ready.Add(app.ReadyAfter.TotalSeconds);
            if (scan is { } s) ratios.Add(seconds / s);
            Console.WriteLine($"{run,3}  {seconds,8:0.00}  {Shown(scan),9}  {Shown(seconds / scan),5}  {app.ReadyAfter.TotalSeconds,7:0.00}  {peak,7:0}");
            await app.StopAsync();
        }
        Console.WriteLine($"median: import {Sample.Median(imports):0.00} s, ready after {Sample.Median(ready):0.00} s, peak {Sample.Median(peaks):0} MB "
            + $"(largest {peaks.Max():0})");
        if (ratios.Count > 0) Console.WriteLine($"import ÷ ccusage: median {Sample.Median(ratios):0.00} ({ratios.Min():0.00}–{ratios.Max():0.00}); goal 3, "
            + $"aim 1");
        return 0;
    }

    private static string Shown(double? value) => value is { } number ? $"{number:0.00}" : "–";
}
