using Observatory.Core.Events;

namespace Observatory.Core.Storage.Letters;

/// <summary>
/// What was refused: events of other sources, and lines of transcripts that could not be read. Nothing is lost silently: each waits until
/// someone lets it in again or lets it go. Thread-safe.
/// </summary>
public interface IDeadLetters
{
    /// <summary>Newest first.</summary>
    Task<DeadLetterPage> ListAsync(DeadLetterQuery query, CancellationToken cancel = default);

    Task<DeadLetter?> FindAsync(string id, CancellationToken cancel = default);

    /// <summary>Reads the kept text again. What is taken is gone from the list; what is refused again keeps the new reason. Null = no such letter.</summary>
    Task<RedriveResult?> RedriveAsync(string id, CancellationToken cancel = default);

    /// <summary>How many of them there were.</summary>
    Task<int> DiscardAsync(IReadOnlyCollection<string> ids, CancellationToken cancel = default);
}

/// <param name="Source">Null = all.</param>
/// <param name="Reason">Exactly; null = all.</param>
/// <param name="Limit">Rows at most.</param>
public sealed record DeadLetterQuery(EventSource? Source = null, string? Reason = null, int Limit = DeadLetterQuery.Most)
{
    public const int Most = 200;
}

/// <param name="Total">Of all that the query finds.</param>
/// <param name="Groups">Of all letters, whatever the query asks, most first.</param>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetter> Items, long Total, IReadOnlyList<DeadLetterGroup> Groups);

public sealed record DeadLetterGroup(EventSource Source, string Reason, long Count);

/// <param name="Id">Names it in addresses; opaque.</param>
/// <param name="EventId">The sender's own name for it.</param>
/// <param name="Text">As it came, as far as the content setting keeps it.</param>
/// <param name="File">Of a line: where it stands.</param>
public sealed record DeadLetter(
    string Id, EventSource Source, string? EventId, string Reason, string? Text, string? User, DateTimeOffset ReceivedAt, string? File, long? Line)
{
    /// <summary>Why it cannot be let in again, in plain words; null = it can.</summary>
    public string? Stuck => File is not null ? "A line is read again with its file, when the file changes."
        : Text is null ? "Its text was not kept: the content setting was Counts when it came. Send it again from where it came." : null;
}

/// <param name="Reason">Why it was refused again, or cannot be tried; null = taken.</param>
public sealed record RedriveResult(bool Taken, string? Reason);
