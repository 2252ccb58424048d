using System.Buffers.Binary;
using Observatory.Core.Events;
using Observatory.Core.Storage.Writing.Keys;
using SQLitePCL;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>Keys in their tables. Pages that are committed are read over a connection of their own, which waits for no transaction. Writer only.</summary>
internal sealed class KeyTables(StatementCache statements, SqliteDatabase database) : IKeyRows, IDisposable
{
    private sqlite3? _reader;
    private Statement? _page;

    public int Limit { get; } = database.KeysInMemory;

    public void Sets(KeySetReader each)
    {
        var select = Sql("SELECT Id, Kind, Level, State, Count, Head FROM key_sets ORDER BY Id");
        while (select.Read()) each(select.Int(0), (KeyKind)select.Int(1), select.Int(2), (KeySetState)select.Int(3), select.Long(4), select.Blob(5));
    }

    public int LastPage()
    {
        var (select, last) = (Sql("SELECT COALESCE(MAX(Id), 0) FROM key_pages"), 0);
        while (select.Read()) last = select.Int(0);
        return last;
    }

    public void Pieces(KeyPieceReader each)
    {
        var select = Sql("SELECT Id, Kind, Data FROM key_pieces ORDER BY Id");
        while (select.Read()) each(select.Int(0), (KeyKind)select.Int(1), select.Blob(2));
    }

    public IEnumerable<(KeyKind Kind, int Through)> Marks()
    {
        var select = Sql("SELECT Kind, Through FROM key_marks");
        while (select.Read()) yield return ((KeyKind)select.Int(0), select.Int(1));
    }

    public int ReadPage(int id, Span<byte> page)
    {
        _page ??= new Statement(_reader ??= database.OpenReader(), Page);
        return Read(_page, id, page);
    }

    public int ReadOwnPage(int id, Span<byte> page) => Read(Sql(Page), id, page);

    private const string Page = "SELECT Data FROM key_pages WHERE Id = ?";

    private static int Read(Statement select, int id, Span<byte> page)
    {
        if (!select.Bind(id).Read()) throw new InvalidDataException($"The page of keys {id} is known but not stored.");
        try
        {
            var data = select.Blob(0);
            if (data.Length > page.Length) throw new InvalidDataException($"The page of keys {id} is damaged: it is too long.");
            data.CopyTo(page);
            return data.Length;
        }
        finally
        {
            select.Reset();
        }
    }

    public void WritePage(int id, int set, ReadOnlySpan<byte> page) =>
        Sql("INSERT INTO key_pages (Id, SetId, Data) VALUES (?, ?, ?)").Bind(id).Bind(set).Bind(page).Run();

    public void WriteSet(KeySet set, byte[] head) => Sql("INSERT OR REPLACE INTO key_sets (Id, Kind, Level, State, Count, Head) VALUES (?, ?, ?, ?, ?, ?)")
        .Bind(set.Id).Bind((long)set.Kind).Bind(set.Level).Bind((long)KeySetState.Whole).Bind(set.Count).Bind(head).Run();

    public void BeginSet(int id, KeyKind kind, int level) => Sql("INSERT INTO key_sets (Id, Kind, Level, State, Count, Head) VALUES (?, ?, ?, ?, 0, x'')")
        .Bind(id).Bind((long)kind).Bind(level).Bind((long)KeySetState.Building).Run();

    public void LeaveSet(int id) =>
        Sql("UPDATE key_sets SET State = ?, Head = x'' WHERE Id = ?").Bind((long)KeySetState.Left).Bind(id).Run();

    public bool DeleteSet(int id, int most)
    {
        var deleted = Sql("DELETE FROM key_pages WHERE Id IN (SELECT Id FROM key_pages WHERE SetId = ? ORDER BY Id LIMIT ?)").Bind(id).Bind(most).RunAndCount();
        if (deleted == most) return false;
        Sql("DELETE FROM key_sets WHERE Id = ?").Bind(id).Run();
        return true;
    }

    public void WritePiece(int id, KeyKind kind, ReadOnlySpan<byte> data) =>
        Sql("INSERT INTO key_pieces (Id, Kind, Data) VALUES (?, ?, ?)").Bind(id).Bind((long)kind).Bind(data).Run();

    public void DeletePieces(KeyKind kind, int last) => Sql("DELETE FROM key_pieces WHERE Kind = ? AND Id <= ?").Bind((long)kind).Bind(last).Run();

    public void WriteMark(KeyKind kind, int through) =>
        Sql("INSERT OR REPLACE INTO key_marks (Kind, Through) VALUES (?, ?)").Bind((long)kind).Bind(through).Run();

    public int ReadOld(KeyKind kind, int most, List<EventKey> keys)
    {
        if (TableOf(kind) is not { } table) return 0;
        var (select, last) = (Sql($"SELECT Id, Data FROM {table} ORDER BY Id"), 0);
        while (keys.Count < most && select.Read())
        {
            last = select.Int(0);
            for (var data = select.Blob(1); data.Length >= 2 * sizeof(ulong); data = data[(2 * sizeof(ulong))..])
            {
                keys.Add(new EventKey(BinaryPrimitives.ReadUInt64LittleEndian(data), BinaryPrimitives.ReadUInt64LittleEndian(data[sizeof(ulong)..])));
            }
        }
        select.Reset();
        return last;
    }

    public void DeleteOld(KeyKind kind, int last) => Sql($"DELETE FROM {TableOf(kind)} WHERE Id <= ?").Bind(last).Run();

    /// <summary>Where versions before kept keys of the kind, one piece a transaction.</summary>
    private static string? TableOf(KeyKind kind) => kind switch
    {
        KeyKind.SeenEvents => "seen_events",
        KeyKind.ForgottenKeys => "forgotten_keys",
        _ => null,
    };

    private Statement Sql(string sql) => statements.Get(sql);

    public void Dispose()
    {
        _page?.Dispose();
        _reader?.Dispose();
    }
}
