namespace Observatory.Core.Storage.Sqlite.Blocks;

/// <summary>Up to some thousand items of one kind in one row, column by column.</summary>
public sealed class ItemBlockEntity
{
    /// <summary>Kind of the items, shifted left by 40 bits, plus the number of the first one: blocks of a kind lie in order of items.</summary>
    public long Id { get; set; }

    /// <summary>Kind of the items: it is in <see cref="Id"/> too, and here for the index.</summary>
    public int Kind { get; set; }

    /// <summary>Earliest item, Unix ms.</summary>
    public long MinAt { get; set; }

    /// <summary>Latest item, Unix ms.</summary>
    public long MaxAt { get; set; }

    public byte[] Data { get; set; } = [];
}

/// <summary>A block holds items of a conversation.</summary>
public sealed class BlockConversationEntity
{
    public int ConversationId { get; set; }

    public long BlockId { get; set; }
}

/// <summary>An item that its block still holds and that counts no more there: it changed, and is a row of its own since.</summary>
public sealed class BlockHoleEntity
{
    /// <summary>Kind of the item, shifted left by 40 bits, plus its number.</summary>
    public long Id { get; set; }
}
