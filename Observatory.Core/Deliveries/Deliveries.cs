using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Deliveries;

/// <summary>Kinds of things that tell people something.</summary>
public static class DeliveryKinds
{
    public const string Report = "report";
    public const string Alert = "alert";
}

/// <summary>One time at which something is to be told.</summary>
/// <param name="Kind">See <see cref="DeliveryKinds"/>.</param>
/// <param name="Occurrence">Unique within the source.</param>
/// <param name="DueAt">Unix ms.</param>
/// <param name="PeriodStart">Unix ms; what it tells of.</param>
/// <param name="PeriodEnd">Exclusive.</param>
/// <param name="Seed">Sets its messages apart from those of another installation.</param>
public sealed record NewOccurrence(string Kind, string SourceId, string Occurrence, long DueAt, long PeriodStart, long PeriodEnd, string Seed = "");

/// <summary>One delivery as whoever works at it holds it.</summary>
/// <param name="Fence">Of the lease: a word of an older one is not heard.</param>
public sealed record Delivery(
    int Id, int OccurrenceId, string Kind, string SourceId, string Occurrence, string Recipient, int Attempts, string MessageId, long? FirstTryAt,
    string LeaseOwner, long Fence);

/// <summary>What became of a try.</summary>
public enum SendVerdict
{
    /// <summary>Accepted by who takes it from here.</summary>
    Sent,

    /// <summary>Not taken now; it may be later.</summary>
    Later,

    /// <summary>Never to be taken.</summary>
    Refused,

    /// <summary>Nobody knows.</summary>
    Unknown,
}

/// <param name="Error">In the words of who refused it.</param>
public sealed record SendResult(SendVerdict Verdict, string? Error = null);

/// <summary>A stale "sending" was found.</summary>
public enum Found
{
    /// <summary>It was delivered.</summary>
    There,

    /// <summary>It was not.</summary>
    NotThere,

    /// <summary>Nobody can tell.</summary>
    Unknown,
}

/// <summary>An occurrence with all its deliveries.</summary>
public sealed record OccurrenceHistory(OccurrenceEntity Occurrence, IReadOnlyList<DeliveryEntity> Deliveries);
