namespace Observatory.Core.Storage.Entities;

/// <summary>How far a file is read (<see cref="Ingestion.Bookmark"/>).</summary>
public sealed class FileEntity
{
    public string Path { get; set; } = "";
    public long Offset { get; set; }
    public long Line { get; set; }
    public long HeadHash { get; set; }
    public int HeadLength { get; set; }
    public long TailHash { get; set; }
    public long Size { get; set; }
    public long ModifiedAt { get; set; }
}

/// <summary>Fingerprints that one file batch brought, 8 bytes each, little-endian: appended, read back once at start.</summary>
public sealed class FingerprintEntity
{
    public int Id { get; set; }
    public int ConversationId { get; set; }
    public FingerprintKind Kind { get; set; }
    public byte[] Data { get; set; } = [];
}

/// <summary>The numbers are stored: never change one.</summary>
public enum FingerprintKind
{
    Line = 1,
    ApiRequest = 2,
    LastPromptLeaf = 3,
}

/// <summary>A line (by fingerprint of its uuid) that files of several sessions hold: one row a session.</summary>
public sealed class SharedLineEntity
{
    public long Uuid { get; set; }
    public int ConversationId { get; set; }
    public long At { get; set; }
}

/// <summary>A counted thing whose lines files of several sessions hold: one row a session. The owner rule chooses among them.</summary>
public sealed class SharedItemEntity
{
    public ItemKind Kind { get; set; }
    public int ItemId { get; set; }
    public int ConversationId { get; set; }
}

/// <summary>The numbers are stored: never change one.</summary>
public enum ItemKind
{
    Prompt = 1,
    Response = 2,
    ToolCall = 3,
    ApiError = 4,
    Mark = 5,
}

/// <summary>A title for the session that holds a line which has not been read yet.</summary>
public sealed class PendingSummaryEntity
{
    public long Leaf { get; set; }
    public string Text { get; set; } = "";
}

/// <summary>A line set aside: it could not be read.</summary>
public sealed class RejectedLineEntity
{
    public int Id { get; set; }
    public string File { get; set; } = "";
    public long Line { get; set; }
    public long Offset { get; set; }
    public string Reason { get; set; } = "";
    public string? Text { get; set; }
    public long At { get; set; }
}

/// <summary>A line type that the reader does not know, by client version.</summary>
public sealed class DriftEntity
{
    public string Kind { get; set; } = "";
    public string Version { get; set; } = "";
    public long Lines { get; set; }
    public long FirstSeen { get; set; }
}

/// <summary>One run of the program: from start to last heartbeat.</summary>
public sealed class RunEntity
{
    public int Id { get; set; }
    public long StartedAt { get; set; }
    public long LastBeatAt { get; set; }
}

/// <summary>Result of holding one day's roll-ups against its raw rows.</summary>
public sealed class RecountEntity
{
    public int Id { get; set; }
    /// <summary>Day in the machine's zone, as days since 1970-01-01.</summary>
    public int Day { get; set; }
    public long RanAt { get; set; }
    public long Compared { get; set; }
    public long Differences { get; set; }
}
