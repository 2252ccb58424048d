using System.Globalization;
using BenchmarkDotNet.Running;

namespace Observatory.Tests.Benchmarks;

/// <summary>The <c>bench</c> word of the test program.</summary>
internal static class BenchCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        switch (args)
        {
            case ["import", .. var rest]: return await ImportBench.RunAsync(BenchOptions.Read(rest));
            case ["queries", .. var rest]: return await QueryBench.RunAsync(BenchOptions.Read(rest));
            case ["otlp", .. var rest]: return await OtlpBench.RunAsync(BenchOptions.Read(rest));
            case ["live", .. var rest]: return await LiveBench.RunAsync(BenchOptions.Read(rest));
            case ["events", .. var rest]: return await EventBench.RunAsync(BenchOptions.Read(rest));
            case ["store", .. var rest]: return await StoreBench.RunAsync(BenchOptions.Read(rest));
            case ["redact", .. var rest]: return await RedactBench.RunAsync(BenchOptions.Read(rest));
            case ["rework", .. var rest]: return await ReworkBench.RunAsync(BenchOptions.Read(rest));
            case ["load", .. var rest]: return await LoadBench.RunAsync(LoadOptions.Read(rest));
            case ["scale", .. var rest]: return await Scale.ScaleBench.RunAsync(Scale.ScaleOptions.Read(rest));
            case ["faults", .. var rest]: return await FaultBench.RunAsync(rest);
            case ["fuzz", .. var rest]: return await FuzzBench.RunAsync(rest);
            case ["anomalies", .. var rest]: return await AnomalyBench.RunAsync(rest);
            case ["serve", .. var rest]: return await ParseServer.RunAsync(rest);
            default:
                BenchmarkSwitcher.FromAssembly(typeof(BenchCommand).Assembly).Run(args);
                return 0;
        }
    }
}

/// <param name="Corpus">Folder that holds <c>projects</c>, or null to make one.</param>
/// <param name="Megabytes">Size of the one that is made.</param>
/// <param name="Runs">Interleaved repetitions.</param>
internal sealed record BenchOptions(string? Corpus, int Megabytes, int Runs)
{
    public static BenchOptions Read(string[] args)
    {
        var options = new BenchOptions(null, 300, 5);
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            options = args[i] switch
            {
                "--corpus" => options with { Corpus = args[i + 1] },
                "--mb" => options with { Megabytes = int.Parse(args[i + 1], CultureInfo.InvariantCulture) },
                "--runs" => options with { Runs = int.Parse(args[i + 1], CultureInfo.InvariantCulture) },
                _ => throw new ArgumentException($"{args[i]} is not an option. Use --corpus, --mb, --runs."),
            };
        }
        return options;
    }
}

internal static class Sample
{
    /// <summary>By nearest rank; <paramref name="q"/> 0–1.</summary>
    public static double Quantile(IEnumerable<double> values, double q)
    {
        var sorted = values.Order().ToList();
        return sorted[Math.Clamp((int)Math.Ceiling(q * sorted.Count) - 1, 0, sorted.Count - 1)];
    }

    public static double Median(IEnumerable<double> values) => Quantile(values, 0.5);
}
