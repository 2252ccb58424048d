using System.Globalization;
using Observatory.Core.Ingestion;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Sqlite.Blocks;
using Observatory.Core.Storage.Writing;
using Observatory.Core.Storage.Writing.Keys;
using SQLitePCL;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>Everything that the writer reads and writes, as prepared statements on its own connection. Writer only.</summary>
internal sealed class WriterTables : IWriterRows
{
    private const string ConversationColumns =
        "Id, SessionId, ParentId, UserId, ProjectId, BranchId, VersionId, Title, CustomTitle, AiTitle, Summary, FirstPrompt, CreatedAt, LastActivity, "
            + "ActiveMs, " +
        "UserMessages, AssistantMessages, Input, Output, CacheWrite, CacheRead, Cost, UnpricedTokens, ToolCalls, ToolErrors, ResponseCount, ResponseMs, " +
        "Sources, Models, PullRequest, ClientCost, FirstQueueOperation, CopiedLines, UserRank, UserAt, Given, FirstLineAt, " +
        "StartFolderId, StartAt, StartRank, WorktreeId, Lines";

    private readonly sqlite3 _connection;
    private const int RememberedFiles = 4_096;

    private readonly StatementCache _statements;
    private readonly List<IDisposable> _tables = [];

    /// <summary>Bad lines of a file that are kept.</summary>
    private readonly Dictionary<string, int> _rejectedOfFile = new(StringComparer.Ordinal);
    private readonly KeptLetters _letters;
    private readonly KeyTables _keys;
    private readonly Statement _conversation;
    private readonly Statement _change;
    private readonly Statement _text;

    public WriterTables(SqliteDatabase database)
    {
        _connection = database.OpenWriter();
        var gate = new TransactionGate(_connection, database.Turns);
        Transaction = gate;
        _statements = new StatementCache(_connection, gate);
        Facts = new FactTables(_statements);
        _keys = new KeyTables(_statements, database);
        _tables.Add(_keys);
        // Prompts change when they are answered: they stay rows.
        Prompts = Table(ItemColumns.Prompts);
        Responses = Table(ItemColumns.Responses, BlockKind.Responses);
        ToolCalls = Table(ItemColumns.ToolCalls, BlockKind.ToolCalls);
        ApiErrors = Table(ItemColumns.ApiErrors);
        Marks = Table(ItemColumns.Marks);
        Events = Table(ItemColumns.Events, BlockKind.Events);
        var rollups = new RollupTables(_connection, gate);
        _tables.Add(rollups);
        Rollups = rollups;
        _letters = new KeptLetters(this);
        // Those that run for every other event are not looked up by their text.
        _conversation = Sql($"INSERT INTO conversations ({ConversationColumns}) VALUES ({string.Join(", ", Enumerable.Repeat("?", 42))})");
        // Its session stays, and with it the entry of an index that lies somewhere else each time.
        _change = Sql($"UPDATE conversations SET {string.Join(", ", ConversationColumns.Split(", ")[2..].Select(c => c + " = ?"))} WHERE Id = ?");
        _text = Sql("INSERT INTO texts (Id, Body) VALUES (?, ?)");

        ItemTable<T> Table<T>(ItemColumns<T> columns, BlockKind? kind = null) where T : ItemEntity, new()
        {
            var blocks = kind is { } of ? new BlockTable<T>(_connection, gate, columns, of, database.FewestInBlock) : null;
            var table = new ItemTable<T>(_connection, gate, columns, blocks);
            _tables.Add(table);
            return table;
        }
    }

    public IItemRows<PromptEntity> Prompts { get; }

    public IItemRows<ResponseEntity> Responses { get; }

    public IItemRows<ToolCallEntity> ToolCalls { get; }

    public IItemRows<ApiErrorEntity> ApiErrors { get; }

    public IItemRows<MarkEntity> Marks { get; }

    public IItemRows<EventEntity> Events { get; }

    public IRollupTables Rollups { get; }

    public IFactRows Facts { get; }

    public IKeyRows Keys => _keys;

    public IWriterTransaction Transaction { get; }

    public bool HasGiven(int bits) => Number("SELECT EXISTS (SELECT 1 FROM conversations WHERE (Given & ?) <> 0)", bits) != 0;

    public int Sources()
    {
        var (select, all) = (Sql("SELECT DISTINCT Sources FROM conversations"), 0);
        while (select.Read()) all |= select.Int(0);
        return all;
    }

    public IEnumerable<(int Id, ulong Request)> Requests(int after, int last)
    {
        var select = Sql("SELECT Id, Request FROM responses WHERE Id > ? AND Id <= ? AND Request <> 0 AND Kind <= 3").Bind(after).Bind(last);
        while (select.Read()) yield return (select.Int(0), (ulong)select.Long(1));
    }

    public IEnumerable<NameEntity> Names()
    {
        var select = Sql("SELECT Id, Kind, Text, Ordinal FROM names");
        while (select.Read()) yield return new NameEntity { Id = select.Int(0), Kind = (NameKind)select.Int(1), Text = select.Text(2)!,
            Ordinal = select.Int(3) };
    }

    public void Write(NameEntity x) => Sql("INSERT INTO names (Id, Kind, Text, Ordinal) VALUES (?, ?, ?, ?)").Bind(x.Id).Bind((long)x.Kind).Bind(x.Text)
        .Bind(x.Ordinal).Run();

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
            Id = s.Int(0), SessionId = s.Text(1)!, ParentId = s.IntOrNull(2), UserId = s.Int(3), ProjectId = s.Int(4), BranchId = s.Int(5),
                VersionId = s.Int(6),
            Title = s.Text(7)!, CustomTitle = s.Text(8), AiTitle = s.Text(9), Summary = s.Text(10), FirstPrompt = s.Text(11), CreatedAt = s.Long(12),
            LastActivity = s.Long(13), ActiveMs = s.Long(14), UserMessages = s.Long(15), AssistantMessages = s.Long(16), Input = s.Long(17),
                Output = s.Long(18),
            CacheWrite = s.Long(19), CacheRead = s.Long(20), Cost = s.Long(21), UnpricedTokens = s.Long(22), ToolCalls = s.Long(23), ToolErrors = s.Long(24),
            ResponseCount = s.Long(25), ResponseMs = s.Long(26), Sources = s.Int(27), Models = s.Text(28)!, PullRequest = s.Text(29),
                ClientCost = s.LongOrNull(30),
            FirstQueueOperation = s.LongOrNull(31), CopiedLines = s.Int(32),
            UserRank = s.Int(33), UserAt = s.Long(34), Given = s.Int(35), FirstLineAt = s.LongOrNull(36),
            StartFolderId = s.Int(37), StartAt = s.Long(38), StartRank = s.Int(39), WorktreeId = s.Int(40),
            Lines = s.Int(41),
        };
        s.Reset();
        return x;
    }

    public void Write(ConversationEntity x, bool isNew)
    {
        if (isNew) Columns(_conversation.Bind(x.Id).Bind(x.SessionId)).Run();
        else Columns(_change).Bind(x.Id).Run();

        Statement Columns(Statement s) => s.Bind((long?)x.ParentId).Bind(x.UserId).Bind(x.ProjectId).Bind(x.BranchId).Bind(x.VersionId).Bind(x.Title)
            .Bind(x.CustomTitle)
            .Bind(x.AiTitle).Bind(x.Summary).Bind(x.FirstPrompt).Bind(x.CreatedAt).Bind(x.LastActivity).Bind(x.ActiveMs).Bind(x.UserMessages)
                .Bind(x.AssistantMessages)
            .Bind(x.Input).Bind(x.Output).Bind(x.CacheWrite).Bind(x.CacheRead).Bind(x.Cost).Bind(x.UnpricedTokens).Bind(x.ToolCalls).Bind(x.ToolErrors)
            .Bind(x.ResponseCount).Bind(x.ResponseMs).Bind(x.Sources).Bind(x.Models).Bind(x.PullRequest).Bind(x.ClientCost).Bind(x.FirstQueueOperation)
            .Bind(x.CopiedLines).Bind(x.UserRank).Bind(x.UserAt).Bind(x.Given).Bind(x.FirstLineAt)
            .Bind(x.StartFolderId).Bind(x.StartAt).Bind(x.StartRank).Bind(x.WorktreeId).Bind(x.Lines);
    }

    public void Write(AgentEntity x) => Sql(
        "INSERT INTO agents (ConversationId, AgentId, Type, Description, ToolUse) VALUES (?, ?, ?, ?, ?) ON CONFLICT (ConversationId, AgentId) DO UPDATE SET " +
        "Type = COALESCE(excluded.Type, Type), Description = COALESCE(excluded.Description, Description), ToolUse = CASE WHEN excluded.ToolUse <> 0 THEN "
            + "excluded.ToolUse ELSE ToolUse END")
        .Bind(x.ConversationId).Bind(x.AgentId).Bind(x.Type).Bind(x.Description).Bind(x.ToolUse).Run();

    public int LastText() => (int)Number("SELECT COALESCE(MAX(Id), 0) FROM texts");

    public void WriteText(int id, string body) => _text.Bind(id).Bind(body).Run();

    public string? LoadText(int id)
    {
        var select = Sql("SELECT Body FROM texts WHERE Id = ?").Bind(id);
        if (!select.Read()) return null;
        var body = select.Text(0);
        select.Reset();
        return body;
    }

    public void DeleteText(int id) => Sql("DELETE FROM texts WHERE Id = ?").Bind(id).Run();

    public int DeleteLetters(long before, int lastId, int most) =>
        Sql("DELETE FROM dead_letters WHERE Id IN (SELECT Id FROM dead_letters WHERE ReceivedAt < ? AND Id <= ? LIMIT ?)")
            .Bind(before).Bind(lastId).Bind(most).RunAndCount();

    public long GiveBack(int most)
    {
        var free = Number("PRAGMA freelist_count");
        if (free == 0) return 0;
        // Each step of it gives one page back: to run it once would do next to nothing.
        var statement = Sql(string.Create(CultureInfo.InvariantCulture, $"PRAGMA incremental_vacuum({most})"));
        while (statement.Read()) { }
        return (free - Number("PRAGMA freelist_count")) * Number("PRAGMA page_size");

        long Number(string pragma)
        {
            var one = Sql(pragma);
            var number = 0L;
            while (one.Read()) number = one.Long(0);
            return number;
        }
    }

    public void NoteGone(int day, int rows) => Sql(
        "INSERT INTO days (Day, Version, Gone) VALUES (?, 1, ?) ON CONFLICT (Day) DO UPDATE SET Version = Version + 1, Gone = Gone + excluded.Gone")
        .Bind(day).Bind(rows).Run();

    public void Write(MaintenancePlace x) =>
        Sql("UPDATE maintenance SET Place = ?, Done = ?, Total = ?, Failures = 0 WHERE Id = ?").Bind(x.Place).Bind(x.Done).Bind(x.Total).Bind(x.Job).Run();

    public void Write(Bookmark x) => Sql(
        "INSERT OR REPLACE INTO files (Path, Offset, Line, HeadHash, HeadLength, TailHash, Size, ModifiedAt) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .Bind(x.File).Bind(x.Offset).Bind(x.Line).Bind((long)x.HeadHash).Bind(x.HeadLength).Bind((long)x.TailHash).Bind(x.Size).Bind(x.ModifiedAt).Run();

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

    public List<int> ConversationsOf(IReadOnlyList<int> folders, IReadOnlyList<int> around)
    {
        var found = new List<int>();
        if (folders.Count == 0) return found;
        var (inside, starts) = (string.Join(',', folders), string.Join(',', folders.Concat(around)));
        // Numbers of ours, seldom asked: not worth a statement that is kept.
        var sql = $"SELECT ConversationId FROM quarters WHERE ProjectId IN ({inside}) AND ConversationId <> 0 " +
            $"UNION SELECT Id FROM conversations WHERE StartFolderId IN ({starts})";
        using var select = _statements.Once(sql);
        while (select.Read()) found.Add(select.Int(0));
        return found;
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

    /// <summary>The one number that a question of up to one value gives.</summary>
    private long Number(string sql, long? value = null)
    {
        var select = Sql(sql);
        if (value is { } bound) select.Bind(bound);
        select.Read();
        var number = select.Long(0);
        select.Reset();
        return number;
    }

    private Statement Sql(string sql) => _statements.Get(sql);

    public void Dispose()
    {
        _statements.Dispose();
        foreach (var table in _tables) table.Dispose();
        BlockDamage.End(_connection);
        _connection.Dispose();
    }
}
