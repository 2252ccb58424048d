using Microsoft.EntityFrameworkCore;
using Observatory.Core.Metrics.Timing;
using Observatory.Core.Storage;
using Observatory.Core.Time;

namespace Observatory.Core.Alerts;

/// <summary>What rules about the program itself look at: how far behind it is, what it refused, how full its disk is, how slow its answers.</summary>
internal sealed class MachineFigures(
    AlertFigures figures, IDbContextFactory<ObservatoryContext> contexts, QueryTimings timings, string dataDirectory)
{
    /// <summary>What is counted is counted of the last five minutes.</summary>
    private const long Recent = 5 * BucketClock.Minute;

    private const int DaysOfGrowth = 30;

    private readonly Lock _gate = new();
    private readonly Queue<(long At, long Errors)> _errors = [];

    public async Task<Verdict> PipelineAsync(AlertCondition c, long now, CancellationToken cancel)
    {
        var pipeline = await figures.Engine.GetPipelineAsync(cancel).ConfigureAwait(false);
        var since = pipeline.WriterFault?.Since ?? (pipeline.Import.State == "running" ? pipeline.Import.StartedAt : null);
        var lag = since is { } at ? TimeSpan.FromMilliseconds(Math.Max(0, now - at.ToUnixTimeMilliseconds())) : TimeSpan.Zero;
        var errors = Since(now, pipeline.Rejected + pipeline.Services.Sum(s => (long)s.Failures));
        var from = now - Recent;
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var letters = await db.DeadLetters.CountAsync(d => d.ReceivedAt >= from, cancel).ConfigureAwait(false)
            + await db.RejectedLines.CountAsync(l => l.At >= from, cancel).ConfigureAwait(false);
        if (c.Lag is { } most && lag > Durations.Of(most))
            return new Verdict(true, Math.Round(lag.TotalSeconds), $"The program is behind what came for {Math.Round(lag.TotalMinutes, 1)} minutes.");
        if (c.Errors <= errors) return new Verdict(true, errors, $"{errors} errors in the last 5 minutes.");
        if (c.DeadLetters <= letters) return new Verdict(true, letters, $"{letters} events or lines were set aside in the last 5 minutes.");
        return new Verdict(false, c.Lag is not null ? Math.Round(lag.TotalSeconds) : c.Errors is not null ? errors : letters,
            $"Behind by {Math.Round(lag.TotalSeconds)} s; {errors} errors and {letters} set aside in the last 5 minutes.");
    }

    public async Task<Verdict> StorageAsync(AlertCondition c, long now, CancellationToken cancel)
    {
        var drive = new DriveInfo(Path.GetFullPath(dataDirectory));
        var (free, all) = (drive.AvailableFreeSpace, drive.TotalSize);
        var percent = all > 0 ? 100.0 * free / all : 100;
        var days = await DaysLeftAsync(free, now, cancel).ConfigureAwait(false);
        var left = days is { } d ? $", full in about {Math.Round(d)} days as it grows now" : "";
        var reason = $"{Math.Round(percent, 1)} % of the disk is free{left}.";
        return c.FreePercent is { } least && percent < least ? new Verdict(true, Math.Round(percent, 2), reason)
            : c.Days is { } soon && days < soon ? new Verdict(true, Math.Round(days.Value, 1), reason)
            : new Verdict(false, c.FreePercent is not null ? Math.Round(percent, 2) : days, reason);
    }

    public Verdict SlowQueries(AlertCondition c)
    {
        // Slowest first.
        if (timings.Read(Durations.Of(c.Window!)) is not [var slowest, ..])
            return new Verdict(false, null, $"Nothing was asked in the last {Durations.Last(c.Window!)}.");
        return new Verdict(slowest.P95Ms > c.P95Ms, Math.Round(slowest.P95Ms, 1),
            $"{slowest.Name}: 95 of 100 answers within {Math.Round(slowest.P95Ms)} ms in the last {Durations.Last(c.Window!)}.");
    }

    private async Task<double?> DaysLeftAsync(long free, long now, CancellationToken cancel)
    {
        var from = (int)BucketClock.DayOf(now) - DaysOfGrowth;
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var days = await db.StorageDays.Where(d => d.Day >= from).OrderBy(d => d.Day).ToListAsync(cancel).ConfigureAwait(false);
        if (days.Count < 2) return null;
        var growth = (double)(days[^1].Bytes - days[0].Bytes) / (days[^1].Day - days[0].Day);
        return growth > 0 ? free / growth : null;
    }

    /// <summary>By how much a counter has grown in the last five minutes; since the start, where that is shorter ago.</summary>
    private long Since(long now, long count)
    {
        lock (_gate)
        {
            _errors.Enqueue((now, count));
            while (_errors.Count > 1 && _errors.ElementAt(1).At <= now - Recent) _errors.Dequeue();
            var first = _errors.Peek();
            return count - (first.At <= now - Recent ? first.Errors : 0);
        }
    }
}
