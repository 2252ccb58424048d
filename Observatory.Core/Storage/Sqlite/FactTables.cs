using System.Buffers.Binary;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Series;
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

    private const string OldKinds = "Kind IN (1, 2)";

    public void Fingerprints(Action<int, FingerprintKind, ReadOnlySpan<byte>> each)
    {
        var select = Sql($"SELECT ConversationId, Kind, Data FROM fingerprints WHERE NOT ({OldKinds}) ORDER BY Id");
        while (select.Read()) each(select.Int(0), (FingerprintKind)select.Int(1), select.Blob(2));
    }

    public (int Last, bool IsAll) OldFingerprints(int most, List<(int Conversation, FingerprintKind Kind, ulong Value)> fingerprints)
    {
        var (select, last) = (Sql($"SELECT Id, ConversationId, Kind, Data FROM fingerprints WHERE {OldKinds} ORDER BY Id"), 0);
        bool isMore;
        while ((isMore = select.Read()) && fingerprints.Count < most)
        {
            last = select.Int(0);
            for (var data = select.Blob(3); data.Length >= sizeof(ulong); data = data[sizeof(ulong)..])
                fingerprints.Add((select.Int(1), (FingerprintKind)select.Int(2), BinaryPrimitives.ReadUInt64LittleEndian(data)));
        }
        select.Reset();
        return (last, !isMore);
    }

    public void DeleteOldFingerprints(int last) => Sql($"DELETE FROM fingerprints WHERE {OldKinds} AND Id <= ?").Bind(last).Run();

    public void AddLines(int conversation, int lines) =>
        Sql("UPDATE conversations SET Lines = Lines + ? WHERE Id = ?").Bind(lines).Bind(conversation).Run();

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
        while (select.Read())
        {
            yield return new SharedItemEntity
            {
                Kind = (ItemKind)select.Int(0), ItemId = select.Int(1), ConversationId = select.Int(2), CopiedFromId = select.Int(3),
            };
        }
    }

    public void WritePending(ulong leaf, string text) =>
        Sql("INSERT OR REPLACE INTO pending_summaries (Leaf, Text) VALUES (?, ?)").Bind((long)leaf).Bind(text).Run();

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

    public IEnumerable<CarryEntity> Carries()
    {
        var select = Sql("SELECT ConversationId, Until, Sources, FirstAt, LastAt, ActiveMs, FirstPromptAt, Models, Totals FROM carries");
        while (select.Read())
        {
            yield return new CarryEntity
            {
                ConversationId = select.Int(0), Until = select.Long(1), Sources = select.Int(2), FirstAt = select.LongOrNull(3), LastAt = select.LongOrNull(4),
                ActiveMs = select.Long(5), FirstPromptAt = select.LongOrNull(6), Models = select.Blob(7).ToArray(), Totals = select.Blob(8).ToArray(),
            };
        }
    }

    public void Write(CarryEntity x) => Sql(
        "INSERT OR REPLACE INTO carries (ConversationId, Until, Sources, FirstAt, LastAt, ActiveMs, FirstPromptAt, Models, Totals) " +
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .Bind(x.ConversationId).Bind(x.Until).Bind(x.Sources).Bind(x.FirstAt).Bind(x.LastAt).Bind(x.ActiveMs)
        .Bind(x.FirstPromptAt).Bind(x.Models).Bind(x.Totals).Run();

    public IEnumerable<GoneSharedItemEntity> GoneSharedItems()
    {
        var select = Sql("SELECT Kind, ItemId, At, RequestRef, OwnerId, WholeId, IsResult FROM gone_shared_items");
        while (select.Read())
        {
            yield return new GoneSharedItemEntity
            {
                Kind = (ItemKind)select.Int(0), ItemId = select.Int(1), At = select.Long(2), RequestRef = select.Long(3), OwnerId = select.Int(4),
                WholeId = select.Int(5), IsResult = select.Bool(6),
            };
        }
    }

    public void Write(GoneSharedItemEntity x) =>
        Sql("INSERT OR REPLACE INTO gone_shared_items (Kind, ItemId, At, RequestRef, OwnerId, WholeId, IsResult) VALUES (?, ?, ?, ?, ?, ?, ?)")
            .Bind((long)x.Kind).Bind(x.ItemId).Bind(x.At).Bind(x.RequestRef).Bind(x.OwnerId).Bind(x.WholeId).Bind(x.IsResult).Run();

    public void WriteGoneDay(int day, byte[] data) => Sql("INSERT INTO gone_days (Day, Data) VALUES (?, ?)").Bind(day).Bind(data).Run();

    public IEnumerable<IdMarkEntity> IdMarks()
    {
        var select = Sql("SELECT Kind, Last FROM id_marks");
        while (select.Read()) yield return new IdMarkEntity { Kind = select.Text(0)!, Last = select.Int(1) };
    }

    public void WriteIdMark(string kind, int last) => Sql("INSERT OR REPLACE INTO id_marks (Kind, Last) VALUES (?, ?)").Bind(kind).Bind(last).Run();

    public ISeriesRows Series { get; } = new SeriesTables(statements);

    public IRestoredRows Restored { get; } = new RestoredTables(statements);

    private Statement Sql(string sql) => statements.Get(sql);
}
