namespace Observatory.Core.Storage.Entities;

// What was put back from archives for a while. It counts in no sum, which still hold what it gave when it was deleted: rows of it are only looked at.

/// <summary>
/// A row that was deleted and put back, as far as lists of rows show it. Instants are Unix ms, names are numbers of <see cref="NameEntity"/>.
/// </summary>
public sealed class RestoredRowEntity
{
    /// <summary>Kind of the row: <see cref="RestoredKinds"/>.</summary>
    public int Store { get; set; }

    public long KeyHigh { get; set; }

    public long KeyLow { get; set; }

    /// <summary>Number that the row had.</summary>
    public int RowId { get; set; }

    public long At { get; set; }

    public int ConversationId { get; set; }

    public int UserId { get; set; }

    public int ProjectId { get; set; }

    public int ModelId { get; set; }

    public int Sources { get; set; }

    /// <summary>Another row stood for it: it is kept and not shown.</summary>
    public bool IsVoid { get; set; }

    /// <summary>It is one of the messages.</summary>
    public bool IsMessage { get; set; }

    /// <summary>It is one of the calls, or what a search cost beside its tokens.</summary>
    public bool IsCall { get; set; }

    public int? TextId { get; set; }

    public long Input { get; set; }

    public long Output { get; set; }

    public long CacheWrite { get; set; }

    public long CacheRead { get; set; }

    /// <summary>Nano-dollars, null = the model has no price.</summary>
    public long? Cost { get; set; }

    /// <summary>Null = it is no report of tokens.</summary>
    public long? CacheWrite1h { get; set; }

    public int SpeedId { get; set; }

    public int TierId { get; set; }

    public int RegionId { get; set; }

    public int TypeId { get; set; }

    /// <summary>Of an event: JSON object.</summary>
    public string? Data { get; set; }

    /// <summary>It goes then.</summary>
    public long KeepUntil { get; set; }
}

/// <summary>A text that was deleted and put back.</summary>
public sealed class RestoredTextEntity
{
    public int TextId { get; set; }

    public string Body { get; set; } = "";

    /// <summary>It goes then, Unix ms.</summary>
    public long KeepUntil { get; set; }
}

/// <summary>The numbers are stored: never change one.</summary>
public static class RestoredKinds
{
    public const int Prompt = 0, Response = 1, ToolCall = 2, ApiError = 3, Mark = 4, Event = 5;
}
