using System.Diagnostics;
using Microsoft.Playwright;

namespace Observatory.Tests.Browser;

/// <summary>Finds a Chromium or installs one: Playwright's own, else the system's package. Says what to do where neither works.</summary>
internal static class Chromium
{
    private static readonly string[] s_places =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe", @"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ];

    private static readonly string[] s_args =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    public static async Task<IBrowser> LaunchAsync(IPlaywright playwright)
    {
        if (Find() is { } program) return await LaunchAsync(playwright, program);
        var tried = new List<string>();
        if (await Task.Run(() => Microsoft.Playwright.Program.Main(["install", "chromium"])) == 0)
        {
            try { return await LaunchAsync(playwright, null); }
            catch (PlaywrightException e) { tried.Add(e.Message); }
        }
        if (OperatingSystem.IsLinux() && Environment.UserName == "root" && File.Exists("/usr/bin/apt-get"))
        {
            await RunAsync("apt-get", "update", "-qq");
            await RunAsync("apt-get", "install", "-y", "-qq", "chromium");
            if (Find() is { } installed) return await LaunchAsync(playwright, installed);
        }
        throw new InvalidOperationException(
            "The browser tests need Chromium, and it could not be installed. Install Chromium or Google Chrome (Debian: apt-get install chromium), "
            + $"or set OBSERVATORY_BROWSER to a program of that kind, and run the tests again. {string.Join(' ', tried)}");
    }

    private static string? Find() =>
        Environment.GetEnvironmentVariable("OBSERVATORY_BROWSER") is { Length: > 0 } named ? named : Array.Find(s_places, File.Exists);

    private static Task<IBrowser> LaunchAsync(IPlaywright playwright, string? program) =>
        playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = s_args });

    private static async Task RunAsync(string program, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args) { Environment = { ["DEBIAN_FRONTEND"] = "noninteractive" } })!;
        await process.WaitForExitAsync();
    }
}
