using Observatory.Core.Ingestion;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Writing;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>What is known beside items, as prepared statements on the writer's connection. Writer only.</summary>
internal sealed class FactTables(StatementCache statements) : IFactRows
{
    public int LastFingerprints()
    {
        var (select, last) = (Sql("SELECT COALESCE(MAX(Id), 0) FROM fingerprints"), 0);
        while (select.Read()) last = select.Int(0);
        return last;
    }

    public void WriteFingerprints(int id, int conversation, FingerprintKind kind, ReadOnlySpan<byte> data) =>
        Sql("INSERT INTO fingerprints (Id, ConversationId, Kind, Data) VALUES (?, ?, ?, ?)").Bind(id).Bind(conversation).Bind((long)kind).Bind(data).Run();

    public void Fingerprints(Action<int, FingerprintKind, ReadOnlySpan<byte>> each)
    {
        var select = Sql("SELECT ConversationId, Kind, Data FROM fingerprints ORDER BY Id");
        while (select.Read()) each(select.Int(0), (FingerprintKind)select.Int(1), select.Blob(2));
    }

    public void Write(SharedLineEntity x) =>
        Sql("INSERT OR IGNORE INTO shared_lines (Uuid, ConversationId, At) VALUES (?, ?, ?)").Bind(x.Uuid).Bind(x.ConversationId).Bind(x.At).Run();

    public IEnumerable<SharedLineEntity> SharedLines()
    {
        var select = Sql("SELECT Uuid, ConversationId, At FROM shared_lines");
        while (select.Read()) yield return new SharedLineEntity { Uuid = select.Long(0), ConversationId = select.Int(1), At = select.Long(2) };
    }

    public void Write(SharedItemEntity x) =>
        Sql("INSERT OR REPLACE INTO shared_items (Kind, ItemId, ConversationId, CopiedFromId) VALUES (?, ?, ?, ?)")
            .Bind((long)x.Kind).Bind(x.ItemId).Bind(x.ConversationId).Bind(x.CopiedFromId).Run();

    public IEnumerable<SharedItemEntity> SharedItems()
    {
        var select = Sql("SELECT Kind, ItemId, ConversationId, CopiedFromId FROM shared_items ORDER BY Kind, ItemId");
        while (select.Read()) yield return new SharedItemEntity { Kind = (ItemKind)select.Int(0), ItemId = select.Int(1), ConversationId = select.Int(2), CopiedFromId = select.Int(3) };
    }

    public void WritePending(ulong leaf, string text) => Sql("INSERT OR REPLACE INTO pending_summaries (Leaf, Text) VALUES (?, ?)").Bind((long)leaf).Bind(text).Run();

    public IEnumerable<(ulong Leaf, string Text)> Pending()
    {
        var select = Sql("SELECT Leaf, Text FROM pending_summaries");
        while (select.Read()) yield return ((ulong)select.Long(0), select.Text(1)!);
    }

    public void Write(WorktreeEntity x) =>
        Sql("INSERT OR REPLACE INTO worktrees (FolderId, RepositoryId) VALUES (?, ?)").Bind(x.FolderId).Bind(x.RepositoryId).Run();

    public IEnumerable<WorktreeEntity> Worktrees()
    {
        var select = Sql("SELECT FolderId, RepositoryId FROM worktrees");
        while (select.Read()) yield return new WorktreeEntity { FolderId = select.Int(0), RepositoryId = select.Int(1) };
    }

    public void WriteSeenEvents(int id, ReadOnlySpan<byte> data) => Sql("INSERT INTO seen_events (Id, Data) VALUES (?, ?)").Bind(id).Bind(data).Run();

    public void SeenEvents(KeyPieceReader each)
    {
        var select = Sql("SELECT Id, Data FROM seen_events ORDER BY Id");
        while (select.Read()) each(select.Int(0), select.Blob(1));
    }

    public byte[] SeenPiece(int id)
    {
        var select = Sql("SELECT Data FROM seen_events WHERE Id = ?").Bind(id);
        if (!select.Read()) throw new InvalidOperationException($"Names of events {id} are known but not stored.");
        var data = select.Blob(0).ToArray();
        select.Reset();
        return data;
    }

    public IEnumerable<SeriesEntity> Series()
    {
        var select = Sql("SELECT Id, MetricId, Source, UserId, Tags FROM series");
        while (select.Read()) yield return new SeriesEntity { Id = select.Int(0), MetricId = select.Int(1), Source = select.Int(2), UserId = select.Int(3), Tags = select.Text(4)! };
    }

    public void Write(SeriesEntity x) => Sql("INSERT INTO series (Id, MetricId, Source, UserId, Tags) VALUES (?, ?, ?, ?, ?)")
        .Bind(x.Id).Bind(x.MetricId).Bind(x.Source).Bind(x.UserId).Bind(x.Tags).Run();

    public bool WritePoint(int series, MetricPoint x) => Sql("INSERT OR IGNORE INTO points (SeriesId, At, Key, StartAt, Value) VALUES (?, ?, ?, ?, ?)")
        .Bind(series).Bind(x.At).Bind((long)x.Key.Low).Bind(x.StartAt).Bind(x.Value).RunAndCount() > 0;

    private Statement Sql(string sql) => statements.Get(sql);
}
