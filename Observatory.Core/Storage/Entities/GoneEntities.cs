namespace Observatory.Core.Storage.Entities;

// What outlives rows that were deleted: a thing is counted once, also when its row is gone.

/// <summary>
/// Keys of rows that one transaction of a version before deleted (128 bits each, upper half first, little-endian). The next start brings them into key_sets.
/// </summary>
public sealed class ForgottenKeysEntity
{
    public int Id { get; set; }
    public byte[] Data { get; set; } = [];
}

/// <summary>What deleted rows gave to their conversation beside its sums (<see cref="Writing.Carry"/>).</summary>
public sealed class CarryEntity
{
    public int ConversationId { get; set; }

    /// <summary>Nothing deleted was later, Unix ms. Up to here nothing follows from the rows that are left.</summary>
    public long Until { get; set; }

    /// <summary>Bit n set = source n had told of the conversation.</summary>
    public int Sources { get; set; }

    /// <summary>Earliest moment of messages and tool results that are gone, Unix ms; null = none is.</summary>
    public long? FirstAt { get; set; }

    /// <summary>Latest such moment.</summary>
    public long? LastAt { get; set; }

    /// <summary>Active time between moments that are gone, milliseconds.</summary>
    public long ActiveMs { get; set; }

    /// <summary>The earliest prompt with a text that is gone, Unix ms; null = none is.</summary>
    public long? FirstPromptAt { get; set; }

    /// <summary>The first response of each model: model (4 bytes), time, key (8 bytes each), little-endian.</summary>
    public byte[] Models { get; set; } = [];

    /// <summary>How far each running total had come: series, amount (8 bytes each), little-endian.</summary>
    public byte[] Totals { get; set; } = [];
}

/// <summary>The greatest number that was ever given to rows of a kind, where rows of the kind were deleted: no number is given twice.</summary>
public sealed class IdMarkEntity
{
    public string Kind { get; set; } = "";
    public int Last { get; set; }
}

/// <summary>A thing that files of several sessions hold and whose row is gone: what the owner rule knew of it.</summary>
public sealed class GoneSharedItemEntity
{
    public ItemKind Kind { get; set; }
    public int ItemId { get; set; }
    public long At { get; set; }
    public long RequestRef { get; set; }
    public int OwnerId { get; set; }

    /// <summary>The response that it is a part of, 0 = of none.</summary>
    public int WholeId { get; set; }
    public bool IsResult { get; set; }
}

/// <summary>An order to work on what is stored, and how far that is (<see cref="Maintenance.MaintenanceJob"/>).</summary>
public sealed class MaintenanceEntity
{
    public int Id { get; set; }
    public string Step { get; set; } = "";
    public string Arguments { get; set; } = "";
    public int State { get; set; }
    public string? Place { get; set; }
    public long Done { get; set; }
    public long Total { get; set; }
    public int Failures { get; set; }
    public string? Reason { get; set; }
    public long AskedAt { get; set; }
    public long? StartedAt { get; set; }
    public long? EndedAt { get; set; }
}

/// <summary>What one transaction deleted of a UTC day, for figures that are no sums (<see cref="DaySums.GoneDay"/>).</summary>
public sealed class GoneDayEntity
{
    public int Id { get; set; }

    /// <summary>Days since 1970-01-01.</summary>
    public int Day { get; set; }

    public byte[] Data { get; set; } = [];
}
