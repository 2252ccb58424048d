using System.Globalization;
using Microsoft.Data.Sqlite;
using Observatory.Core.Privacy;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Sqlite.Blocks;

namespace Observatory.Core.Storage.Sqlite.Rework;

/// <summary>Data of events in blocks: a block with a text that must change is made anew under its number, of the same items.</summary>
internal sealed class BlockStage() : ReworkStage("item_blocks", isExclusive: true)
{
    private const int BlocksAtOnce = 16;

    private static readonly ItemColumns<EventEntity> s_columns = ItemColumns.Events;
    private static readonly int s_data = s_columns.Names.ToList().IndexOf("Data");

    public override long Count(SqliteConnection connection) =>
        Number(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT COUNT(*) FROM item_blocks WHERE Kind = {(int)BlockKind.Events}"));

    public override Look Find(SqliteConnection connection, long after, ContentRules rules)
    {
        using var select = Statement.On(connection, string.Create(CultureInfo.InvariantCulture,
            $"SELECT Id, Data FROM item_blocks WHERE Id > ? AND Id >= ? AND Id < ? ORDER BY Id LIMIT {BlocksAtOnce}"));
        var (last, looked, keys) = ((long?)null, 0, new List<long>());
        select.Bind(after).Bind(BlockIds.Of(BlockKind.Events, 0)).Bind(BlockIds.End(BlockKind.Events));
        while (select.Read())
        {
            last = select.Long(0);
            looked++;
            if (MustChange(select.Blob(1), rules)) keys.Add(last.Value);
        }
        return new Look(last, looked, keys);
    }

    public override int Change(SqliteConnection connection, IReadOnlyList<long> keys, ContentRules rules)
    {
        using var select = Statement.On(connection, "SELECT Data FROM item_blocks WHERE Id = ?");
        using var update = Statement.On(connection, "UPDATE item_blocks SET Data = ? WHERE Id = ?");
        var (builder, buffer, changed) = (new BlockBuilder(s_columns.Names.Count), new RowBuffer(s_columns.Names.Count), 0);
        foreach (var key in keys)
        {
            var items = new List<EventEntity>();
            select.Bind(key);
            while (select.Read()) items = Read(select.Blob(0));
            if (items.Count == 0) continue;
            foreach (var item in items)
            {
                item.Data = StoredText.Data(item.Data, rules);
                s_columns.Write(buffer, item);
                builder.Add(buffer);
            }
            update.Bind(builder.Build()).Bind(key).Run();
            changed++;
        }
        return changed;
    }

    private static unsafe bool MustChange(ReadOnlySpan<byte> bytes, ContentRules rules)
    {
        fixed (byte* at = bytes)
        {
            var row = new BlockRow { Block = Open(at, bytes.Length) };
            if (!row.Block.IsText(s_data)) return false;
            for (var i = 0; i < row.Block.Count; i++)
            {
                row.Row = i;
                var data = row.Text(s_data);
                if (StoredText.Data(data, rules) != data) return true;
            }
            return false;
        }
    }

    private static unsafe List<EventEntity> Read(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* at = bytes)
        {
            var row = new BlockRow { Block = Open(at, bytes.Length) };
            var items = new List<EventEntity>(row.Block.Count);
            for (var i = 0; i < row.Block.Count; i++)
            {
                row.Row = i;
                items.Add(s_columns.Read(row));
            }
            return items;
        }
    }

    /// <exception cref="InvalidDataException">It is damaged: to write it again would give it a sum that says that it is whole.</exception>
    private static unsafe ItemBlock Open(byte* at, int length)
    {
        var block = new ItemBlock(at, length);
        block.Verify();
        return block;
    }
}
