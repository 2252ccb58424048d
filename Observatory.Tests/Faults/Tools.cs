using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>What the machine must have for a test; where it has not, the test is skipped and says what is missing.</summary>
internal static class Tools
{
    public static void Need(string program)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It stands between the program and Linux.");
        Assert.SkipUnless(Has(program), $"{program} is not installed.");
    }

    public static void NeedRoot() => Assert.SkipUnless(OperatingSystem.IsLinux() && UserId() == 0, "Only root may mount a small disk (tmpfs).");

    public static bool Has(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Runs a program to its end; what it says is in the exception where it fails.</summary>
    public static async Task RunAsync(string program, params string[] arguments)
    {
        if (await TryRunAsync(program, arguments) is { } said) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {said}");
    }

    /// <summary>Null where it ended well, else what it said.</summary>
    public static async Task<string?> TryRunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? null : string.Join('\n', said);
    }

    [DllImport("libc", EntryPoint = "geteuid"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint UserId();
}
