using System.Globalization;
using System.IO.Compression;
using Observatory.Tests.Support;

namespace Observatory.Tests.Faults;

/// <param name="Upgrades">Of the first schema.</param>
/// <param name="Creations">First starts on an empty folder.</param>
/// <param name="Operations">Writes and syncs of an undisturbed upgrade, 0 where they cannot be counted.</param>
internal sealed record UpgradeResult(int Upgrades, int Creations, int Kills, long Operations, IReadOnlyList<string> Problems)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Upgrades} upgrades of the first schema ({Operations} operations each) and {Creations} first starts with {Kills} kills, {Problems.Count} problems");
}

/// <summary>
/// A database of the program's first version (the fixtures' transcripts, imported by it) is upgraded, and the upgrade is killed: at a certain
/// write or sync where a C compiler is there, else at a random moment. The next start must finish it, with the same figures.
/// </summary>
internal static class UpgradeKillRig
{
    private const string Golden = "20261124164456_Initial.db.gz";
    private const int KillsPerUpgrade = 2;

    /// <summary>Every so often the first start on an empty folder is killed instead.</summary>
    private const int UpgradesPerCreation = 3;

    public static async Task<UpgradeResult> RunAsync(int kills, int seed)
    {
        using var temp = new TempFolder();
        using var recorder = OperatingSystem.IsLinux() && Tools.Has("gcc") ? await Recorder.MakeAsync() : null;
        var root = temp.Folder("claude");
        var random = new Random(seed);
        var problems = new List<string>();
        var (operations, creating) = recorder is null ? (0L, 0L)
            : (await CountAsync(temp.Folder("count"), root, recorder, isNew: false), await CountAsync(temp.Folder("new"), root, recorder, isNew: true));
        var (done, upgrades, creations) = (0, 0, 0);
        while (done < kills && problems.Count == 0)
        {
            var isNew = (upgrades + creations) % UpgradesPerCreation == UpgradesPerCreation - 1;
            var data = temp.Folder($"data{upgrades + creations}");
            if (isNew) creations++;
            else upgrades++;
            if (!isNew) Unpack(data);
            var how = isNew ? " a first start" : "";
            for (var kill = 0; kill < KillsPerUpgrade; kill++, done++)
            {
                if (recorder is null)
                {
                    var wait = random.Next(200, 1_500);
                    await using var app = AppProcess.Launch(data, root);
                    await Task.Delay(wait);
                    await app.KillAsync();
                    how += $" {wait} ms";
                }
                else
                {
                    var at = random.NextInt64(1, (isNew ? creating : operations) + 1);
                    recorder.Arm(FaultAction.Kill, at);
                    await using var app = AppProcess.Launch(data, root, recorder.Settings(data));
                    // The second upgrade has less left to do, and may get through.
                    while (!app.HasExited && !app.Output.Contains("/account/link?", StringComparison.Ordinal)) await Task.Delay(10);
                    await app.KillAsync();
                    how += $" operation {at}";
                }
            }
            try
            {
                await using (var app = await AppProcess.StartAsync(data, root))
                {
                    if (!isNew) problems.AddRange(await FiguresAsync(app));
                    if (Directory.GetFiles(data, "*.before-upgrade-*")
                        is { Length: > 1 } copies) problems.Add($"{copies.Length} copies of the database were left behind");
                    await app.StopAsync();
                }
                using var connection = StoreAudit.Open(Path.Combine(data, "observatory.db"));
                problems.AddRange(StoreAudit.Integrity(connection));
                problems.AddRange(StoreAudit.Sums(connection));
            }
            catch (Exception e) when (e is InvalidOperationException or TimeoutException)
            {
                problems.Add(e.Message);
            }
            if (problems.Count > 0) problems.Add($"killed at{how}");
        }
        return new UpgradeResult(upgrades, creations, done, operations, problems);
    }

    public static void Unpack(string data)
    {
        using var packed = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Fixtures", "databases", Golden));
        using var gzip = new GZipStream(packed, CompressionMode.Decompress);
        using var to = File.Create(Path.Combine(data, "observatory.db"));
        gzip.CopyTo(to);
    }

    /// <summary>What the first version answered: what was known when the transcripts were recorded.</summary>
    public static async Task<List<string>> FiguresAsync(AppProcess app)
    {
        var overview = (await app.GetAsync($"/api/analytics/dashboard?start={Fixture.Start:yyyy-MM-dd'T'HH:mm:ss'Z'}"
            + $"&end={Fixture.End:yyyy-MM-dd'T'HH:mm:ss'Z'}&timezone=UTC")).GetProperty("overview");
        (string Name, long Value)[] truth =
        [
            ("totalConversations", Fixture.Conversations), ("userMessages", Fixture.UserMessages), ("assistantMessages", Fixture.AssistantMessages),
                ("totalTokens", Fixture.Total),
            ("inputTokens", Fixture.Input), ("outputTokens", Fixture.Output), ("cacheCreationTokens", Fixture.CacheWrite),
                ("cacheReadTokens", Fixture.CacheRead),
            ("toolCalls", Fixture.ToolCalls), ("toolErrors", Fixture.ToolErrors),
        ];
        return [.. truth.Where(t => overview.GetProperty(t.Name).GetInt64() != t.Value)
            .Select(t => $"{t.Name} is {overview.GetProperty(t.Name).GetInt64()}, it was {t.Value}")];
    }

    private static async Task<long> CountAsync(string data, string root, Recorder recorder, bool isNew)
    {
        if (!isNew) Unpack(data);
        recorder.Arm(FaultAction.Kill, long.MaxValue / 2);
        await using var app = await AppProcess.StartAsync(data, root, recorder.Settings(data));
        return recorder.Met;
    }
}
