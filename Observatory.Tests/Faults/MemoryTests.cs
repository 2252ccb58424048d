using Observatory.Tests.Benchmarks;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>The process stays under 256 MB whatever it reads.</summary>
public sealed class MemoryTests
{
    private const long Limit = 256L * 1024 * 1024;

    [Fact]
    public async Task ALineOf50MegabytesCountsAndMemoryStaysBounded()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Peak memory is read from /proc.");
        using var temp = new TempFolder();
        var root = BenchCorpus.Make(temp.Folder("claude"), 20, TimeProvider.System.GetUtcNow());
        var path = temp.File($"claude/projects/-long/{Guid.NewGuid()}.jsonl");
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var head = $$""" "uuid":"{{Guid.NewGuid()}}","timestamp":"{{now:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}","cwd":"/long","message": """;
        await using (var file = new StreamWriter(path))
        {
            await file.WriteAsync("{\"type\":\"assistant\"," + head
                + "{\"id\":\"msg_long\",\"model\":\"claude-opus-5-5\",\"content\":[{\"type\":\"text\",\"text\":\"");
            for (var i = 0; i < 50; i++) await file.WriteAsync(new string((char)('a' + i % 26), 1_048_576));
            await file.WriteAsync("""
                "},{"type":"tool_use","id":"toolu_long","name":"Bash","input":{"command":"ls"}}],"usage":{"input_tokens":11,"output_tokens":13}}}
                """ + "\n");
            await file.WriteAsync("{\"type\":\"user\"," + head.Replace("\"uuid\":\"", "\"uuid\":\"2", StringComparison.Ordinal)
                + "{\"role\":\"user\",\"content\":\"after it\"}}\n");
        }
        await using var app = await AppProcess.StartAsync(temp.Folder("data"), root);
        await app.WaitIdleAsync();
        var overview = (await app.GetAsync("/api/analytics/dashboard?project=/long")).GetProperty("overview");
        Assert.Equal(24, overview.GetProperty("totalTokens").GetInt64());
        Assert.Equal(1, overview.GetProperty("userMessages").GetInt64());
        Assert.Equal(1, overview.GetProperty("toolCalls").GetInt64());
        Assert.Equal(0, (await app.GetAsync("/api/analytics/pipeline")).GetProperty("deadLetters").GetInt64());
        Assert.True(app.PeakMemory() < Limit, $"peak was {app.PeakMemory() / 1048576} MB");
    }
}
