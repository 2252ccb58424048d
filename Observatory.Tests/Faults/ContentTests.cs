using System.Text;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>What the content setting does not allow is in no byte of the data folder, nor on the console.</summary>
public sealed class ContentTests
{
    private const string Secret = "sk-ant-api03-4hT9kQ2mXw7LpR8vZc1NbY6sDf3GjHk5AqWeRtYuIo";
    private const string Mail = "ada.lovelace@example.org";
    private const string Phrase = "purple elephants march at dawn";

    [Theory]
    [InlineData("Redacted", true)]
    [InlineData("Counts", false)]
    public async Task NoSecretReachesTheDisk(string mode, bool keepsText)
    {
        using var temp = new TempFolder();
        var path = temp.File($"claude/projects/-p/{Guid.NewGuid()}.jsonl");
        string At(int second) => TimeProvider.System.GetUtcNow().AddSeconds(second - 60)
            .UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(path, $$$"""
            {"type":"user","uuid":"{{{Guid.NewGuid()}}}","timestamp":"{{{At(1)}}}","cwd":"/p","message":{"role":"user","content":"{{{Phrase}}} with {{{Secret}}} for {{{Mail}}}"}}
            {"type":"assistant","uuid":"{{{Guid.NewGuid()}}}","timestamp":"{{{At(2)}}}","cwd":"/p","message":{"id":"m","model":"claude-opus-5-5","content":[{"type":"tool_use","id":"t","name":"Bash","input":{"command":"export KEY={{{Secret}}}"}}],"usage":{"input_tokens":1,"output_tokens":1} } }
            {"type":"user","uuid":"{{{Guid.NewGuid()}}}","timestamp":"{{{At(3)}}}","cwd":"/p","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","is_error":true,"content":"no {{{Secret}}} for {{{Mail}}}"}]}}
            {"type":"ai-title","aiTitle":"Rotate {{{Secret}}}"}
            {"type":"summary","leafUuid":"x","summary":"Mail {{{Mail}}}"}
            {"broken": "{{{Secret}}}

            """.ReplaceLineEndings("\n"), TestContext.Current.CancellationToken);
        var data = temp.Folder("data");
        await using (var app = await AppProcess.StartAsync(data, Path.Combine(temp.Path, "claude"), ("Observatory__Privacy__Content", mode)))
        {
            await app.WaitIdleAsync();
            Assert.Equal(1, (await app.GetAsync("/api/analytics/pipeline")).GetProperty("deadLetters").GetInt64());
            var all = Bytes(data) + app.Output;
            Assert.DoesNotContain(Secret, all, StringComparison.Ordinal);
            Assert.DoesNotContain(Mail, all, StringComparison.Ordinal);
            Assert.Equal(keepsText, all.Contains(Phrase, StringComparison.Ordinal));
            await app.StopAsync();
        }
        Assert.DoesNotContain(Secret, Bytes(data), StringComparison.Ordinal);
    }

    private static string Bytes(string folder)
    {
        var text = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            try
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var reader = new StreamReader(stream, Encoding.Latin1);
                text.Append(reader.ReadToEnd());
            }
            catch (IOException)
            {
                // The lock file is held by the program and empty.
            }
        }
        return text.ToString();
    }
}
