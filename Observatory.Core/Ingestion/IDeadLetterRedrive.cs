using Observatory.Core.Events;

namespace Observatory.Core.Ingestion;

/// <summary>Lets a refused event in again, through the reader of its own source as it is now.</summary>
public interface IDeadLetterRedrive
{
    /// <summary>
    /// Null = taken, and committed; else why it was refused again, in plain words. A refusal leaves no second letter behind.
    /// </summary>
    /// <param name="source">Where the event came from.</param>
    /// <param name="user">Whose it is, as its sender was known.</param>
    /// <param name="text">The event as JSON, as it was kept.</param>
    Task<string?> RedriveAsync(EventSource source, string? user, string text, CancellationToken cancel);
}
