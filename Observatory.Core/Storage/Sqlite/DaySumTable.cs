using Observatory.Core.Storage.DaySums;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>
/// Blocks of days in <c>day_sums</c>. They are made beside the writer, in a snapshot, and written in a turn of their own with the version of the day that the
/// snapshot had: if the day has gone on by then, the block is of no use and does no harm.
/// </summary>
internal sealed class DaySumTable(SqliteDatabase database, IReadSnapshots snapshots, INarrowReads reads) : IDaySums
{
    private static readonly DaySumPart[] s_parts = Enum.GetValues<DaySumPart>();

    /// <summary>Days without a version are of a database whose versions began later: only a look at the roll-ups finds them, one step a day.</summary>
    public List<(int Day, long Version)> Stale()
    {
        database.Guard.Check();
        using var db = database.Open();
        var days = new SortedDictionary<int, long>();
        using (var select = Statement.On(db, "SELECT Day, Version FROM days"))
        {
            while (select.Read()) days[select.Int(0)] = select.Long(1);
        }
        using (var next = Statement.On(db, "SELECT MIN(Bucket) FROM quarters WHERE Bucket >= ?"))
        {
            for (long from = int.MinValue; ;)
            {
                next.Bind(from);
                long? found = next.Read() ? next.LongOrNull(0) : null;
                next.Reset();
                if (found is not { } bucket) break;
                var day = (int)Math.Floor((double)bucket / DayBlock.Quarters);
                days.TryAdd(day, 0);
                from = (day + 1L) * DayBlock.Quarters;
            }
        }
        var made = new Dictionary<int, int>();
        using (var select = Statement.On(db, "SELECT Id, Version, Form FROM day_sums"))
        {
            while (select.Read())
            {
                var day = DaySumEntity.DayOf(select.Long(0));
                var isOurs = days.TryGetValue(day, out var version) && version == select.Long(1) && select.Int(2) == DayBlock.Form;
                if (isOurs) made[day] = made.GetValueOrDefault(day) + 1;
            }
        }
        return [.. days.Where(d => made.GetValueOrDefault(d.Key) < s_parts.Length).Select(d => (d.Key, d.Value)).Reverse()];
    }

    public async Task MakeAsync(int day, CancellationToken cancel)
    {
        long version;
        var blocks = new byte[s_parts.Length][];
        await using (var snapshot = await snapshots.OpenAsync(cancel).ConfigureAwait(false))
        {
            version = reads.DayVersions(snapshot.Db, day, day + 1)[0];
            for (var i = 0; i < s_parts.Length; i++)
            {
                blocks[i] = s_parts[i] == DaySumPart.ToolTotals ? ToolTotals.Encode(blocks[Array.IndexOf(s_parts, DaySumPart.Tools)])
                    : DayBlocks.Make(reads, snapshot.Db, s_parts[i], day, day + 1, cancel).Single();
            }
        }
        Write(day, version, blocks);
    }

    private void Write(int day, long version, byte[][] blocks)
    {
        database.Guard.Check();
        using var db = database.Open();
        using var turn = database.Turns.Take();
        using var transaction = db.BeginTransaction(deferred: false);
        using (var insert = Statement.On(db, "INSERT OR REPLACE INTO day_sums (Id, Version, Form, Data) VALUES (?, ?, ?, ?)"))
        {
            for (var i = 0; i < blocks.Length; i++)
            {
                insert.Bind(DaySumEntity.IdOf(s_parts[i], day)).Bind(version).Bind((long)DayBlock.Form).Bind(blocks[i]).Run();
            }
        }
        transaction.Commit();
    }
}
