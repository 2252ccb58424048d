using System.Diagnostics;
using System.Globalization;
using Observatory.Tests.Support;

namespace Observatory.Tests.Faults;

/// <param name="Cuts">Images made, of which <paramref name="InCheckpoints"/> while the log was copied into the database.</param>
/// <param name="Checkpoints">While recording.</param>
/// <param name="Requests">Sent while recording.</param>
/// <param name="Damaged">Images that could not be read whole.</param>
/// <param name="Losing">Images that had lost what was acknowledged, or held half a request or a wrong sum.</param>
/// <param name="Problems">The first of each kind.</param>
internal sealed record PowerCutResult(int Cuts, int InCheckpoints, int Operations, int Checkpoints, int Requests, int Damaged, int Losing,
    IReadOnlyList<string> Problems)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Cuts} power cuts ({InCheckpoints} in checkpoints) of {Operations} operations, {Checkpoints} checkpoints, {Requests} requests: {Damaged} damaged, "
            + $"{Losing} with losses");
}

/// <summary>Records what the real program writes under load, then cuts the power at many moments and looks at what is left.</summary>
internal static class PowerCutRig
{
    private const string Database = "observatory.db";
    private const int Connections = 4;
    private static readonly TimeSpan s_longestRecording = TimeSpan.FromSeconds(60);

    /// <param name="lying">The control: syncs do nothing, which is what <c>synchronous=OFF</c> means.</param>
    /// <param name="megabytes">Written to the log and the database while recording.</param>
    /// <param name="starts">Of so many images the program itself is started and asked.</param>
    public static async Task<PowerCutResult> RunAsync(int cuts, int seed, bool lying, int megabytes, int starts, TextWriter log)
    {
        using var temp = new TempFolder();
        using var recorder = await Recorder.MakeAsync();
        var (data, root) = (temp.Folder("data"), temp.Folder("claude"));
        var disk = new DiskImage();
        await using (var app = await AppProcess.StartAsync(data, root)) await app.StopAsync();
        foreach (var file in Directory.EnumerateFiles(data, Database + "*").Where(f => !f.EndsWith("-shm", StringComparison.Ordinal))) disk.Add(file);

        var load = new EventLoad(seed, largest: 12);
        var sender = new LoadSender(Connections);
        await using (var app = await AppProcess.StartAsync(data, root, recorder.Settings(data, record: true, noSync: lying)))
        {
            var clock = Stopwatch.StartNew();
            await sender.RunAsync(app.Http.BaseAddress!, () =>
            {
                if (clock.Elapsed > s_longestRecording || new FileInfo(recorder.Log).Length > megabytes * 1_000_000L) return null;
                lock (load) return load.Next();
            }, CancellationToken.None);
            await app.KillAsync();
        }
        var operations = recorder.Read();
        await log.WriteLineAsync($"recorded {operations.Count} operations, {load.Made.Count} requests");

        var inCheckpoint = Enumerable.Range(1, operations.Count - 1)
            .Where(i => operations[i].File == Database && operations[i].Kind == DiskOperationKind.Write).ToList();
        var random = new Random(seed);
        // Half of them anywhere, half where the log is copied into the database.
        var points = Enumerable.Range(0, cuts).Select(n => n % 2 == 0 || inCheckpoint.Count == 0 ? random.Next(1, operations.Count)
            : inCheckpoint[random.Next(inCheckpoint.Count)]).Order().ToList();
        var problems = new List<string>();
        var (done, damaged, losing, among) = (0, 0, 0, 0);
        for (var cut = 0; cut < points.Count; cut++)
        {
            for (; done < points[cut]; done++) disk.Follow(operations[done]);
            if (operations[done].File == Database) among++;
            var image = temp.Folder($"image{cut}");
            disk.WriteAfterCut(image, random);
            // It comes before the next operation is over: who had an answer by then must find everything.
            var at = operations[done].Time;
            var found = StoreAudit.Check(Path.Combine(image, Database), load.Made, r => r.AcknowledgedAt < at);
            if (found.Any(p => p.StartsWith("integrity", StringComparison.Ordinal) || p.StartsWith("the database", StringComparison.Ordinal))) damaged++;
            else if (found.Count > 0) losing++;
            else if (starts-- > 0)
            {
                await using var app = await AppProcess.StartAsync(image, root);
                await app.GetAsync("/api/analytics/dashboard?" + EventLoad.Range);
            }
            problems.AddRange(found.Take(3).Select(p => $"cut at operation {points[cut]}: {p}"));
            Directory.Delete(image, recursive: true);
            if (cut % 200 == 199) await log.WriteLineAsync($"{cut + 1} cuts");
        }
        problems.AddRange(sender.Faults);
        return new PowerCutResult(cuts, among, operations.Count, Checkpoints(operations), load.Made.Count, damaged, losing, problems);
    }

    /// <summary>Runs of writes to the database itself.</summary>
    private static int Checkpoints(List<DiskOperation> operations)
    {
        var writes = operations.Where(o => o.Kind == DiskOperationKind.Write).Select(o => o.File == Database).ToList();
        return writes.Where((isDatabase, i) => isDatabase && (i == 0 || !writes[i - 1])).Count();
    }
}
