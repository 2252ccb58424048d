using Observatory.Core.Ingestion;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Sqlite.Blocks;
using SQLitePCL;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>Everything that the writer reads and writes, as prepared statements on its own connection. Writer only.</summary>
internal sealed class WriterTables : IDisposable
{
    private const string ConversationColumns =
        "Id, SessionId, ParentId, UserId, ProjectId, BranchId, VersionId, Title, CustomTitle, AiTitle, Summary, FirstPrompt, CreatedAt, LastActivity, ActiveMs, " +
        "UserMessages, AssistantMessages, Input, Output, CacheWrite, CacheRead, Cost, UnpricedTokens, ToolCalls, ToolErrors, ResponseCount, ResponseMs, " +
        "Sources, Models, PullRequest, ClientCost, FirstQueueOperation, CopiedLines, UserRank, UserAt, Given, FirstLineAt, " +
        "StartFolderId, StartAt, StartRank, WorktreeId";

    private readonly sqlite3 _connection;
    private const int RememberedFiles = 4_096;

    private readonly Dictionary<string, Statement> _statements = [];

    /// <summary>Bad lines of a file that are kept.</summary>
    private readonly Dictionary<string, int> _rejectedOfFile = new(StringComparer.Ordinal);
    private readonly KeptLetters _letters;
    private readonly Statement _conversation;
    private readonly Statement _change;
    private readonly Statement _text;

    public WriterTables(SqliteDatabase database)
    {
        _connection = database.OpenWriter();
        Transaction = new TransactionGate(_connection, database.Turns);
        // Prompts change when they are answered: they stay rows.
        Prompts = new ItemTable<PromptEntity>(_connection, Transaction, ItemColumns.Prompts);
        Responses = new ItemTable<ResponseEntity>(_connection, Transaction, ItemColumns.Responses, new(_connection, Transaction, ItemColumns.Responses, BlockKind.Responses, database.FewestInBlock));
        ToolCalls = new ItemTable<ToolCallEntity>(_connection, Transaction, ItemColumns.ToolCalls, new(_connection, Transaction, ItemColumns.ToolCalls, BlockKind.ToolCalls, database.FewestInBlock));
        ApiErrors = new ItemTable<ApiErrorEntity>(_connection, Transaction, ItemColumns.ApiErrors);
        Marks = new ItemTable<MarkEntity>(_connection, Transaction, ItemColumns.Marks);
        Events = new ItemTable<EventEntity>(_connection, Transaction, ItemColumns.Events, new(_connection, Transaction, ItemColumns.Events, BlockKind.Events, database.FewestInBlock));
        Rollups = new RollupTables(_connection, Transaction);
        _letters = new KeptLetters(this);
        // Those that run for every other event are not looked up by their text.
        _conversation = Sql($"INSERT INTO conversations ({ConversationColumns}) VALUES ({string.Join(", ", Enumerable.Repeat("?", 41))})");
        // Its session stays, and with it the entry of an index that lies somewhere else each time.
        _change = Sql($"UPDATE conversations SET {string.Join(", ", ConversationColumns.Split(", ")[2..].Select(c => c + " = ?"))} WHERE Id = ?");
        _text = Sql("INSERT INTO texts (Id, Body) VALUES (?, ?)");
    }

    public ItemTable<PromptEntity> Prompts { get; }

    public ItemTable<ResponseEntity> Responses { get; }

    public ItemTable<ToolCallEntity> ToolCalls { get; }

    public ItemTable<ApiErrorEntity> ApiErrors { get; }

    public ItemTable<MarkEntity> Marks { get; }

    public ItemTable<EventEntity> Events { get; }

    public RollupTables Rollups { get; }

    public TransactionGate Transaction { get; }

    public IEnumerable<(int Id, ulong High, ulong Low)> Keys(string table)
    {
        var select = Sql($"SELECT Id, KeyHigh, KeyLow FROM {table} ORDER BY Id");
        while (select.Read()) yield return (select.Int(0), (ulong)select.Long(1), (ulong)select.Long(2));
    }

    /// <summary>Some conversation is known through another source than transcripts.</summary>
    public bool HasForeign()
    {
        var select = Sql("SELECT EXISTS (SELECT 1 FROM conversations WHERE (Given & ?) <> 0)").Bind((long)(int)Writing.SourceRank.Foreign);
        select.Read();
        var found = select.Bool(0);
        select.Reset();
        return found;
    }

    /// <summary>Bit n set = some conversation is known through source n.</summary>
    public int Sources()
    {
        var (select, all) = (Sql("SELECT DISTINCT Sources FROM conversations"), 0);
        while (select.Read()) all |= select.Int(0);
        return all;
    }

    /// <summary>Calls that name a request: id, request and kind.</summary>
    public IEnumerable<(int Id, ulong Request, int Kind)> Requests()
    {
        var select = Sql("SELECT Id, Request, Kind FROM responses WHERE Request <> 0 AND Kind <= 3 ORDER BY Id");
        while (select.Read()) yield return (select.Int(0), (ulong)select.Long(1), select.Int(2));
    }

    public long MaxId(string table)
    {
        var select = Sql($"SELECT COALESCE(MAX(Id), 0) FROM {table}");
        select.Read();
        var id = select.Long(0);
        select.Reset();
        return id;
    }

    /// <summary>
    /// No item of the kind in a block has a greater number. The items of a damaged block are not known, and a number is never used twice: as many as a block may hold.
    /// </summary>
    public int LastInBlocks(BlockKind kind)
    {
        var select = Sql("SELECT COALESCE(MAX(Id), 0) FROM item_blocks WHERE Id >= ? AND Id < ?").Bind(BlockIds.Of(kind, 0)).Bind(BlockIds.End(kind));
        select.Read();
        var first = select.Long(0);
        select.Reset();
        return first == 0 ? 0 : BlockIds.ItemOf(first) + BlockFormat.MostRows - 1;
    }

    public IEnumerable<NameEntity> Names()
    {
        var select = Sql("SELECT Id, Kind, Text, Ordinal FROM names");
        while (select.Read()) yield return new NameEntity { Id = select.Int(0), Kind = (NameKind)select.Int(1), Text = select.Text(2)!, Ordinal = select.Int(3) };
    }

    public void Write(NameEntity x) => Sql("INSERT INTO names (Id, Kind, Text, Ordinal) VALUES (?, ?, ?, ?)").Bind(x.Id).Bind((long)x.Kind).Bind(x.Text).Bind(x.Ordinal).Run();

    public IEnumerable<(int Id, string Session)> Sessions()
    {
        var select = Sql("SELECT Id, SessionId FROM conversations");
        while (select.Read()) yield return (select.Int(0), select.Text(1)!);
    }

    public ConversationEntity LoadConversation(int id)
    {
        var s = Sql($"SELECT {ConversationColumns} FROM conversations WHERE Id = ?").Bind(id);
        if (!s.Read()) throw new InvalidOperationException($"Conversation {id} is known but not stored.");
        var x = new ConversationEntity
        {
            Id = s.Int(0), SessionId = s.Text(1)!, ParentId = s.IntOrNull(2), UserId = s.Int(3), ProjectId = s.Int(4), BranchId = s.Int(5), VersionId = s.Int(6),
            Title = s.Text(7)!, CustomTitle = s.Text(8), AiTitle = s.Text(9), Summary = s.Text(10), FirstPrompt = s.Text(11), CreatedAt = s.Long(12),
            LastActivity = s.Long(13), ActiveMs = s.Long(14), UserMessages = s.Long(15), AssistantMessages = s.Long(16), Input = s.Long(17), Output = s.Long(18),
            CacheWrite = s.Long(19), CacheRead = s.Long(20), Cost = s.Long(21), UnpricedTokens = s.Long(22), ToolCalls = s.Long(23), ToolErrors = s.Long(24),
            ResponseCount = s.Long(25), ResponseMs = s.Long(26), Sources = s.Int(27), Models = s.Text(28)!, PullRequest = s.Text(29), ClientCost = s.LongOrNull(30),
            FirstQueueOperation = s.LongOrNull(31), CopiedLines = s.Int(32),
            UserRank = s.Int(33), UserAt = s.Long(34), Given = s.Int(35), FirstLineAt = s.LongOrNull(36),
            StartFolderId = s.Int(37), StartAt = s.Long(38), StartRank = s.Int(39), WorktreeId = s.Int(40),
        };
        s.Reset();
        return x;
    }

    /// <param name="isNew">No row of it is stored.</param>
    public void Write(ConversationEntity x, bool isNew)
    {
        if (isNew) Columns(_conversation.Bind(x.Id).Bind(x.SessionId)).Run();
        else Columns(_change).Bind(x.Id).Run();

        Statement Columns(Statement s) => s.Bind((long?)x.ParentId).Bind(x.UserId).Bind(x.ProjectId).Bind(x.BranchId).Bind(x.VersionId).Bind(x.Title).Bind(x.CustomTitle)
            .Bind(x.AiTitle).Bind(x.Summary).Bind(x.FirstPrompt).Bind(x.CreatedAt).Bind(x.LastActivity).Bind(x.ActiveMs).Bind(x.UserMessages).Bind(x.AssistantMessages)
            .Bind(x.Input).Bind(x.Output).Bind(x.CacheWrite).Bind(x.CacheRead).Bind(x.Cost).Bind(x.UnpricedTokens).Bind(x.ToolCalls).Bind(x.ToolErrors)
            .Bind(x.ResponseCount).Bind(x.ResponseMs).Bind(x.Sources).Bind(x.Models).Bind(x.PullRequest).Bind(x.ClientCost).Bind(x.FirstQueueOperation)
            .Bind(x.CopiedLines).Bind(x.UserRank).Bind(x.UserAt).Bind(x.Given).Bind(x.FirstLineAt)
            .Bind(x.StartFolderId).Bind(x.StartAt).Bind(x.StartRank).Bind(x.WorktreeId);
    }

    public void Write(AgentEntity x) => Sql(
        "INSERT INTO agents (ConversationId, AgentId, Type, Description, ToolUse) VALUES (?, ?, ?, ?, ?) ON CONFLICT (ConversationId, AgentId) DO UPDATE SET " +
        "Type = COALESCE(excluded.Type, Type), Description = COALESCE(excluded.Description, Description), ToolUse = CASE WHEN excluded.ToolUse <> 0 THEN excluded.ToolUse ELSE ToolUse END")
        .Bind(x.ConversationId).Bind(x.AgentId).Bind(x.Type).Bind(x.Description).Bind(x.ToolUse).Run();

    public void WriteText(int id, string body) => _text.Bind(id).Bind(body).Run();

    public string? LoadText(int id)
    {
        var select = Sql("SELECT Body FROM texts WHERE Id = ?").Bind(id);
        if (!select.Read()) return null;
        var body = select.Text(0);
        select.Reset();
        return body;
    }

    public void Write(Bookmark x) => Sql(
        "INSERT OR REPLACE INTO files (Path, Offset, Line, HeadHash, HeadLength, TailHash, Size, ModifiedAt) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .Bind(x.File).Bind(x.Offset).Bind(x.Line).Bind((long)x.HeadHash).Bind(x.HeadLength).Bind((long)x.TailHash).Bind(x.Size).Bind(x.ModifiedAt).Run();

    public void WriteFingerprints(int id, int conversation, FingerprintKind kind, ReadOnlySpan<byte> data) =>
        Sql("INSERT INTO fingerprints (Id, ConversationId, Kind, Data) VALUES (?, ?, ?, ?)").Bind(id).Bind(conversation).Bind((long)kind).Bind(data).Run();

    /// <summary>Calls back for each stored chunk in order of arrival; the span is valid during the call only.</summary>
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

    /// <summary>False where the same line was set aside before: a file that is read again adds nothing. Of a file the first ones are kept, the others counted.</summary>
    public bool Write(RejectedLine x, long at)
    {
        if (!_rejectedOfFile.TryGetValue(x.File, out var kept))
        {
            if (_rejectedOfFile.Count >= RememberedFiles) _rejectedOfFile.Clear();
            var select = Sql("SELECT COUNT(*) FROM rejected_lines WHERE File = ?").Bind(x.File);
            while (select.Read()) kept = select.Int(0);
            _rejectedOfFile[x.File] = kept;
        }
        if (kept >= Ingestion.Transcripts.TranscriptReader.MostRejected) return true;
        var isNew = Sql("INSERT OR IGNORE INTO rejected_lines (File, Line, Offset, Reason, Text, At) VALUES (?, ?, ?, ?, ?, ?)")
            .Bind(x.File).Bind(x.Line).Bind(x.Offset).Bind(x.Reason).Bind(x.Text).Bind(at).RunAndCount() > 0;
        if (isNew) _rejectedOfFile[x.File] = kept + 1;
        return isNew;
    }

    public void WriteDrift(string kind, string version, int lines, long at) =>
        Sql("INSERT INTO drift (Kind, Version, Lines, FirstSeen) VALUES (?, ?, ?, ?) ON CONFLICT (Kind, Version) DO UPDATE SET Lines = Lines + excluded.Lines")
            .Bind(kind).Bind(version).Bind(lines).Bind(at).Run();

    public void Write(WorktreeEntity x) =>
        Sql("INSERT OR REPLACE INTO worktrees (FolderId, RepositoryId) VALUES (?, ?)").Bind(x.FolderId).Bind(x.RepositoryId).Run();

    public IEnumerable<WorktreeEntity> Worktrees()
    {
        var select = Sql("SELECT FolderId, RepositoryId FROM worktrees");
        while (select.Read()) yield return new WorktreeEntity { FolderId = select.Int(0), RepositoryId = select.Int(1) };
    }

    /// <summary>Conversations with something that counts in one of the first folders, or that started in one of either.</summary>
    public List<int> ConversationsOf(IReadOnlyList<int> folders, IReadOnlyList<int> around)
    {
        var found = new List<int>();
        if (folders.Count == 0) return found;
        var (inside, starts) = (string.Join(',', folders), string.Join(',', folders.Concat(around)));
        // Numbers of ours, seldom asked: not worth a statement that is kept.
        var sql = $"SELECT ConversationId FROM quarters WHERE ProjectId IN ({inside}) AND ConversationId <> 0 " +
            $"UNION SELECT Id FROM conversations WHERE StartFolderId IN ({starts})";
        using var select = new Statement(_connection, sql, Transaction);
        while (select.Read()) found.Add(select.Int(0));
        return found;
    }

    public void WriteSeenEvents(int id, ReadOnlySpan<byte> data) => Sql("INSERT INTO seen_events (Id, Data) VALUES (?, ?)").Bind(id).Bind(data).Run();

    /// <summary>Calls back for each stored piece in order of arrival; the span is valid during the call only.</summary>
    public void SeenEvents(SeenPieceReader each)
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

    public void Write(DeadLetter x, string? user, long at) => _letters.Write(x, user, at);

    /// <returns>Its number.</returns>
    public long WriteLetter(DeadLetter x, string? user, long at)
    {
        Sql("INSERT INTO dead_letters (Source, EventId, Reason, Text, User, ReceivedAt) VALUES (?, ?, ?, ?, ?, ?)")
            .Bind((long)x.Source).Bind(x.Id).Bind(x.Reason).Bind(x.Text).Bind(user).Bind(at).Run();
        return raw.sqlite3_last_insert_rowid(_connection);
    }

    public void ChangeLetter(long id, string reason) => Sql("UPDATE dead_letters SET Reason = ? WHERE Id = ?").Bind(reason).Bind(id).Run();

    public IEnumerable<(long Id, int Source, string? EventId, string Reason, string? Text, string? User, long At)> LettersSince(long at)
    {
        var select = Sql("SELECT Id, Source, EventId, Reason, Text, User, ReceivedAt FROM dead_letters WHERE ReceivedAt >= ? ORDER BY Id").Bind(at);
        while (select.Read()) yield return (select.Long(0), select.Int(1), select.Text(2), select.Text(3)!, select.Text(4), select.Text(5), select.Long(6));
    }

    public IEnumerable<SeriesEntity> Series()
    {
        var select = Sql("SELECT Id, MetricId, Source, UserId, Tags FROM series");
        while (select.Read()) yield return new SeriesEntity { Id = select.Int(0), MetricId = select.Int(1), Source = select.Int(2), UserId = select.Int(3), Tags = select.Text(4)! };
    }

    public void Write(SeriesEntity x) => Sql("INSERT INTO series (Id, MetricId, Source, UserId, Tags) VALUES (?, ?, ?, ?, ?)")
        .Bind(x.Id).Bind(x.MetricId).Bind(x.Source).Bind(x.UserId).Bind(x.Tags).Run();

    /// <summary>False where the point was known.</summary>
    public bool WritePoint(int series, MetricPoint x) => Sql("INSERT OR IGNORE INTO points (SeriesId, At, Key, StartAt, Value) VALUES (?, ?, ?, ?, ?)")
        .Bind(series).Bind(x.At).Bind((long)x.Key.Low).Bind(x.StartAt).Bind(x.Value).RunAndCount() > 0;

    private Statement Sql(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement)) _statements[sql] = statement = new Statement(_connection, sql, Transaction);
        return statement;
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        foreach (var table in (IDisposable[])[Prompts, Responses, ToolCalls, ApiErrors, Marks, Events, Rollups]) table.Dispose();
        BlockDamage.End(_connection);
        _connection.Dispose();
    }
}

/// <param name="data">Names, 16 bytes each; valid during the call only.</param>
internal delegate void SeenPieceReader(int id, ReadOnlySpan<byte> data);
