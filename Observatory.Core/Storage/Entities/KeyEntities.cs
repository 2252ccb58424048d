namespace Observatory.Core.Storage.Entities;

// What the writer knows new from known by, beside the rows themselves (Writing/Keys).

/// <summary>Many keys of one kind in order, in pages.</summary>
public sealed class KeySetEntity
{
    public int Id { get; set; }

    /// <summary>What the keys are of (<see cref="Writing.Keys.KeyKind"/>).</summary>
    public int Kind { get; set; }

    /// <summary>How often its keys were merged.</summary>
    public int Level { get; set; }

    /// <summary>Whether it is whole (<see cref="Writing.Keys.KeySetState"/>).</summary>
    public int State { get; set; }

    /// <summary>Its keys.</summary>
    public long Count { get; set; }

    /// <summary>First key and number of each page, and a filter (<see cref="Writing.Keys.KeySet.Head"/>); empty but where it is whole.</summary>
    public byte[] Head { get; set; } = [];
}

/// <summary>Some hundred keys of a set (<see cref="Writing.Keys.KeyPage"/>).</summary>
public sealed class KeyPageEntity
{
    public int Id { get; set; }

    public int SetId { get; set; }

    public byte[] Data { get; set; } = [];
}

/// <summary>
/// Keys of one kind that one transaction added and that are in no set yet: key (8 bytes) and value (4) one after the other, little-endian.
/// </summary>
public sealed class KeyPieceEntity
{
    public int Id { get; set; }

    public int Kind { get; set; }

    public byte[] Data { get; set; } = [];
}

/// <summary>The row up to which all that is to be found by a key of the kind is in sets and pieces.</summary>
public sealed class KeyMarkEntity
{
    public int Kind { get; set; }

    public int Through { get; set; }
}
