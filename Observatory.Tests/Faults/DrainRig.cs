using System.Diagnostics;
using System.Globalization;
using Observatory.Tests.Support;

namespace Observatory.Tests.Faults;

/// <param name="Longest">From SIGTERM to the end.</param>
/// <param name="Busy">Requests that met 429 or 503.</param>
/// <param name="Cut">Those that were refused a connection or lost it.</param>
internal sealed record DrainResult(int Rounds, int Acknowledged, int Busy, int Cut, TimeSpan Longest, IReadOnlyList<string> Problems)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Rounds} times SIGTERM: {Acknowledged} requests acknowledged, {Busy} times busy, {Cut} connections cut, longest stop {Longest.TotalSeconds:0.00} "
            + $"s, {Problems.Count} problems");
}

/// <summary>SIGTERM while requests come in, many times on the same data.</summary>
internal static class DrainRig
{
    private const int Connections = 6;
    private static readonly TimeSpan s_longestStop = TimeSpan.FromSeconds(10);

    public static async Task<DrainResult> RunAsync(int rounds, int seed)
    {
        using var temp = new TempFolder();
        var (data, root) = (temp.Folder("data"), temp.Folder("claude"));
        var random = new Random(seed);
        var load = new EventLoad(seed, largest: 100);
        var sender = new LoadSender(Connections);
        var problems = new List<string>();
        var longest = TimeSpan.Zero;
        for (var round = 1; round <= rounds; round++)
        {
            await using var app = await AppProcess.StartAsync(data, root);
            sender.Begin();
            using var stop = new CancellationTokenSource();
            var sending = sender.RunAsync(app.Http.BaseAddress!, () => { lock (load) return load.Next(); }, stop.Token);
            await sender.FirstAcknowledgement.WaitAsync(TimeSpan.FromSeconds(60));
            await Task.Delay(random.Next(300));
            var clock = Stopwatch.StartNew();
            try
            {
                var code = await app.StopAsync();
                if (code != 0) problems.Add($"round {round}: exit code {code}");
            }
            catch (TimeoutException)
            {
                problems.Add($"round {round}: it did not stop");
            }
            if (clock.Elapsed > longest) longest = clock.Elapsed;
            if (clock.Elapsed > s_longestStop) problems.Add($"round {round}: it took {clock.Elapsed.TotalSeconds:0.0} s to stop");
            await stop.CancelAsync();
            await sending;
            problems.AddRange(StoreAudit.Check(Path.Combine(data, "observatory.db"), load.Made, r => r.AcknowledgedAt is not null)
                .Select(p => $"round {round}: {p}"));
        }
        await using (var app = await AppProcess.StartAsync(data, root))
        {
            await sender.RunAsync(app.Http.BaseAddress!, () => null, CancellationToken.None);
            problems.AddRange(await StoreAudit.CheckAnswersAsync(app, load.Made));
            await app.StopAsync();
        }
        problems.AddRange(StoreAudit.Check(Path.Combine(data, "observatory.db"), load.Made, _ => true));
        problems.AddRange(sender.Faults);
        return new DrainResult(rounds, load.Made.Count(r => r.AcknowledgedAt is not null), sender.Busy, sender.Cut, longest, problems);
    }
}
