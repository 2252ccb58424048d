namespace Observatory.Core.Storage.Sqlite;

/// <summary>Keeps one row a run of the program, from its start to its last heartbeat. Without EF's model, so that the first beat waits for nothing.</summary>
internal sealed class SqliteHeartbeat(SqliteDatabase database, TimeProvider clock) : IHeartbeat
{
    private long _run;

    public Task BeatAsync(CancellationToken cancel = default)
    {
        database.Guard.Check();
        using var turn = database.Turns.Take();
        using var db = database.Open();
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (_run == 0)
        {
            using var insert = Statement.On(db, "INSERT INTO runs (StartedAt, LastBeatAt) VALUES (?, ?) RETURNING Id").Bind(now).Bind(now);
            insert.Read();
            var run = insert.Long(0);
            // The row counts when the statement has ended.
            while (insert.Read())
            {
            }
            _run = run;
            return Task.CompletedTask;
        }
        // A clock that was ahead and was set right takes its beats back.
        using var update = Statement.On(db, "UPDATE runs SET LastBeatAt = ? WHERE Id = ?").Bind(now).Bind(_run);
        update.Run();
        return Task.CompletedTask;
    }
}
