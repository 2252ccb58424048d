using System.Text;
using System.Text.Json;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>The working over of stored texts, killed again and again: it goes on, it ends, and nothing that it should have taken is left in the
/// folder.</summary>
[Collection(FaultsCollection.Kills)]
public sealed class StoredTextKillTests
{
    private const int Prompts = 6_000;

    [Fact]
    public async Task Killed_at_any_time_it_ends_with_every_text_looked_at()
    {
        using var temp = new TempFolder();
        var data = temp.Folder("data");
        var secrets = await WriteAsync(temp.File("claude/projects/-p/5f0c5d0e-0000-4000-8000-000000000001.jsonl"));
        var root = Path.Combine(temp.Path, "claude");
        string figures;
        await using (var app = await AppProcess.StartAsync(data, root, ("Observatory__Privacy__Content", "Full")))
        {
            await app.WaitIdleAsync();
            figures = await FiguresAsync(app);
            await app.StopAsync();
        }
        Assert.Contains(secrets[0], Bytes(data), StringComparison.Ordinal);
        var random = new Random(11);
        for (var kill = 0; kill < 4; kill++)
        {
            await using var app = await AppProcess.StartAsync(data, root);
            // A moment that the test does not choose: how far it is by then, or whether it has ended, is all the same.
            await Task.Delay(random.Next(1, 250), TestContext.Current.CancellationToken);
            await app.KillAsync();
        }
        await using (var app = await AppProcess.StartAsync(data, root))
        {
            await app.WaitIdleAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
            while ((await app.GetAsync("/api/analytics/pipeline")).GetProperty("storedTexts").GetProperty("state")
                .GetString() != "done") await Task.Delay(50, patience.Token);
            Assert.Equal(figures, await FiguresAsync(app));
            await app.StopAsync();
        }
        var bytes = Bytes(data);
        Assert.Equal(0, secrets.Count(s => bytes.Contains(s, StringComparison.Ordinal)));
        using var connection = StoreAudit.Open(Path.Combine(data, "observatory.db"));
        Assert.Empty(StoreAudit.Integrity(connection));
        Assert.Empty(StoreAudit.Sums(connection));
    }

    private static async Task<List<string>> WriteAsync(string path)
    {
        var (random, secrets) = (new Random(5), new List<string>());
        const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        await using var file = new StreamWriter(path);
        var at = TimeProvider.System.GetUtcNow().AddHours(-2);
        for (var i = 0; i < Prompts; i++)
        {
            secrets.Add("ghp_" + new string(random.GetItems<char>(Letters, 36)));
            await file.WriteLineAsync(JsonSerializer.Serialize(new
            {
                type = "user", uuid = new Guid(i, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]), timestamp = at.AddSeconds(i).UtcDateTime, cwd = "/p",
                    message = new { role = "user", content = $"use {secrets[^1]} for it" },
            }));
        }
        return secrets;
    }

    private static async Task<string> FiguresAsync(AppProcess app) =>
        (await app.GetAsync($"/api/analytics/dashboard?start={Day(-2)}&end={Day(2)}")).GetProperty("overview").GetProperty("totalMessages").ToString();

    private static string Day(int days) => TimeProvider.System.GetUtcNow().AddDays(days)
        .ToString("yyyy-MM-dd'T'00:00:00'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static string Bytes(string folder)
    {
        var text = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(folder, "observatory.db*", SearchOption.AllDirectories))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            text.Append(reader.ReadToEnd());
        }
        return text.ToString();
    }
}
