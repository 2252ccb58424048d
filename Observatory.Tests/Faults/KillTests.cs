using System.Text.Json;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>kill -9 at any moment: what is counted afterwards is what one undisturbed import counts.</summary>
public sealed class KillTests
{
    private static readonly DateTimeOffset s_from = new(2026, 10, 20, 0, 0, 0, TimeSpan.Zero);
    private const string Range = "start=2026-10-20T00:00:00Z&end=2026-12-01T00:00:00Z";
    private const int Kills = 4;

    [Fact]
    public async Task KilledWhileImportingAndWhileFollowingTheFiguresAreThoseOfOneImport()
    {
        using var temp = new TempFolder();
        var (whole, growing, data) = (temp.Folder("whole"), temp.Folder("growing"), temp.Folder("data"));
        new CorpusWriter(31).Write(whole, 60, s_from, 20);
        var files = Directory.EnumerateFiles(whole, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        var random = new Random(7);
        for (var kill = 0; kill < Kills; kill++)
        {
            // Each time some files more, and those that are there a little longer: kills meet first imports and tails.
            foreach (var file in files.Take((kill + 1) * files.Count / Kills)) Grow(whole, growing, file, random);
            await using var app = AppProcess.Launch(data, growing);
            await Task.Delay(random.Next(300, 2_500), TestContext.Current.CancellationToken);
            await app.KillAsync();
        }
        foreach (var file in files) Complete(whole, growing, file);

        await using var survivor = await AppProcess.StartAsync(data, growing);
        await survivor.WaitIdleAsync();
        await using var fresh = await AppProcess.StartAsync(temp.Folder("fresh"), whole);
        await fresh.WaitIdleAsync();
        foreach (var path in new[] { "dashboard", "projects", "models", "tools", "users", "conversations?limit=500" })
        {
            var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var query = $"/api/analytics/{path}{separator}{Range}&timezone=Asia/Kathmandu";
            Assert.Equal(Figures(await fresh.GetTextAsync(query)), Figures(await survivor.GetTextAsync(query)));
        }
    }

    /// <summary>Appends up to a third of what is missing; mostly ends inside a line.</summary>
    private static void Grow(string from, string to, string file, Random random)
    {
        var target = Path.Combine(to, Path.GetRelativePath(from, file));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (!file.EndsWith(".jsonl", StringComparison.Ordinal))
        {
            File.Copy(file, target, overwrite: true);
            return;
        }
        var bytes = File.ReadAllBytes(file);
        using var stream = new FileStream(target, FileMode.Append);
        var missing = bytes.Length - (int)stream.Length;
        stream.Write(bytes, (int)stream.Length, random.Next(missing / 3 + 1));
    }

    private static void Complete(string from, string to, string file)
    {
        var target = Path.Combine(to, Path.GetRelativePath(from, file));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var bytes = File.ReadAllBytes(file);
        using var stream = new FileStream(target, FileMode.Append);
        stream.Write(bytes.AsSpan((int)stream.Length));
    }

    /// <summary>Without the uptime: the one figure that is about the program and not about the transcripts.</summary>
    private static string Figures(string json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("performance", out var performance)) return json;
        return json.Replace($"\"systemUptime\":{performance.GetProperty("systemUptime").GetRawText()}", "…", StringComparison.Ordinal);
    }
}
