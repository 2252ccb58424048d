using System.Diagnostics;
using System.Globalization;
using Observatory.Tests.Support;

namespace Observatory.Tests.Faults;

/// <param name="Kills">Of these, <paramref name="WhileStarting"/> before the program served.</param>
/// <param name="Sent">Requests made.</param>
/// <param name="Acknowledged">Of them, all at the end.</param>
/// <param name="UnheardCommits">Requests that were on disk although the kill came before their answer.</param>
/// <param name="Problems">What was wrong; none = all is well.</param>
internal sealed record KillResult(int Kills, int WhileStarting, int Sent, int Acknowledged, int UnheardCommits, IReadOnlyList<string> Problems)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Kills} kills ({WhileStarting} while starting), {Sent} requests, {Acknowledged} acknowledged, {UnheardCommits} on disk without an answer, "
            + $"{Problems.Count} problems");
}

/// <summary>
/// The real program under load, killed at a random moment and started again on the same data, many times. Clients send again what was not
/// acknowledged.
/// </summary>
internal static class IngestKillRig
{
    private const int Connections = 4;

    /// <summary>Requests a cycle, at most: it bounds the size of the database.</summary>
    private const int RequestsPerCycle = 40;

    /// <summary>Cycles between two looks into the file itself.</summary>
    private const int CyclesPerAudit = 10;

    public static async Task<KillResult> RunAsync(int cycles, int seed, TextWriter log)
    {
        using var temp = new TempFolder();
        var (data, root) = (temp.Folder("data"), temp.Folder("claude"));
        var database = Path.Combine(data, "observatory.db");
        var random = new Random(seed);
        var load = new EventLoad(seed);
        var sender = new LoadSender(Connections);
        var problems = new List<string>();
        var (starting, unheard) = (0, 0);
        var clock = Stopwatch.StartNew();
        for (var cycle = 1; cycle <= cycles && problems.Count == 0; cycle++)
        {
            if (random.Next(5) == 0)
            {
                starting++;
                await using var early = AppProcess.Launch(data, root);
                await Task.Delay(random.Next(1_200));
                await early.KillAsync();
                continue;
            }
            await using (var app = await AppProcess.StartAsync(data, root))
            {
                sender.Begin();
                using var stop = new CancellationTokenSource();
                var room = RequestsPerCycle;
                var sending = sender.RunAsync(app.Http.BaseAddress!, () => { lock (load) return room-- > 0 ? load.Next() : null; }, stop.Token);
                await sender.FirstAcknowledgement.WaitAsync(TimeSpan.FromSeconds(60));
                await Task.Delay(random.Next(400));
                await app.KillAsync();
                await stop.CancelAsync();
                await sending;
            }
            if (cycle % CyclesPerAudit != 0) continue;
            problems.AddRange(StoreAudit.Check(database, load.Made, r => r.AcknowledgedAt is not null).Select(p => $"after kill {cycle}: {p}"));
            unheard += Unheard(database, load);
            if (cycle % 100 == 0) await log.WriteLineAsync($"{cycle} kills, {load.Made.Count} requests, {clock.Elapsed.TotalSeconds:0} s");
        }
        await using (var app = await AppProcess.StartAsync(data, root))
        {
            await sender.RunAsync(app.Http.BaseAddress!, () => null, CancellationToken.None);
            problems.AddRange(load.Made.Where(r => r.AcknowledgedAt is null).Take(5).Select(r => $"request {r.Number} was never acknowledged"));
            problems.AddRange(await StoreAudit.CheckAnswersAsync(app, load.Made));
            if (await app.StopAsync() != 0) problems.Add("the last stop did not end well");
        }
        problems.AddRange(StoreAudit.Check(database, load.Made, _ => true));
        problems.AddRange(sender.Faults);
        return new KillResult(cycles, starting, load.Made.Count, load.Made.Count(r => r.AcknowledgedAt is not null), unheard, problems);
    }

    private static int Unheard(string database, EventLoad load)
    {
        var silent = load.Made.Where(r => r.AcknowledgedAt is null).Select(r => r.Conversations[0].Id).ToHashSet();
        if (silent.Count == 0) return 0;
        using var connection = StoreAudit.Open(database);
        return StoreAudit.Lines(connection, "SELECT SessionId FROM conversations WHERE SessionId LIKE 'c-%'").Count(silent.Contains);
    }
}
