using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Observatory.Core.Deliveries;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Reports;

/// <summary>Reports in the database.</summary>
internal sealed partial class ReportStore(IDbContextFactory<ObservatoryContext> contexts, ReportBell bell, TimeProvider clock,
    ILogger<ReportStore> log) : IReports
{
    public const string CopyMark = " (copy)";

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task<IReadOnlyList<Report>> ListAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return [.. (await db.Reports.ToListAsync(cancel).ConfigureAwait(false)).Select(Read).OfType<Report>()
            .OrderBy(r => r.Definition.Name, StringComparer.OrdinalIgnoreCase).ThenBy(r => r.Id)];
    }

    public async Task<Report?> FindAsync(int id, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await RowAsync(db, id, cancel).ConfigureAwait(false) is { } row ? Read(row) : null;
    }

    public async Task<Report> CreateAsync(ReportDefinition definition, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var now = Now;
        var row = new ReportEntity
        {
            Definition = Write(definition), Paused = definition.Paused, NextDueAt = definition.Paused ? null : CronSchedule.Of(definition.Schedule).Next(now),
            CreatedAt = now, ChangedAt = now,
        };
        await WriteAsync(db =>
        {
            db.Reports.Add(row);
            return db.SaveChangesAsync(cancel);
        }, cancel).ConfigureAwait(false);
        return Read(row)!;
    }

    public Task<Report?> ReplaceAsync(int id, ReportDefinition definition, CancellationToken cancel = default) => ChangeAsync(id, (row, old) =>
    {
        var isSame = old is not null && old.Definition.Schedule == definition.Schedule && !row.Paused;
        row.Definition = Write(definition);
        if (definition.Paused != row.Paused || !definition.Paused) row.PausedBecause = null;
        row.Paused = definition.Paused;
        // The same schedule keeps its next time: also one that is due at this moment.
        row.NextDueAt = definition.Paused ? null : isSame ? row.NextDueAt : CronSchedule.Of(definition.Schedule).Next(Now);
    }, cancel);

    public async Task<bool> DeleteAsync(int id, CancellationToken cancel = default) => await WriteAsync(async db =>
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
        var gone = await db.Reports.Where(r => r.Id == id).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        await DeliveryRows.ForgetAsync(db, DeliveryKinds.Report, ReportSource.IdOf(id), cancel).ConfigureAwait(false);
        await transaction.CommitAsync(cancel).ConfigureAwait(false);
        return gone > 0;
    }, cancel).ConfigureAwait(false);

    public Task<Report?> PauseAsync(int id, string? because = null, CancellationToken cancel = default) =>
        ChangeAsync(id, (row, _) => (row.Paused, row.PausedBecause, row.NextDueAt) = (true, because, null), cancel);

    public Task<Report?> ResumeAsync(int id, CancellationToken cancel = default) => ChangeAsync(id, (row, report) =>
    {
        if (!row.Paused || report is null) return;
        (row.Paused, row.PausedBecause, row.NextDueAt) = (false, null, CronSchedule.Of(report.Definition.Schedule).Next(Now));
    }, cancel);

    public async Task<Report?> DuplicateAsync(int id, CancellationToken cancel = default) =>
        await FindAsync(id, cancel).ConfigureAwait(false) is { } report
            ? await CreateAsync(report.Definition with { Name = report.Definition.Name + CopyMark, Paused = true }, cancel).ConfigureAwait(false) : null;

    public async Task<string?> RunAsync(int id, TimeRange? range, CancellationToken cancel = default)
    {
        if (await FindAsync(id, cancel).ConfigureAwait(false) is not { } report) return null;
        var now = Now;
        var zone = CronSchedule.ZoneOf(report.Definition.Schedule);
        var period = range is { } named ? ReportPeriod.Of(named, zone) : ReportPeriod.Of(report.Definition.Period, now, zone);
        var name = ManualPrefix + DateTimeOffset.FromUnixTimeMilliseconds(now).ToString("yyyyMMdd'T'HHmmssfff'Z'",
            CultureInfo.InvariantCulture) + "-" + Guid.NewGuid().ToString("N")[..6];
        await WriteAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
            if (await RowAsync(db, id, cancel).ConfigureAwait(false) is not { } row) return false;
            await DeliveryRows.AddAsync(db, ReportSource.Occurrence(row, name, now, period), OccurrenceState.Due, report.Definition.Recipients, null, now,
                cancel).ConfigureAwait(false);
            await transaction.CommitAsync(cancel).ConfigureAwait(false);
            return true;
        }, cancel).ConfigureAwait(false);
        bell.Ring();
        return name;
    }

    private async Task<Report?> ChangeAsync(int id, Action<ReportEntity, Report?> change, CancellationToken cancel)
    {
        var row = await WriteAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
            if (await RowAsync(db, id, cancel).ConfigureAwait(false) is not { } found) return null;
            change(found, Read(found));
            found.ChangedAt = Now;
            db.Reports.Update(found);
            await db.SaveChangesAsync(cancel).ConfigureAwait(false);
            await transaction.CommitAsync(cancel).ConfigureAwait(false);
            return found;
        }, cancel).ConfigureAwait(false);
        bell.Ring();
        return row is null ? null : Read(row);
    }

    private static Task<ReportEntity?> RowAsync(ObservatoryContext db, int id, CancellationToken cancel) =>
        db.Reports.FirstOrDefaultAsync(r => r.Id == id, cancel);

    private static string Write(ReportDefinition definition) => ReportJson.Write(definition).ToJsonString();

    /// <summary>Null = what is kept cannot be read; the others go on.</summary>
    private Report? Read(ReportEntity row)
    {
        using var json = JsonDocument.Parse(row.Definition);
        var reader = new ReportReader { IsKept = true };
        if (reader.Read(json.RootElement) is not { } definition)
        {
            log.LogError("Report {Id} cannot be read: {Field}", row.Id, reader.Errors.Keys.FirstOrDefault());
            return null;
        }
        return new Report(row.Id, definition with { Paused = row.Paused }, row.PausedBecause, Time(row.NextDueAt), Time(row.CreatedAt), Time(row.ChangedAt));
    }

    private static DateTimeOffset Time(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at);

    private static DateTimeOffset? Time(long? at) => at is { } ms ? Time(ms) : null;

    private async Task<T> WriteAsync<T>(Func<ObservatoryContext, Task<T>> work, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await work(db).ConfigureAwait(false);
    }
}
