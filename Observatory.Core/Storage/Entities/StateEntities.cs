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

/// <summary>
/// Fingerprints that one file batch brought, 8 bytes each, little-endian: appended, read back at each start. Those of lines and requests are of a version
/// before: the next start brings them into key_sets.
/// </summary>
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

    /// <summary>The session that this copy says it comes from, 0 = it says nothing.</summary>
    public int CopiedFromId { get; set; }
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

/// <summary>A title for the session that made a line, which may not have been read yet, or be found to be another's.</summary>
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

/// <summary>A folder that is a worktree, and the folder of its repository, as names.</summary>
public sealed class WorktreeEntity
{
    public int FolderId { get; set; }
    public int RepositoryId { get; set; }
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

/// <summary>
/// Senders' own names of events (128 bits each, upper half first, little-endian) that one transaction of a version before took. The next start brings them
/// into key_sets.
/// </summary>
public sealed class SeenEventsEntity
{
    public int Id { get; set; }
    public byte[] Data { get; set; } = [];
}

/// <summary>A refused event, kept until someone lets it in again or lets it go.</summary>
public sealed class DeadLetterEntity
{
    public int Id { get; set; }
    public int Source { get; set; }
    public string? EventId { get; set; }
    public string Reason { get; set; } = "";
    /// <summary>JSON as it came, null where no text is kept.</summary>
    public string? Text { get; set; }
    public string? User { get; set; }
    public long ReceivedAt { get; set; }
}

/// <summary>One metric with one set of tags.</summary>
public sealed class SeriesEntity
{
    public int Id { get; set; }
    public int MetricId { get; set; }
    public int Source { get; set; }
    public int UserId { get; set; }
    /// <summary>JSON object of strings, names in order; of telemetry without those that say whose a value is.</summary>
    public string Tags { get; set; } = "{}";

    /// <summary>Names of the tags that say whose a value is, with commas in between.</summary>
    public string Identities { get; set; } = "";

    /// <summary>Sums of its points are kept. Else it is of a version before, and its points are on their way to another one.</summary>
    public bool IsSummed { get; set; }
}

/// <summary>Tags that say whose values are: JSON object of strings, names in order.</summary>
public sealed class IdentityEntity
{
    public int Id { get; set; }

    /// <summary>Of the tags.</summary>
    public long Hash { get; set; }

    public string Tags { get; set; } = "";
}

/// <summary>What points of one series in one bucket come to. Reached by its key alone.</summary>
public sealed class SeriesTierEntity
{
    public int SeriesId { get; set; }

    /// <summary>Length of the bucket, seconds.</summary>
    public int Tier { get; set; }

    /// <summary>Unix time in lengths of a bucket.</summary>
    public long Bucket { get; set; }

    public long Count { get; set; }
    public double Sum { get; set; }
    public double Min { get; set; }
    public double Max { get; set; }

    /// <summary>The distribution (<see cref="Series.TierCell"/>).</summary>
    public byte[] Bins { get; set; } = [];
}

/// <summary>One value of one series. Reached by its key alone.</summary>
public sealed class PointEntity
{
    public int SeriesId { get; set; }
    public long At { get; set; }
    /// <summary>Lower half of the point's key: several points may share an instant.</summary>
    public long Key { get; set; }
    /// <summary>Unix ms at which a running total began, 0 = the value stands for itself.</summary>
    public long StartAt { get; set; }
    public double Value { get; set; }

    /// <summary>What counts: the value, or by how much a running total has grown.</summary>
    public double Gain { get; set; }

    /// <summary>Whose it is, 0 = nobody said.</summary>
    public int IdentityId { get; set; }
}

/// <summary>A name that a user is also known by.</summary>
public sealed class AliasEntity
{
    /// <summary>Id of the name that is replaced.</summary>
    public int UserId { get; set; }
    /// <summary>Id of the name that is shown.</summary>
    public int CanonicalId { get; set; }
    public long CreatedAt { get; set; }
}
