using Observatory.Core.Metrics.Catalogue;
using Observatory.Tests.Benchmarks;
using Observatory.Tests.Scenarios.Recorded;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Observatory.Tests;

/// <summary>One executable: tests by default, benchmarks with <c>bench</c> as the first word, answers to compare later with <c>record</c>.</summary>
internal static class EntryPoint
{
    private static async Task<int> Main(string[] args) => args switch
    {
        ["bench", .. var rest] => await BenchCommand.RunAsync(rest),
        ["record", "--whole", var folder] => await Recorder.RunAsync(folder, whole: true),
        ["glossary", var file] => await WriteGlossaryAsync(file),
        ["record", var folder] => await Recorder.RunAsync(folder, whole: false),
        _ when args.Contains("--server") || args.Contains("--internal-msbuild-node")
            => await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => await ConsoleRunner.Run(args),
    };

    /// <summary>The document that is made from the catalogue; a test holds the two together.</summary>
    private static async Task<int> WriteGlossaryAsync(string file)
    {
        await File.WriteAllTextAsync(file, GlossaryText.Markdown(MetricCatalogue.Default));
        return 0;
    }
}
