using Observatory.Core.Storage.Entities;
using SQLitePCL;

namespace Observatory.Core.Storage.Sqlite.Blocks;

/// <summary>Writes items of one kind as blocks and finds them again. Writer only.</summary>
internal sealed class BlockTable<T> : IDisposable where T : ItemEntity, new()
{
    private readonly ItemColumns<T> _columns;
    private readonly BlockKind _kind;
    private readonly int _fewest;
    private readonly BlockBuilder _builder;
    private readonly RowBuffer _buffer;
    private readonly Statement _insert;
    private readonly Statement _conversation;
    private readonly Statement _hole;
    private readonly Statement _load;
    private readonly Statement _byConversation;
    private readonly Statement _isHole;
    private readonly Statement _last;
    private readonly StatementCache _statements;
    private readonly HashSet<int> _conversations = [];
    private readonly BlockRow _row = new();

    /// <summary>Items that the running transaction has loaded from blocks.</summary>
    private readonly HashSet<int> _loaded = [];

    /// <param name="fewest">Items that make a block.</param>
    public BlockTable(sqlite3 connection, TransactionGate gate, ItemColumns<T> columns, BlockKind kind, int fewest)
    {
        (_columns, _kind, _fewest) = (columns, kind, fewest);
        (_builder, _buffer) = (new BlockBuilder(columns.Names.Count), new RowBuffer(columns.Names.Count));
        _insert = new Statement(connection, "INSERT INTO item_blocks (Id, Kind, MinAt, MaxAt, Data) VALUES (?, ?, ?, ?, ?)", gate);
        _conversation = new Statement(connection, "INSERT INTO block_conversations (ConversationId, BlockId) VALUES (?, ?)", gate);
        _hole = new Statement(connection, "INSERT INTO block_holes (Id) VALUES (?)", gate);
        _isHole = new Statement(connection, "SELECT 1 FROM block_holes WHERE Id = ?", gate);
        _load = new Statement(connection, "SELECT Data FROM item_blocks WHERE Id <= ? AND Id >= ? ORDER BY Id DESC LIMIT 1", gate);
        _byConversation = new Statement(connection,
            "SELECT b.Data FROM block_conversations c JOIN item_blocks b ON b.Id = c.BlockId "
                + "WHERE c.ConversationId = ? AND c.BlockId >= ? AND c.BlockId < ?", gate);
        _statements = new StatementCache(connection, gate);
        _last = new Statement(connection, "SELECT COALESCE(MAX(Id), 0) FROM item_blocks WHERE Id >= ? AND Id < ?", gate);
    }

    /// <summary>
    /// No item in a block has a greater number. The items of a damaged block are not known, and a number is never used twice: as many as a block may hold.
    /// </summary>
    public int LastId()
    {
        var first = 0L;
        _last.Bind(BlockIds.Of(_kind, 0)).Bind(BlockIds.End(_kind));
        while (_last.Read()) first = _last.Long(0);
        return first == 0 ? 0 : BlockIds.ItemOf(first) + BlockFormat.MostRows - 1;
    }

    /// <summary>Writes as many as make blocks that are worth it, and says how many: the rest, at the end, has to go elsewhere. Numbers must grow.</summary>
    public int Add(List<T> items)
    {
        _loaded.Clear();
        var written = 0;
        while (items.Count - written >= _fewest)
        {
            var count = Math.Min(items.Count - written, BlockFormat.MostRows);
            WriteBlock(items, written, count);
            written += count;
        }
        return written;
    }

    /// <summary>The item, null where no block has it. One that has left its block must be looked for among the rows first.</summary>
    public T? Load(int id)
    {
        _load.Bind(BlockIds.Of(_kind, id)).Bind(BlockIds.Of(_kind, 0));
        if (!_load.Read()) return null;
        try
        {
            Open(_load);
            if (_row.Block.Find(ItemColumns.Id, id) is not (>= 0 and var row)) return null;
            _row.Row = row;
            _loaded.Add(id);
            return _columns.Read(_row);
        }
        finally
        {
            _load.Reset();
        }
    }

    /// <summary>The same; null also where the item has left its block.</summary>
    public T? Find(int id) => IsHole(id) ? null : Load(id);

    /// <summary>The items that have not left their blocks.</summary>
    public List<T> OfConversation(int conversation)
    {
        var items = new List<T>();
        _byConversation.Bind(conversation).Bind(BlockIds.Of(_kind, 0)).Bind(BlockIds.End(_kind));
        while (_byConversation.Read())
        {
            Open(_byConversation);
            _row.Block.Verify();
            for (var i = 0; i < _row.Block.Count; i++)
            {
                if (_row.Block.Long(ItemColumns.Conversation, i) != conversation) continue;
                _row.Row = i;
                if (!IsHole((int)_row.Long(ItemColumns.Id))) items.Add(_columns.Read(_row));
            }
        }
        return items;
    }

    /// <summary>The item is about to become a row: where it was loaded from a block, it counts no more there. False = no block had it.</summary>
    public bool Leave(int id)
    {
        if (!_loaded.Remove(id)) return false;
        _hole.Bind(BlockIds.Of(_kind, id)).Run();
        return true;
    }

    /// <summary>Deletes items: their blocks are made anew without them, under their numbers, and without those that had left them before.</summary>
    /// <param name="ids">Numbers that grow.</param>
    public void Remove(List<int> ids)
    {
        for (var next = 0; next < ids.Count;)
        {
            if (Read(ids[next]) is not { } block)
            {
                next++;
                continue;
            }
            var last = block.Items[^1].Id;
            var gone = new HashSet<int>();
            for (; next < ids.Count && ids[next] <= last; next++) gone.Add(ids[next]);
            Rewrite(block.Id, block.Items, [.. block.Items.Where(i => !gone.Contains(i.Id) && !IsHole(i.Id))]);
        }
    }

    /// <summary>The block that holds, or held, the item; null = there is none.</summary>
    private (long Id, List<T> Items)? Read(int item)
    {
        var select = _statements.Get("SELECT Id, Data FROM item_blocks WHERE Id <= ? AND Id >= ? ORDER BY Id DESC LIMIT 1");
        select.Bind(BlockIds.Of(_kind, item)).Bind(BlockIds.Of(_kind, 0));
        if (!select.Read()) return null;
        try
        {
            Open(select, column: 1);
            // To write a damaged one again would give it a sum that says that it is whole.
            _row.Block.Verify();
            var items = new List<T>(_row.Block.Count);
            for (var i = 0; i < _row.Block.Count; i++)
            {
                _row.Row = i;
                items.Add(_columns.Read(_row));
            }
            return items.Count == 0 || items[^1].Id < item ? null : (select.Long(0), items);
        }
        finally
        {
            select.Reset();
        }
    }

    private void Rewrite(long id, List<T> before, List<T> after)
    {
        var left = after.Select(i => i.ConversationId).ToHashSet();
        foreach (var conversation in before.Select(i => i.ConversationId).Distinct().Where(c => !left.Contains(c)))
        {
            _statements.Get("DELETE FROM block_conversations WHERE ConversationId = ? AND BlockId = ?").Bind(conversation).Bind(id).Run();
        }
        _statements.Get("DELETE FROM block_holes WHERE Id >= ? AND Id <= ?")
            .Bind(BlockIds.Of(_kind, before[0].Id)).Bind(BlockIds.Of(_kind, before[^1].Id)).Run();
        if (after.Count == 0)
        {
            _statements.Get("DELETE FROM item_blocks WHERE Id = ?").Bind(id).Run();
            return;
        }
        foreach (var item in after)
        {
            _columns.Write(_buffer, item);
            _builder.Add(_buffer);
        }
        _statements.Get("UPDATE item_blocks SET MinAt = ?, MaxAt = ?, Data = ? WHERE Id = ?")
            .Bind(after.Min(i => i.At)).Bind(after.Max(i => i.At)).Bind(_builder.Build()).Bind(id).Run();
    }

    private bool IsHole(int id)
    {
        if (!_isHole.Bind(BlockIds.Of(_kind, id)).Read()) return false;
        _isHole.Reset();
        return true;
    }

    private unsafe void Open(Statement row, int column = 0)
    {
        // What is handed out stays where it is until the statement moves on.
        fixed (byte* bytes = row.Blob(column)) _row.Block = new ItemBlock(bytes, row.Blob(column).Length);
    }

    private void WriteBlock(List<T> items, int from, int count)
    {
        var (first, earliest, latest) = (BlockIds.Of(_kind, items[from].Id), long.MaxValue, long.MinValue);
        _conversations.Clear();
        var last = -1;
        for (var i = from; i < from + count; i++)
        {
            var item = items[i];
            _columns.Write(_buffer, item);
            _builder.Add(_buffer);
            earliest = Math.Min(earliest, item.At);
            latest = Math.Max(latest, item.At);
            if (item.ConversationId != last) _conversations.Add(last = item.ConversationId);
        }
        _insert.Bind(first).Bind((long)_kind).Bind(earliest).Bind(latest).Bind(_builder.Build()).Run();
        foreach (var conversation in _conversations) _conversation.Bind(conversation).Bind(first).Run();
    }

    public void Dispose()
    {
        foreach (var statement in (Statement[])[_insert, _conversation, _hole, _isHole, _load, _byConversation, _last]) statement.Dispose();
        _statements.Dispose();
    }
}
