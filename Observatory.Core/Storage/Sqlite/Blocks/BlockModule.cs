using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using SQLitePCL;

namespace Observatory.Core.Storage.Sqlite.Blocks;

/// <summary>
/// Shows blocks to SQL as tables of their rows (<c>response_blocks</c>, <c>tool_call_blocks</c>, <c>event_blocks</c>), which the views <c>responses</c>,
/// <c>tool_calls</c> and <c>events</c> put beside the rows. Read-only. A connection knows them once <see cref="Register"/> has run on it.
/// </summary>
internal static unsafe class BlockModule
{
    private const int Ok = 0, Error = 1, Corrupt = 11;

    private static readonly NativeModule* s_module = Make();

    private static readonly (BlockKind Kind, string Name, IReadOnlyList<string> Columns)[] s_tables =
    [
        (BlockKind.Responses, "response_blocks", ItemColumns.Responses.Names),
        (BlockKind.ToolCalls, "tool_call_blocks", ItemColumns.ToolCalls.Names),
        (BlockKind.Events, "event_blocks", ItemColumns.Events.Names),
    ];

    /// <exception cref="InvalidOperationException">SQLite does not take it.</exception>
    public static void Register(sqlite3 connection)
    {
        foreach (var (kind, name, _) in s_tables)
        {
            var result = NativeTables.CreateModule(connection.DangerousGetHandle(), name, s_module, (nint)(int)kind, 0);
            if (result != Ok) throw new InvalidOperationException($"The table {name} could not be registered: SQLite said {result}.");
        }
    }

    private static NativeModule* Make()
    {
        // Lives as long as the process: connections keep its address.
        var module = (NativeModule*)NativeMemory.AllocZeroed((nuint)sizeof(NativeModule));
        module->Version = 1;
        // Without a way to create it, it is there on every connection and never in the schema.
        module->Connect = &Connect;
        module->BestIndex = &BestIndex;
        module->Disconnect = &Disconnect;
        module->Open = &Open;
        module->Close = &Close;
        module->Filter = &Filter;
        module->Next = &Next;
        module->Eof = &Eof;
        module->Column = &Column;
        module->RowId = &RowId;
        return module;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Connect(nint connection, nint kind, int arguments, byte** argument, NativeTable** table, byte** error)
    {
        var columns = s_tables.First(t => t.Kind == (BlockKind)(int)kind).Columns;
        var result = NativeTables.DeclareTable(connection,
            $"CREATE TABLE x ({string.Join(", ", columns.Select(c => c == "Data" ? $"{c} TEXT" : $"{c} INTEGER"))})");
        if (result != Ok) return result;
        result = NativeTables.Configure(connection, NativeTables.Innocuous);
        if (result != Ok) return result;
        *table = (NativeTable*)NativeMemory.AllocZeroed((nuint)sizeof(NativeTable));
        ((*table)->Connection, (*table)->Kind) = (connection, (int)kind);
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Disconnect(NativeTable* table)
    {
        NativeMemory.Free(table);
        return Ok;
    }

    /// <summary>Arguments come in the order id, conversation, from, until, those that there are.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int BestIndex(NativeTable* table, NativeIndexInfo* info)
    {
        Span<int> chosen = [-1, -1, -1, -1];
        for (var i = 0; i < info->ConstraintCount; i++)
        {
            var constraint = info->Constraints[i];
            if (constraint.IsUsable == 0) continue;
            var place = (constraint.Column, constraint.Operator) switch
            {
                (-1 or ItemColumns.Id, NativeTables.Equal) => 0,
                (ItemColumns.Conversation, NativeTables.Equal) => 1,
                (ItemColumns.At, NativeTables.Greater or NativeTables.GreaterOrEqual) => 2,
                (ItemColumns.At, NativeTables.Less or NativeTables.LessOrEqual) => 3,
                _ => -1,
            };
            if (place >= 0 && chosen[place] < 0) chosen[place] = i;
        }
        var (filter, next) = (BlockFilter.None, 1);
        for (var place = 0; place < chosen.Length; place++)
        {
            if (chosen[place] < 0) continue;
            filter |= (BlockFilter)(1 << place);
            // SQLite compares once more: a limit here need not be exact.
            info->Usages[chosen[place]].Argument = next++;
        }
        info->Number = (int)filter;
        // Guesses in the proportion that matters: a row, a conversation, a range, all.
        (info->EstimatedCost, info->EstimatedRows) = filter switch
        {
            _ when filter.HasFlag(BlockFilter.Id) => (10, 1L),
            _ when filter.HasFlag(BlockFilter.Conversation) => (1_000, 200),
            BlockFilter.FromAt | BlockFilter.UntilAt => (10_000, 5_000),
            BlockFilter.FromAt or BlockFilter.UntilAt => (100_000, 50_000),
            _ => (1_000_000, 500_000),
        };
        // Without a range of time blocks come in order of their items.
        var inOrder = (filter & (BlockFilter.FromAt | BlockFilter.UntilAt)) == 0 || (filter & (BlockFilter.Id | BlockFilter.Conversation)) != 0;
        if (inOrder && info->OrderCount == 1 && info->Orders[0] is { Column: ItemColumns.Id, IsDescending: 0 }) info->IsOrdered = 1;
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(NativeTable* table, NativeCursor** cursor)
    {
        *cursor = (NativeCursor*)NativeMemory.AllocZeroed((nuint)sizeof(NativeCursor));
        (*cursor)->Cursor = GCHandle.ToIntPtr(GCHandle.Alloc(new BlockCursor(table->Connection, (BlockKind)table->Kind)));
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(NativeCursor* cursor)
    {
        var handle = GCHandle.FromIntPtr(cursor->Cursor);
        Of(cursor).Dispose();
        handle.Free();
        NativeMemory.Free(cursor);
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Filter(NativeCursor* cursor, int number, byte* text, int count, nint* values)
    {
        try
        {
            var filter = (BlockFilter)number;
            Span<long> arguments = [0, 0, long.MinValue, long.MaxValue];
            var next = 0;
            for (var place = 0; place < arguments.Length; place++)
            {
                if (((int)filter & (1 << place)) == 0) continue;
                var value = values[next++];
                const int Integer = 1;
                if (NativeTables.ValueType(value) == Integer) arguments[place] = NativeTables.ValueInt64(value);
                // Texts, fractions and nulls are left to SQLite's own comparison.
                else filter &= ~(BlockFilter)(1 << place);
            }
            return Of(cursor).Begin(filter, arguments[0], arguments[1], arguments[2], arguments[3]);
        }
        catch (Exception e)
        {
            return Fail(cursor, e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Next(NativeCursor* cursor)
    {
        try
        {
            return Of(cursor).Next();
        }
        catch (Exception e)
        {
            return Fail(cursor, e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Eof(NativeCursor* cursor) => Of(cursor).IsAtEnd ? 1 : 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Column(NativeCursor* cursor, nint context, int column)
    {
        try
        {
            Of(cursor).Give(context, column);
            return Ok;
        }
        catch (Exception e)
        {
            return Fail(cursor, e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int RowId(NativeCursor* cursor, long* id)
    {
        try
        {
            *id = Of(cursor).RowId;
            return Ok;
        }
        catch (Exception e)
        {
            return Fail(cursor, e);
        }
    }

    private static BlockCursor Of(NativeCursor* cursor) => Unsafe.As<BlockCursor>(GCHandle.FromIntPtr(cursor->Cursor).Target!);

    /// <summary>No exception may pass through native code: it becomes SQLite's error, which its caller throws.</summary>
    private static int Fail(NativeCursor* cursor, Exception e)
    {
        var text = Encoding.UTF8.GetBytes(e.Message + "\0");
        var error = NativeTables.Allocate(text.Length);
        if (error is not null)
        {
            text.CopyTo(new Span<byte>(error, text.Length));
            // What stood there was ours too, from the same allocator; SQLite takes it after each call.
            cursor->Table->Error = error;
        }
        // Told apart from a fault of ours: it stays, and someone must mend it.
        return e is InvalidDataException ? Corrupt : Error;
    }
}
