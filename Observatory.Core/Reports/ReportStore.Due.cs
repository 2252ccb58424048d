using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Observatory.Core.Deliveries;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Reports;

internal sealed partial class ReportStore
{
    public const string ManualPrefix = "manual-";

    /// <summary>Of a long absence so many are listed, the last ones.</summary>
    private const int MostMissed = 50;

    public async Task<long?> NextDueAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.Reports.Where(r => !r.Paused).MinAsync(r => r.NextDueAt, cancel).ConfigureAwait(false);
    }

    public async Task<int> OpenDueAsync(long awakeSince, CancellationToken cancel = default)
    {
        var now = Now;
        List<ReportEntity> due;
        await using (var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false))
        {
            due = await db.Reports.Where(r => !r.Paused && r.NextDueAt <= now).OrderBy(r => r.NextDueAt).ThenBy(r => r.Id).ToListAsync(cancel)
                .ConfigureAwait(false);
        }
        var opened = 0;
        foreach (var row in due)
        {
            try
            {
                if (Read(row) is { } report) opened += await OpenAsync(row, report.Definition, awakeSince, now, cancel).ConfigureAwait(false);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // One that cannot be opened keeps its time and stops no other.
                log.LogError(error, "Report {Id} is due and could not be begun", row.Id);
            }
        }
        return opened;
    }

    private Task<int> OpenAsync(ReportEntity row, ReportDefinition definition, long awakeSince, long now, CancellationToken cancel)
    {
        var schedule = CronSchedule.Of(definition.Schedule);
        var instants = schedule.Between(row.NextDueAt!.Value, now);
        var next = schedule.Next(now);
        return WriteAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
            // Whoever moves the next time on opens what came before it: one of all who look.
            var isMine = await db.Reports.Where(r => r.Id == row.Id && r.NextDueAt == row.NextDueAt && !r.Paused)
                .ExecuteUpdateAsync(s => s.SetProperty(r => r.NextDueAt, next), cancel).ConfigureAwait(false);
            if (isMine == 0) return 0;
            var opened = 0;
            foreach (var (at, state) in Sort(instants, awakeSince, definition.Missed == "once"))
            {
                var period = ReportPeriod.Of(definition.Period, at, schedule.Zone);
                var isDue = state == OccurrenceState.Due;
                var note = isDue ? null : "No server ran at that time.";
                if (await DeliveryRows.AddAsync(db, ReportSource.Occurrence(row, NameOf(at), at, period), state, isDue ? definition.Recipients
                    : [], note, now, cancel)
                        .ConfigureAwait(false) && isDue) opened++;
            }
            await transaction.CommitAsync(cancel).ConfigureAwait(false);
            return opened;
        }, cancel);
    }

    /// <summary>What passed while no server ran is missed, but for the last one where it is to be caught up.</summary>
    internal static IReadOnlyList<(long At, OccurrenceState State)> Sort(IReadOnlyList<long> instants, long awakeSince, bool isCaughtUp)
    {
        var last = isCaughtUp ? instants.LastOrDefault(at => at < awakeSince, -1) : -1;
        return [.. instants.Where(at => at < awakeSince).TakeLast(MostMissed).Concat(instants.Where(at => at >= awakeSince))
            .Select(at => (at, at >= awakeSince || at == last ? OccurrenceState.Due : OccurrenceState.Missed))];
    }

    internal static string NameOf(long due) => DateTimeOffset.FromUnixTimeMilliseconds(due).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'",
        CultureInfo.InvariantCulture);
}
