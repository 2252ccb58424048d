using System.Globalization;
using Observatory.Tests.Support;

namespace Observatory.Tests.Faults;

/// <param name="Writes">Writes of one batch, each of which failed once.</param>
/// <param name="Syncs">The same of its syncs.</param>
/// <param name="Busy">Answers 429 and 503.</param>
internal sealed record FailedWriteResult(int Writes, int Syncs, int Acknowledged, int Busy, IReadOnlyList<string> Problems)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Writes} writes and {Syncs} syncs failed once each: {Acknowledged} requests acknowledged, {Busy} times busy, {Problems.Count} problems");
}

/// <summary>Every write and every sync of one batch fails once, one at a time, until none is left to fail; then the disk is full for a while.</summary>
internal static class FailedWriteRig
{
    /// <summary>More than any batch needs: an end, should the program write for ever.</summary>
    private const int MostPoints = 2_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <param name="step">1 = every write; n = every n-th.</param>
    public static async Task<FailedWriteResult> RunAsync(int seed, int step)
    {
        using var temp = new TempFolder();
        using var recorder = await Recorder.MakeAsync();
        var (data, root) = (temp.Folder("data"), temp.Folder("claude"));
        var load = new EventLoad(seed, largest: 6);
        var sender = new LoadSender(1);
        var problems = new List<string>();
        int writes, syncs;
        await using (var app = await AppProcess.StartAsync(data, root, recorder.Settings(data)))
        {
            // The very first request of a key, which notes its use, comes while nothing can be written.
            recorder.Arm(FaultAction.FailWrite, 1, int.MaxValue);
            await app.GetAsync("/api/analytics/dashboard?" + EventLoad.Range);
            recorder.Disarm();
            await SendAsync(app, sender, load, recorder, problems);
            writes = await EachAsync(FaultAction.FailWrite, step);
            syncs = await EachAsync(FaultAction.FailSync, 1);
            // Everything fails for a while: only then does a sender hear of it.
            recorder.Arm(FaultAction.FailWrite, 1, int.MaxValue);
            var full = sender.RunAsync(app.Http.BaseAddress!, One(load), CancellationToken.None);
            await Patience.UntilAsync(async () => (await app.GetAsync("/api/analytics/pipeline")).GetProperty("writerFailing").GetBoolean());
            await app.GetAsync("/api/analytics/dashboard?" + EventLoad.Range);
            await SendOnceAsync(app, sender, load);
            recorder.Disarm();
            await full.WaitAsync(s_patience);
            await SendAsync(app, sender, load, recorder, problems);
            problems.AddRange(await StoreAudit.CheckAnswersAsync(app, load.Made));
            if (await app.StopAsync() != 0) problems.Add("it did not end well");

            async Task<int> EachAsync(FaultAction action, int every)
            {
                var points = 0;
                for (var at = 1; at < MostPoints; at += every)
                {
                    recorder.Arm(action, at);
                    await SendAsync(app, sender, load, recorder, problems);
                    if (recorder.Done == 0) return points;
                    points++;
                }
                problems.Add($"{action}: no end after {MostPoints} operations");
                return points;
            }
        }
        problems.AddRange(StoreAudit.Check(Path.Combine(data, "observatory.db"), load.Made, r => r.AcknowledgedAt is not null));
        problems.AddRange(sender.Faults);
        return new FailedWriteResult(writes, syncs, load.Made.Count(r => r.AcknowledgedAt is not null), sender.Busy, problems);
    }

    private static Func<LoadRequest?> One(EventLoad load)
    {
        var left = 1;
        return () => left-- > 0 ? load.Next() : null;
    }

    /// <summary>One new request, sent until it is acknowledged, and then once more: that must change nothing.</summary>
    private static async Task SendAsync(AppProcess app, LoadSender sender, EventLoad load, Recorder recorder, List<string> problems)
    {
        await sender.RunAsync(app.Http.BaseAddress!, One(load), CancellationToken.None).WaitAsync(s_patience);
        recorder.Disarm();
        var request = load.Made[^1];
        if (!await sender.SendAsync(app.Http, request) && !await sender.SendAsync(app.Http,
            request)) problems.Add($"request {request.Number} was not taken a second time");
    }

    /// <summary>While nothing can be written a sender hears so, and comes again later.</summary>
    private static async Task SendOnceAsync(AppProcess app, LoadSender sender, EventLoad load)
    {
        LoadRequest request;
        lock (load) request = load.Next();
        await sender.SendAsync(app.Http, request);
        sender.Keep(request);
    }
}
