using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Deliveries;

/// <summary>
/// What is to be told to whom, and what became of it. It alone decides that something is sent: queues and clocks only say that it is time to look. Every
/// change is one transaction, and one that comes from an older lease changes nothing. Thread-safe, also over several processes.
/// </summary>
public interface IDeliveryLedger
{
    /// <summary>A lease ends so long after it was last renewed.</summary>
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>Adds the occurrence with a delivery for each recipient who did not unsubscribe. False = it was there, and nothing changed.</summary>
    /// <param name="recipients">Different ones; of an occurrence that is missed none.</param>
    Task<bool> OpenAsync(NewOccurrence occurrence, OccurrenceState state, IReadOnlyList<string> recipients, string? note = null,
        CancellationToken cancel = default);

    /// <summary>Leases of what is due, oldest first.</summary>
    /// <param name="owner">Who works at it.</param>
    Task<IReadOnlyList<Delivery>> ClaimAsync(string kind, string owner, int limit, CancellationToken cancel = default);

    /// <summary>Holds what <paramref name="owner"/> has for another while.</summary>
    Task RenewAsync(string owner, CancellationToken cancel = default);

    /// <summary>Gives back what <paramref name="owner"/> has and did not begin to send.</summary>
    Task ReleaseAsync(string owner, CancellationToken cancel = default);

    /// <summary>The next step may be seen by others: from here on it counts as a try. False = the lease is lost.</summary>
    Task<bool> BeginAsync(Delivery delivery, string channel, CancellationToken cancel = default);

    /// <summary>What became of the try. False = the lease was lost meanwhile, and whoever has it decides.</summary>
    Task<bool> EndAsync(Delivery delivery, SendResult result, CancellationToken cancel = default);

    /// <summary>It is not sent to this one, and why. False = the lease is lost.</summary>
    Task<bool> SuppressAsync(Delivery delivery, string why, CancellationToken cancel = default);

    /// <summary>Work could not be done for a reason that is no recipient's: tried again later, given up after a day.</summary>
    Task<bool> PostponeAsync(Delivery delivery, string why, CancellationToken cancel = default);

    /// <summary>Nothing is sent of this occurrence: what is still due of it goes. False = some of it is under way or was sent.</summary>
    Task<bool> SkipAsync(int occurrenceId, string why, CancellationToken cancel = default);

    /// <summary>Judges what a server that is gone left.</summary>
    /// <param name="isAlone">No other process works on this store, so whatever is held by somebody else than <paramref name="owner"/> is stale.</param>
    /// <param name="find">Of one that was being sent.</param>
    /// <returns>How many were judged.</returns>
    Task<int> JudgeAsync(string kind, string owner, bool isAlone, Func<DeliveryEntity, Found> find, CancellationToken cancel = default);

    /// <summary>Somebody wants it sent again, under the same message id. Null = there is none; false = it did not fail and is not uncertain.</summary>
    Task<bool?> ResendAsync(string kind, string sourceId, string occurrence, string recipient, CancellationToken cancel = default);

    /// <summary>When the next delivery is to be tried, null = none is due.</summary>
    Task<long?> NextTryAsync(string kind, CancellationToken cancel = default);

    /// <summary>Deliveries that are due since <paramref name="before"/> and were never tried.</summary>
    Task<IReadOnlyList<DeliveryEntity>> UntriedAsync(string kind, long before, CancellationToken cancel = default);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<OccurrenceHistory>> HistoryAsync(string kind, string sourceId, int limit, CancellationToken cancel = default);

    Task<OccurrenceHistory?> FindAsync(string kind, string sourceId, string occurrence, CancellationToken cancel = default);

    /// <summary>Removes what ended before the instant, with the mails that were kept.</summary>
    Task<int> ForgetAsync(long before, CancellationToken cancel = default);

    /// <summary>Removes everything of a source.</summary>
    Task ForgetAsync(string kind, string sourceId, CancellationToken cancel = default);
}
