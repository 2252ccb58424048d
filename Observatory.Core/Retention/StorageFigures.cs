using Microsoft.EntityFrameworkCore;
using Observatory.Core.Retention.Archives;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Retention;

/// <param name="Dataset">A name of <see cref="RetentionDatasets.All"/>, or <c>other</c>.</param>
/// <param name="Rows">How many.</param>
/// <param name="Bytes">About; all together are the database.</param>
/// <param name="Oldest">The oldest of them; null = it has no time, or there is none.</param>
public sealed record StoredTable(string Dataset, long Rows, long Bytes, DateTimeOffset? Oldest);

/// <param name="Tables">By dataset.</param>
/// <param name="File">Bytes of the database file.</param>
/// <param name="Wal">Bytes of its log.</param>
/// <param name="Archives">Bytes of archive files.</param>
/// <param name="FreeDisk">Bytes left on the disk of the data directory.</param>
/// <param name="GrowthPerDay">Bytes a day over the last month; null until two days are known.</param>
/// <param name="Forecast90Days">What the file will hold in 90 days if that goes on.</param>
/// <param name="Reserve">Bytes kept free for deleting on a full disk.</param>
public sealed record StorageAnswer(
    IReadOnlyList<StoredTable> Tables, long File, long Wal, long Archives, long FreeDisk, double? GrowthPerDay, double? Forecast90Days, long Reserve);

/// <summary>What the data directory takes, and how it grows.</summary>
public sealed class StorageFigures(IReadSnapshots snapshots, IDbContextFactory<ObservatoryContext> contexts, IStoreSize size, ObservatoryOptions options,
    ArchiveFolder archives, TimeProvider clock)
{
    private const int DaysLooked = 30, DaysAhead = 90;

    public async Task<StorageAnswer> ReadAsync(CancellationToken cancel = default)
    {
        StoreSize found;
        var tables = new List<StoredTable>();
        List<StorageDayEntity> days;
        await using (var snapshot = await snapshots.OpenAsync(cancel).ConfigureAwait(false))
        {
            found = await size.ReadAsync(snapshot.Db, cancel).ConfigureAwait(false);
            foreach (var dataset in RetentionDatasets.All.Select(d => d.Name).Append(DatasetSizes.Other))
            {
                var table = found.Of(dataset);
                tables.Add(new StoredTable(dataset, table.Rows, table.Bytes, await OldestAsync(snapshot.Db, dataset, cancel).ConfigureAwait(false)));
            }
            var from = Today - DaysLooked;
            days = await snapshot.Db.StorageDays.AsNoTracking().Where(d => d.Day >= from).OrderBy(d => d.Day).ToListAsync(cancel).ConfigureAwait(false);
        }
        await NoteAsync(found.Used, cancel).ConfigureAwait(false);
        double? growth = days.Count > 0 && days[0].Day < Today ? (double)(found.Used - days[0].Bytes) / (Today - days[0].Day) : null;
        return new StorageAnswer(
            tables, found.File, found.Log, archives.Size(), new DriveInfo(Path.GetFullPath(options.DataDirectory)).AvailableFreeSpace, growth,
            growth is { } daily ? Math.Max(0, found.Used + daily * DaysAhead) : null, 0);
    }

    /// <summary>Notes how large the database is today.</summary>
    public async Task NoteAsync(CancellationToken cancel = default)
    {
        await using var snapshot = await snapshots.OpenAsync(cancel).ConfigureAwait(false);
        await NoteAsync((await size.ReadAsync(snapshot.Db, cancel).ConfigureAwait(false)).Used, cancel).ConfigureAwait(false);
    }

    private int Today => (int)(clock.GetUtcNow().ToUnixTimeMilliseconds() / 86_400_000);

    private async Task NoteAsync(long bytes, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var today = Today;
        if (await db.StorageDays.AsTracking().FirstOrDefaultAsync(d => d.Day == today, cancel).ConfigureAwait(false) is { } row) row.Bytes = bytes;
        else db.StorageDays.Add(new StorageDayEntity { Day = today, Bytes = bytes });
        await db.SaveChangesAsync(cancel).ConfigureAwait(false);
    }

    private static async Task<DateTimeOffset?> OldestAsync(ObservatoryContext db, string dataset, CancellationToken cancel)
    {
        var at = dataset switch
        {
            RetentionDatasets.Raw => Least(
                await db.Prompts.MinAsync(x => (long?)x.At, cancel).ConfigureAwait(false), await db.Responses.MinAsync(x => (long?)x.At, cancel)
                    .ConfigureAwait(false),
                await db.ToolCalls.MinAsync(x => (long?)x.At, cancel).ConfigureAwait(false), await db.Events.MinAsync(x => (long?)x.At, cancel)
                    .ConfigureAwait(false)),
            RetentionDatasets.Aggregates => await db.Conversations.MinAsync(x => (long?)x.CreatedAt, cancel).ConfigureAwait(false),
            RetentionDatasets.DeadLetters => await db.DeadLetters.MinAsync(x => (long?)x.ReceivedAt, cancel).ConfigureAwait(false),
            _ => null,
        };
        return at is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;
    }

    private static long? Least(params long?[] times) => times.Min();
}
