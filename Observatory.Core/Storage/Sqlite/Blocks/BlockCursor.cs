namespace Observatory.Core.Storage.Sqlite.Blocks;

/// <summary>What a scan is narrowed by. The bits travel through SQLite as the number of an index.</summary>
[Flags]
internal enum BlockFilter
{
    None = 0,
    Id = 1,
    Conversation = 2,
    FromAt = 4,
    UntilAt = 8,
}

/// <summary>
/// Walks through the blocks of one kind and the rows in them that SQLite asks for, on the connection that asks: so it sees what the asking statement
/// sees. One thread at a time, as SQLite has it.
/// </summary>
internal sealed unsafe class BlockCursor(nint connection, BlockKind kind) : IDisposable
{
    private const int Row = 100, Done = 101;

    private readonly List<int> _holes = [];
    private nint _blocks;
    private nint _holesOf;
    private BlockFilter _prepared = (BlockFilter)(-1);
    private BlockFilter _filter;
    private long _id;
    private long _conversation;
    private long _from;
    private long _until;
    private ItemBlock _block;
    private int _row;

    public bool IsAtEnd { get; private set; } = true;

    /// <summary>Number of the item.</summary>
    public long RowId => _block.Long(ItemColumns.Id, _row);

    /// <param name="filter">Which of the values hold.</param>
    /// <param name="id">Number of the only item.</param>
    /// <param name="conversation">Conversation of all items.</param>
    /// <param name="from">Unix ms, the first.</param>
    /// <param name="until">Unix ms, the last.</param>
    /// <returns>SQLite's code.</returns>
    public int Begin(BlockFilter filter, long id, long conversation, long from, long until)
    {
        (_filter, _id, _conversation, _from, _until) = (filter, id, conversation, from, until);
        IsAtEnd = true;
        var result = Prepare(filter);
        if (result != 0) return result;
        _ = NativeBinding.Reset(_blocks);
        var next = 1;
        var (first, end) = (BlockIds.Of(kind, 0), BlockIds.End(kind));
        if (filter.HasFlag(BlockFilter.Id))
        {
            // A number that no item can have meets nothing.
            if (id is < 0 or > int.MaxValue) return 0;
            Bind(BlockIds.Of(kind, (int)id), first);
        }
        else if (filter.HasFlag(BlockFilter.Conversation)) Bind(conversation, first, end);
        else if ((filter & (BlockFilter.FromAt | BlockFilter.UntilAt)) != 0) Bind((long)kind, from, until);
        else Bind(first, end);
        return NextBlock();

        void Bind(params ReadOnlySpan<long> values)
        {
            foreach (var value in values) _ = NativeBinding.BindInt64(_blocks, next++, value);
        }
    }

    public int Next()
    {
        _row++;
        return Seek() ? 0 : NextBlock();
    }

    public void Give(nint context, int column)
    {
        if (_block.IsNull(column, _row)) NativeTables.ResultNull(context);
        else if (!_block.IsText(column)) NativeTables.ResultInt64(context, _block.Long(column, _row));
        else
        {
            var text = _block.Text(column, _row);
            fixed (byte* bytes = text) NativeTables.ResultText(context, text.Length == 0 ? (byte*)&context : bytes, text.Length, NativeTables.Transient);
        }
    }

    private int NextBlock()
    {
        while (true)
        {
            var result = NativeBinding.Step(_blocks);
            if (result == Done)
            {
                IsAtEnd = true;
                return NativeBinding.Reset(_blocks);
            }
            if (result != Row) return result;
            try
            {
                _block = new ItemBlock(NativeTables.ColumnBlob(_blocks, 1), NativeTables.ColumnBytes(_blocks, 1));
                // One row is read from where it lies; whoever reads them all can afford to look at all bytes.
                if (!_filter.HasFlag(BlockFilter.Id)) _block.Verify();
            }
            catch (InvalidDataException e) when (_filter == BlockFilter.None
                && BlockDamage.TryLeaveOut(connection, NativeBinding.ColumnInt64(_blocks, 0), e.Message))
            {
                continue;
            }
            if (_block.Count == 0) continue;
            result = ReadHoles(NativeBinding.ColumnInt64(_blocks, 0));
            if (result != 0) return result;
            _row = 0;
            if (!Seek()) continue;
            IsAtEnd = false;
            return 0;
        }
    }

    /// <summary>Goes on to the next row that is asked for; false = not in this block.</summary>
    private bool Seek()
    {
        for (; _row < _block.Count; _row++)
        {
            if (_filter.HasFlag(BlockFilter.Id) && _block.Long(ItemColumns.Id, _row) != _id) continue;
            if (_filter.HasFlag(BlockFilter.Conversation) && _block.Long(ItemColumns.Conversation, _row) != _conversation) continue;
            if ((_filter & (BlockFilter.FromAt | BlockFilter.UntilAt)) != 0 && (_block.Long(ItemColumns.At, _row) is var at)
                && (at < _from || at > _until)) continue;
            if (_holes.Count > 0 && _holes.BinarySearch((int)_block.Long(ItemColumns.Id, _row)) >= 0) continue;
            return true;
        }
        return false;
    }

    private int ReadHoles(long block)
    {
        _holes.Clear();
        _ = NativeBinding.BindInt64(_holesOf, 1, block);
        _ = NativeBinding.BindInt64(_holesOf, 2, BlockIds.Of(kind, (int)_block.Long(ItemColumns.Id, _block.Count - 1)));
        int result;
        while ((result = NativeBinding.Step(_holesOf)) == Row) _holes.Add(BlockIds.ItemOf(NativeBinding.ColumnInt64(_holesOf, 0)));
        _ = NativeBinding.Reset(_holesOf);
        return result == Done ? 0 : result;
    }

    private int Prepare(BlockFilter filter)
    {
        var result = 0;
        if (_holesOf == 0) result = NativeTables.Prepare(connection, "SELECT Id FROM block_holes WHERE Id >= ? AND Id <= ? ORDER BY Id", -1, out _holesOf, 0);
        if (result != 0 || _prepared == filter) return result;
        _ = NativeTables.Finish(_blocks);
        (_blocks, _prepared) = (0, filter);
        var sql = filter switch
        {
            _ when filter.HasFlag(BlockFilter.Id) => "SELECT Id, Data FROM item_blocks WHERE Id <= ? AND Id >= ? ORDER BY Id DESC LIMIT 1",
            _ when filter.HasFlag(BlockFilter.Conversation) =>
                "SELECT b.Id, b.Data FROM block_conversations c CROSS JOIN item_blocks b ON b.Id = c.BlockId WHERE c.ConversationId = ? AND c.BlockId >= ? "
                    + "AND c.BlockId < ? ORDER BY c.BlockId",
            _ when (filter & (BlockFilter.FromAt | BlockFilter.UntilAt)) != 0 =>
                "SELECT Id, Data FROM item_blocks WHERE Kind = ? AND MaxAt >= ? AND MinAt <= ?",
            _ => "SELECT Id, Data FROM item_blocks WHERE Id >= ? AND Id < ? ORDER BY Id",
        };
        return NativeTables.Prepare(connection, sql, -1, out _blocks, 0);
    }

    public void Dispose()
    {
        _ = NativeTables.Finish(_blocks);
        _ = NativeTables.Finish(_holesOf);
        (_blocks, _holesOf) = (0, 0);
    }
}
