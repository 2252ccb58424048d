namespace Observatory.Core.Storage.Entities;

/// <summary>One time at which something is to be told: a report's due instant, a run by hand, an alert's change. The key is unique.</summary>
public sealed class OccurrenceEntity
{
    public int Id { get; set; }
    /// <summary>What kind of thing tells: <c>report</c>, <c>alert</c>.</summary>
    public string Kind { get; set; } = "";
    public string SourceId { get; set; } = "";
    public string Occurrence { get; set; } = "";
    public long DueAt { get; set; }
    public long PeriodStart { get; set; }
    public long PeriodEnd { get; set; }
    public OccurrenceState State { get; set; }
    /// <summary>When work on it began, null = not yet.</summary>
    public long? BegunAt { get; set; }
    public long? EndedAt { get; set; }
    /// <summary>Why it is missed or skipped, or cannot be made.</summary>
    public string? Note { get; set; }
}

/// <summary>The numbers are stored: never change one.</summary>
public enum OccurrenceState
{
    Due = 1,
    Sending = 2,
    Done = 3,
    Missed = 4,
    Skipped = 5,
}

/// <summary>What one recipient is to get of one occurrence. Kind, source, occurrence and recipient are unique together: nobody is told twice.</summary>
public sealed class DeliveryEntity
{
    public int Id { get; set; }
    public int OccurrenceId { get; set; }
    public string Kind { get; set; } = "";
    public string SourceId { get; set; } = "";
    public string Occurrence { get; set; } = "";
    public string Recipient { get; set; } = "";
    public DeliveryState State { get; set; }
    public int Attempts { get; set; }
    public string MessageId { get; set; } = "";
    /// <summary>Not to be tried before.</summary>
    public long NextTryAt { get; set; }
    public long? FirstTryAt { get; set; }
    public long? SentAt { get; set; }
    public string? Error { get; set; }
    /// <summary>The way it went: <c>smtp</c>, <c>folder</c>.</summary>
    public string? Channel { get; set; }
    /// <summary>Who works at it, null = nobody.</summary>
    public string? LeaseOwner { get; set; }
    public long LeaseUntil { get; set; }
    /// <summary>Grows with every lease: who holds an older one changes nothing any more.</summary>
    public long Fence { get; set; }
}

/// <summary>The numbers are stored: never change one.</summary>
public enum DeliveryState
{
    Due = 1,
    Sending = 2,
    Sent = 3,
    Failed = 4,
    Uncertain = 5,
    Suppressed = 6,
}

/// <summary>A recipient who wants nothing more of a source.</summary>
public sealed class SuppressionEntity
{
    public string Kind { get; set; } = "";
    public string SourceId { get; set; } = "";
    public string Recipient { get; set; } = "";
    public long At { get; set; }
}

/// <summary>A mail as it was rendered: one for all recipients who may see the same.</summary>
public sealed class KeptMailEntity
{
    public int OccurrenceId { get; set; }
    public string Audience { get; set; } = "";
    /// <summary>JSON, compressed.</summary>
    public byte[] Data { get; set; } = [];
}

/// <summary>What a recipient said of a mail.</summary>
public sealed class MailFeedbackEntity
{
    public string Kind { get; set; } = "";
    public string SourceId { get; set; } = "";
    public string Occurrence { get; set; } = "";
    public string Recipient { get; set; } = "";
    public bool IsUseful { get; set; }
    public long At { get; set; }
}
