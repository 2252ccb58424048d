using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Writing;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>Rows and texts that were put back, as prepared statements on the writer's connection. Writer only.</summary>
internal sealed class RestoredTables(StatementCache statements) : IRestoredRows
{
    public void Write(RestoredRowEntity x) => statements.Get(
        "INSERT INTO restored_rows (Store, KeyHigh, KeyLow, RowId, At, ConversationId, UserId, ProjectId, ModelId, Sources, IsVoid, IsMessage, IsCall, TextId, "
        + "Input, Output, CacheWrite, CacheRead, Cost, CacheWrite1h, SpeedId, TierId, RegionId, TypeId, Data, KeepUntil) "
        + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        + "ON CONFLICT (Store, KeyHigh, KeyLow) DO UPDATE SET KeepUntil = MAX(KeepUntil, excluded.KeepUntil)")
        .Bind((long)x.Store).Bind(x.KeyHigh).Bind(x.KeyLow).Bind((long)x.RowId).Bind(x.At).Bind((long)x.ConversationId).Bind((long)x.UserId)
        .Bind((long)x.ProjectId).Bind((long)x.ModelId).Bind((long)x.Sources).Bind(x.IsVoid).Bind(x.IsMessage).Bind(x.IsCall).Bind((long?)x.TextId)
        .Bind(x.Input).Bind(x.Output).Bind(x.CacheWrite).Bind(x.CacheRead).Bind(x.Cost).Bind(x.CacheWrite1h).Bind((long)x.SpeedId).Bind((long)x.TierId)
        .Bind((long)x.RegionId).Bind((long)x.TypeId).Bind(x.Data).Bind(x.KeepUntil).Run();

    public void Write(RestoredTextEntity x) => statements.Get(
        "INSERT INTO restored_texts (TextId, Body, KeepUntil) VALUES (?, ?, ?) "
        + "ON CONFLICT (TextId) DO UPDATE SET KeepUntil = MAX(KeepUntil, excluded.KeepUntil)")
        .Bind((long)x.TextId).Bind(x.Body).Bind(x.KeepUntil).Run();

    public int Expire(long at, int most) =>
        statements.Get("DELETE FROM restored_rows WHERE rowid IN (SELECT rowid FROM restored_rows WHERE KeepUntil <= ? LIMIT ?)")
            .Bind(at).Bind((long)most).RunAndCount()
        + statements.Get("DELETE FROM restored_texts WHERE TextId IN (SELECT TextId FROM restored_texts WHERE KeepUntil <= ? LIMIT ?)")
            .Bind(at).Bind((long)most).RunAndCount();
}
