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

/// <summary>For an instance without readers of other sources.</summary>
public sealed class NoRedrive : IDeadLetterRedrive
{
    public Task<string?> RedriveAsync(EventSource source, string? user, string text, CancellationToken cancel) =>
        Task.FromResult<string?>("This version has no reader for events of this source.");
}
