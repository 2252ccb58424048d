using System.Diagnostics;
using System.Reflection;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Faults;

/// <summary><c>redact</c> in a process of its own, as people call it.</summary>
public sealed class RedactCommandTests
{
    private const string Secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345";

    private static readonly string s_program = typeof(AppProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "WebProgram")
        .Value!;

    [Fact]
    public async Task A_text_is_printed_as_it_would_be_kept_and_nothing_is_stored()
    {
        using var temp = new TempFolder();
        var data = Path.Combine(temp.Path, "data");
        var (code, output, said) = await RunAsync(data, $"use {Secret} für 日本\r\nand no more", "redact");
        Assert.Equal((0, "use [redacted:github] für 日本\r\nand no more", ""), (code, output, said));
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task Lengths_of_any_kind_pass_in_little_memory()
    {
        using var temp = new TempFolder();
        var text = string.Concat(Enumerable.Range(0, 150_000)
            .Select(i => i % 10_000 == 0 ? $"line {i}: {Secret}\n" : $"line {i}: words of a log, some more of them\n"));
        var (code, output, _) = await RunAsync(temp.Path, text, "redact");
        Assert.Equal(0, code);
        Assert.Equal(text.Replace(Secret, "[redacted:github]", StringComparison.Ordinal), output);
    }

    [Fact]
    public async Task It_goes_by_the_content_setting()
    {
        using var temp = new TempFolder();
        var (code, output, said) = await RunAsync(temp.Path, $"use {Secret}", "redact", "--Observatory:Privacy:Content=Counts");
        Assert.Equal((0, ""), (code, output));
        Assert.Contains("no text is kept", said, StringComparison.Ordinal);
        (code, output, said) = await RunAsync(temp.Path, $"use {Secret}", "redact", "--Observatory:Privacy:Content=Full");
        Assert.Equal((0, $"use {Secret}"), (code, output));
        Assert.Contains("as they are", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_is_printed_and_mistakes_are_said_in_one_line()
    {
        using var temp = new TempFolder();
        var (code, output, said) = await RunAsync(temp.Path, "", "redact", "--help");
        Assert.Equal((0, ""), (code, said));
        Assert.Contains("standard input", output, StringComparison.Ordinal);
        foreach (var words in (string[][])[["redact", "notes.txt"], ["redact", "--Observatory:Privacy:Content=Some"]])
        {
            (code, output, said) = await RunAsync(temp.Path, $"use {Secret}", words);
            Assert.Equal((1, ""), (code, output));
            Assert.Single(said.Trim().Split('\n'));
            Assert.DoesNotContain(Secret, said, StringComparison.Ordinal);
        }
    }

    private static async Task<(int Code, string Output, string Said)> RunAsync(string data, string input, params string[] words)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath() };
        start.ArgumentList.Add(s_program);
        foreach (var word in words) start.ArgumentList.Add(word);
        start.Environment["Observatory__DataDirectory"] = data;
        start.StandardInputEncoding = start.StandardOutputEncoding = new System.Text.UTF8Encoding(false);
        using var process = Process.Start(start)!;
        try
        {
            var (output, said) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            try
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), patience.Token);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It has ended without reading.
            }
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output, await said);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
