using Microsoft.EntityFrameworkCore;
using Observatory.Core.Hosting;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Rework;

namespace Observatory.Core.Metrics;

internal sealed partial class MetricsCalculator
{
    private const string StoreFails = "What was read cannot be written now; it waits and is tried again.";

    public async Task<PipelineFigures> GetPipelineAsync(CancellationToken cancel = default)
    {
        var import = progress.Now;
        var figures = writer.Figures;
        var counts = figures.Counts;
        var fault = figures.Fault;
        var store = writer.Store.Faults;
        await using var snapshot = await snapshots.OpenAsync(cancel).ConfigureAwait(false);
        var lines = await snapshot.Db.RejectedLines.CountAsync(cancel).ConfigureAwait(false);
        var letters = await snapshot.Db.DeadLetters.CountAsync(cancel).ConfigureAwait(false);
        var drift = await snapshot.Db.Drift.OrderByDescending(d => d.Lines).Take(100).ToListAsync(cancel).ConfigureAwait(false);
        return new PipelineFigures
        {
            Import = new ImportFigures
            {
                State = import.Running ? "running" : "idle",
                StartedAt = Time(import.StartedAt),
                FinishedAt = Time(import.FinishedAt),
                FilesTotal = import.FilesTotal,
                FilesDone = import.FilesDone,
                BytesTotal = import.BytesTotal,
                BytesDone = import.BytesDone,
                Problem = import.Problem ?? (import.Running && figures.IsFailing ? StoreFails : null)
                    ?? import.Roots.FirstOrDefault(r => r.Problem is not null)?.Problem,
                Skipped = [.. import.Roots.SelectMany(r => r.Skipped)],
            },
            Processed = counts.Processed,
            Accepted = counts.Accepted,
            Duplicates = counts.Duplicates,
            Rejected = counts.Rejected,
            DeadLetters = lines + letters,
            RejectedLines = lines,
            HooksDropped = hooks.Dropped,
            QueueDepth = figures.QueueDepth,
            ThroughputPerSecond = figures.Throughput,
            LatencyP50Ms = figures.Latency(0.5),
            LatencyP99Ms = figures.Latency(0.99),
            WriterFailing = fault is not null || store.Any(s => s.Kind == StoreFaultKind.Lost),
            StoreFaults = [.. store.Select(s => new StoreFaultFigures(
                s.Kind == StoreFaultKind.Lost ? "lost" : "damaged", s.Reason, DateTimeOffset.FromUnixTimeMilliseconds(s.Since)))],
            WriterFault = fault is null ? null : new WriterFaultFigures(
                fault.Reason, fault.MayPass, DateTimeOffset.FromUnixTimeMilliseconds(fault.Since), fault.Tries),
            NamesBeyond = [.. figures.Names.Beyond.Select(b => new NamesBeyondRow(b.Kind, b.Sender, b.Taken, b.Beyond))],
            Services = [.. services.Failed.Select(s => new ServiceRow(
                s.Name, s.IsRunning, s.Failures, DateTimeOffset.FromUnixTimeMilliseconds(s.FailedAt), s.Reason))],
            StoredTexts = ToFigures(rework.Now),
            Sums = new DaySumRow(sums.Now.IsRunning ? "running" : "idle", sums.Now.Done, sums.Now.Total),
            Sources = [.. figures.Sources.Select(ToRow)],
            Queries = timings.Read(TimeSpan.FromHours(1)),
            Health = PipelineHealth.Of(fault, services.IsDown(ServiceNames.Writer), store, services.Failed, import),
            Drift = [.. drift.Select(d => new DriftRow(d.Kind, d.Version, d.Lines, DateTimeOffset.FromUnixTimeMilliseconds(d.FirstSeen)))],
        };

        static DateTimeOffset? Time(long? ms) => ms is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
    }

    private static StoredTextFigures ToFigures(ReworkProgress x) => new(
        x.State switch { ReworkState.Running => "running", ReworkState.Done => "done", _ => "waiting" }, x.Looked, x.Total, x.Changed,
        x.FinishedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null);

    private static SourceRow ToRow(SourceCounts s) => new()
    {
        Source = SourceNames.Of(s.Source),
        Processed = s.Counts.Processed,
        Accepted = s.Counts.Accepted,
        Duplicates = s.Counts.Duplicates,
        Rejected = s.Counts.Rejected,
        LastEventAt = s.NewestEventAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
        LastCommitAt = DateTimeOffset.FromUnixTimeMilliseconds(s.CommittedAt),
        LagP50Ms = s.LagP50,
        LagP99Ms = s.LagP99,
        ThroughputPerSecond = s.Throughput,
        LatencyP50Ms = s.LatencyP50,
        LatencyP99Ms = s.LatencyP99,
    };

    public async Task<IReadOnlyList<RejectedRow>> GetRejectedAsync(int limit, CancellationToken cancel = default)
    {
        await using var snapshot = await snapshots.OpenAsync(cancel).ConfigureAwait(false);
        var rows = await snapshot.Db.RejectedLines.OrderByDescending(r => r.Id).Take(limit).ToListAsync(cancel).ConfigureAwait(false);
        return [.. rows.Select(r => new RejectedRow(r.File, r.Line, r.Offset, r.Reason, r.Text, DateTimeOffset.FromUnixTimeMilliseconds(r.At)))];
    }
}
