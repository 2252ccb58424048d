using System.Diagnostics;

namespace Observatory.Tests.Benchmarks;

/// <summary>The rival: ccusage from npm, timed as a whole process.</summary>
internal sealed class Ccusage
{
    private const string Version = "20.0.24";

    private readonly string _program;

    private Ccusage(string program) => _program = program;

    /// <summary>Null where it cannot be installed.</summary>
    public static async Task<Ccusage?> TryInstallAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), "{\"private\":true}");
        try
        {
            var (code, _) = await RunAsync("npm", folder, null, "install", "--no-audit", "--no-fund", "--loglevel=error", $"ccusage@{Version}");
            var program = Path.Combine(folder, "node_modules", ".bin", "ccusage");
            return code == 0 && File.Exists(program) ? new Ccusage(program) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    public async Task<double> ScanSecondsAsync(string root)
    {
        var (code, seconds) = await RunAsync(_program, root, root, "daily", "--json", "--offline");
        return code == 0 ? seconds : throw new InvalidOperationException($"ccusage ended with {code}.");
    }

    private static async Task<(int Code, double Seconds)> RunAsync(string program, string folder, string? root, params string[] args)
    {
        var start = new ProcessStartInfo(program, args) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        if (root is not null) start.Environment["CLAUDE_CONFIG_DIR"] = root;
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        var seconds = clock.Elapsed.TotalSeconds;
        await Task.WhenAll(output, errors);
        return (process.ExitCode, seconds);
    }
}
