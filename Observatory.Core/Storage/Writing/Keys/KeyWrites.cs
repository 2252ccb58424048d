namespace Observatory.Core.Storage.Writing.Keys;

/// <summary>What one transaction writes of keys. Made with the writer's memory, written apart from it.</summary>
internal sealed class KeyWrites(KeyNumbers numbers, KeyUpkeep upkeep)
{
    private readonly List<(KeySet Set, byte[] Head, List<byte[]> Pages)> _sets = [];

    /// <summary>Entries that the transaction added.</summary>
    public int Added { get; set; }

    public List<(KeyKind Kind, int Through)> Marks { get; } = [];

    public List<(int Id, KeyKind Kind, byte[] Data)> Pieces { get; } = [];

    /// <summary>Pieces that lie in a set now, up to that number.</summary>
    public List<(KeyKind Kind, int Last)> LeftPieces { get; } = [];

    public int NextPiece() => ++numbers.Piece;

    /// <summary>Makes a set. Its pages stay in memory until they are written.</summary>
    /// <param name="kind">Of the keys.</param>
    /// <param name="level">Of the set.</param>
    /// <param name="entries">In no order; changed.</param>
    public KeySet Seal(KeyKind kind, int level, Span<KeyEntry> entries)
    {
        var cut = KeyKinds.CutOf(kind);
        foreach (ref var entry in entries) entry = entry with { Key = entry.Key >> cut };
        entries.Sort();
        var pages = new List<byte[]>();
        var builder = new KeySetBuilder(++numbers.Set, kind, level, entries.Length, page =>
        {
            pages.Add(page.ToArray());
            return ++numbers.Page;
        });
        foreach (var entry in entries) builder.Add(entry);
        var set = builder.Finish();
        set.Fresh = pages;
        _sets.Add((set, set.Head(), pages));
        return set;
    }

    public void Write(IKeyRows rows)
    {
        foreach (var (kind, through) in Marks) rows.WriteMark(kind, through);
        foreach (var (id, kind, data) in Pieces) rows.WritePiece(id, kind, data);
        foreach (var (set, head, pages) in _sets)
        {
            for (var page = 0; page < pages.Count; page++) rows.WritePage(set.NumberOf(page), set.Id, pages[page]);
            rows.WriteSet(set, head);
        }
        foreach (var (kind, last) in LeftPieces) rows.DeletePieces(kind, last);
        upkeep.Run(rows, Added);
    }
}

/// <summary>The greatest numbers that were given.</summary>
internal sealed class KeyNumbers
{
    public int Set { get; set; }

    public int Page { get; set; }

    public int Piece { get; set; }
}
