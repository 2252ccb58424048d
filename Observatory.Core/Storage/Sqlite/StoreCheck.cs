using System.Globalization;
using Microsoft.Data.Sqlite;
using Observatory.Core.Storage.Sqlite.Blocks;
using Observatory.Core.Storage.Writing.Keys;
using SQLitePCL;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>
/// SQLite's quick check, a table at a time (a longer read would keep the log from being cut), then each block and each page of keys against its sum. On a
/// connection of its own, so that it can be stopped in the middle of a statement.
/// </summary>
internal sealed class StoreCheck(SqliteDatabase database) : IStoreCheck
{
    private const int MostFaults = 20;
    private const int BlocksAtOnce = 32;
    private const int Interrupted = 9;

    public bool IsDue => database.WasUnclean;

    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancel = default)
    {
        var faults = await Task.Run(() => Look(cancel), cancel).ConfigureAwait(false);
        if (faults.Count > 0) database.Health.ReportDamage(faults[0]);
        else database.Health.ReportWhole();
        return faults;
    }

    private List<string> Look(CancellationToken cancel)
    {
        database.Guard.Check();
        var faults = new List<string>();
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ToString());
        connection.Open();
        Pragmas.Apply(connection);
        var handle = connection.Handle!;
        using var stop = cancel.Register(() => raw.sqlite3_interrupt(handle));
        try
        {
            foreach (var table in Texts(connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"))
            {
                cancel.ThrowIfCancellationRequested();
                Try(faults, table, () =>
                {
                    var lines = Texts(connection, $"PRAGMA quick_check(\"{table}\")");
                    faults.AddRange(lines.Where(line => line != "ok").Select(line => $"{table}: {line}"));
                });
                if (faults.Count >= MostFaults) return faults;
            }
            Try(faults, "item_blocks", () => LookAtBlocks(connection, faults, cancel));
            Try(faults, "key_pages", () => LookAtKeys(connection, faults, cancel));
            return faults;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == Interrupted && cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException("The check was stopped.", e, cancel);
        }
    }

    private static void Try(List<string> faults, string table, Action look)
    {
        try
        {
            look();
        }
        catch (SqliteException e) when (SqliteErrors.Instance.IsDamage(e))
        {
            faults.Add($"{table}: {e.Message}");
        }
    }

    private static unsafe void LookAtBlocks(SqliteConnection connection, List<string> faults, CancellationToken cancel) =>
        LookAt(connection, "item_blocks", "block", faults, bytes =>
        {
            fixed (byte* first = bytes) new ItemBlock(first, bytes.Length).Verify();
        }, cancel);

    private static void LookAtKeys(SqliteConnection connection, List<string> faults, CancellationToken cancel) =>
        LookAt(connection, "key_pages", "page of keys", faults, KeyPage.Verify, cancel);

    private static void LookAt(
        SqliteConnection connection, string table, string what, List<string> faults, Verification verify, CancellationToken cancel)
    {
        using var select = Statement.On(
            connection, string.Create(CultureInfo.InvariantCulture, $"SELECT Id, Data FROM {table} WHERE Id > ? ORDER BY Id LIMIT {BlocksAtOnce}"));
        var (last, more) = (long.MinValue, true);
        while (more && faults.Count < MostFaults)
        {
            cancel.ThrowIfCancellationRequested();
            more = false;
            select.Bind(last);
            while (select.Read())
            {
                (last, more) = (select.Long(0), true);
                try
                {
                    verify(select.Blob(1));
                }
                catch (InvalidDataException e)
                {
                    faults.Add($"{what} {last}: {e.Message}");
                }
            }
        }
    }

    private delegate void Verification(ReadOnlySpan<byte> bytes);

    private static List<string> Texts(SqliteConnection connection, string sql)
    {
        using var row = Statement.On(connection, sql);
        var texts = new List<string>();
        while (row.Read()) texts.Add(row.Text(0)!);
        return texts;
    }
}
