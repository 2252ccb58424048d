using System.Text;
using Microsoft.Data.Sqlite;
using Observatory.Core.Auditing;
using SQLitePCL;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>The rows of the audit log. Whoever walks over them gets each column as the bytes that are stored.</summary>
internal sealed class AuditTable(SqliteDatabase database) : IAuditTable
{
    private const string Columns = "seq, at, actor_kind, actor_id, actor_name, action, target, address, details, hash";

    /// <summary>Place of the hash among the columns.</summary>
    private const int HashColumn = 9;

    private const string Latest = "SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1";

    public AuditPlace End()
    {
        using var db = database.Open();
        using var command = db.CreateCommand();
        command.CommandText = Latest;
        return PlaceOf(command) ?? AuditPlace.Start;
    }

    public void Append(Func<AuditPlace, IReadOnlyList<AuditRow>> make)
    {
        database.Guard.Check();
        using var turn = database.Turns.Take();
        using var db = database.Open();
        using var transaction = db.BeginTransaction(deferred: false);
        using var last = db.CreateCommand();
        (last.CommandText, last.Transaction) = (Latest, transaction);
        var rows = make(PlaceOf(last) ?? AuditPlace.Start);
        using var insert = db.CreateCommand();
        (insert.CommandText, insert.Transaction) = (
            $"INSERT INTO audit_log ({Columns}) VALUES ($seq, $at, $kind, $id, $name, $action, $target, $address, $details, $hash)", transaction);
        foreach (var row in rows)
        {
            insert.Parameters.Clear();
            insert.Parameters.AddWithValue("$seq", row.Seq);
            insert.Parameters.AddWithValue("$at", row.At);
            insert.Parameters.AddWithValue("$kind", row.Actor.Kind);
            insert.Parameters.AddWithValue("$id", row.Actor.Id);
            insert.Parameters.AddWithValue("$name", row.Actor.Name);
            insert.Parameters.AddWithValue("$action", row.Action);
            insert.Parameters.AddWithValue("$target", row.Target);
            insert.Parameters.AddWithValue("$address", row.Address);
            insert.Parameters.AddWithValue("$details", row.Details);
            insert.Parameters.AddWithValue("$hash", row.Hash);
            insert.ExecuteNonQuery();
        }
        transaction.Commit();
    }

    public IReadOnlyList<AuditRow> Read(AuditQuery query, int limit)
    {
        using var db = database.Open();
        using var command = db.CreateCommand();
        var sql = new StringBuilder($"SELECT {Columns} FROM audit_log WHERE 1");
        Where("at >= $from", "$from", query.From);
        Where("at < $until", "$until", query.Until);
        Where("(actor_id = $actor OR actor_name = $actor)", "$actor", query.Actor);
        Where("action = $action", "$action", query.Action);
        Where("address = $address", "$address", query.Address);
        Where("seq < $before", "$before", query.Before);
        Where("seq > $after", "$after", query.After);
        sql.Append(query.After is null ? " ORDER BY seq DESC LIMIT $limit" : " ORDER BY seq LIMIT $limit");
        command.Parameters.AddWithValue("$limit", limit);
        command.CommandText = sql.ToString();
        using var rows = command.ExecuteReader();
        var found = new List<AuditRow>();
        while (rows.Read())
        {
            found.Add(new AuditRow(rows.GetInt64(0), rows.GetInt64(1), new AuditActor(Text(2), Text(3), Text(4)), Text(5), Text(6), Text(7), Text(8),
                rows.GetValue(HashColumn) as byte[] ?? []));
        }
        return found;

        void Where(string condition, string name, object? value)
        {
            if (value is null) return;
            sql.Append(" AND ").Append(condition);
            command.Parameters.AddWithValue(name, value);
        }

        // Whatever somebody put there is shown.
        string Text(int column) => rows.GetValue(column) switch { string text => text, byte[] bytes => Convert.ToHexString(bytes), var other => $"{other}" };
    }

    public void Walk(Func<long, byte[]> first, AuditVisit visit, CancellationToken cancel)
    {
        using var db = database.Open();
        var handle = db.Handle!;
        var prepared = raw.sqlite3_prepare_v2(handle, $"SELECT {Columns} FROM audit_log ORDER BY seq", out var statement);
        using var owned = statement;
        if (prepared != raw.SQLITE_OK) throw new SqliteException(raw.sqlite3_errmsg(handle).utf8_to_string(), prepared);
        var chain = new AuditChain();
        byte[]? before = null;
        var result = raw.sqlite3_step(statement);
        for (var rows = 0; result == raw.SQLITE_ROW; rows++, result = raw.sqlite3_step(statement))
        {
            if ((rows & 0xFFF) == 0) cancel.ThrowIfCancellationRequested();
            var seq = raw.sqlite3_column_int64(statement, 0);
            // A copy: it is written over with the hash of each row.
            before ??= [.. first(seq)];
            chain.Begin(before);
            for (var i = 0; i < HashColumn; i++) AddColumn(chain, statement, i);
            var hash = raw.sqlite3_column_blob(statement, HashColumn);
            if (!visit(seq, chain, hash)) return;
            if (hash.Length != before.Length) before = new byte[hash.Length];
            hash.CopyTo(before);
        }
        if (result != raw.SQLITE_DONE) throw new SqliteException(raw.sqlite3_errmsg(handle).utf8_to_string(), result);
    }

    public AuditPlace? LastBefore(long before)
    {
        using var db = database.Open();
        using var command = db.CreateCommand();
        // The last row of all stays: the next one follows it.
        command.CommandText = "SELECT seq, hash FROM audit_log WHERE seq < (SELECT min(ifnull((SELECT min(seq) FROM audit_log WHERE at >= $at), max(seq)), "
            + "max(seq)) FROM audit_log) ORDER BY seq DESC LIMIT 1";
        command.Parameters.AddWithValue("$at", before);
        return PlaceOf(command);
    }

    public long Trim(long last)
    {
        using var turn = database.Turns.Take();
        using var db = database.Open();
        using var command = db.CreateCommand();
        command.CommandText = "DELETE FROM audit_log WHERE seq <= $last";
        command.Parameters.AddWithValue("$last", last);
        return command.ExecuteNonQuery();
    }

    public long LatestRun()
    {
        using var db = database.Open();
        using var command = db.CreateCommand();
        command.CommandText = "SELECT ifnull(max(Id), 0) FROM runs";
        return (long)command.ExecuteScalar()!;
    }

    private static AuditPlace? PlaceOf(SqliteCommand command)
    {
        using var row = command.ExecuteReader();
        return row.Read() ? new AuditPlace(row.GetInt64(0), row.GetValue(1) as byte[] ?? []) : null;
    }

    private static void AddColumn(AuditChain chain, sqlite3_stmt statement, int column)
    {
        switch (raw.sqlite3_column_type(statement, column))
        {
            case raw.SQLITE_INTEGER:
                chain.Add(raw.sqlite3_column_int64(statement, column));
                break;
            case raw.SQLITE_TEXT:
                chain.AddText(raw.sqlite3_column_blob(statement, column));
                break;
            case raw.SQLITE_NULL:
                chain.AddNull();
                break;
            default:
                // Nothing else is ever written.
                chain.AddBlob(raw.sqlite3_column_blob(statement, column));
                break;
        }
    }
}
