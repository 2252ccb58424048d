using Microsoft.Extensions.Logging;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// What becomes of a transaction that can never be written: each batch for itself, and of a batch that fails again the events that can be. A full disk
/// or a lock on the way is no reason to set anything aside: it is thrown, and what is left begins again; what was written is known then.
/// </summary>
public sealed partial class EventWriter
{
    /// <summary>Parts of the group that were written.</summary>
    private int _parts;

    /// <returns>False = nothing of it could be written; its senders were told.</returns>
    /// <exception cref="System.Data.Common.DbException">It may pass. The group holds what is left.</exception>
    /// <exception cref="StandstillException">It is not for what the batches hold. The group holds all of them.</exception>
    private bool WriteApart(List<(EventBatch Batch, long QueuedAt)> group, bool isAlone, Exception error)
    {
        if (FindStandstill() is { } standstill) throw new StandstillException(standstill);
        if (_store.Errors.IsDamage(error)) _store.Health.ReportDamage(error.Message);
        else if (Figures.Fault is null) _log.LogError(error, "A transaction could not be applied; its batches are written one by one");
        _parts = 0;
        for (; group.Count > 0; group.RemoveAt(0)) WriteApart(group[0].Batch, group[0].QueuedAt, isAlone, error);
        return _parts > 0;
    }

    private void WriteApart(EventBatch batch, long queuedAt, bool isAlone, Exception error)
    {
        // Alone it has failed already.
        if (!isAlone)
        {
            if (TryWriteApart(batch, queuedAt) is not { } again) return;
            error = again;
        }
        var damage = WriteHalves(batch, [.. batch.Events], queuedAt, error);
        // Bookmarks, facts and points are written without the events: a file goes on behind them.
        if (TryWriteApart(batch.WithoutEvents(), queuedAt) is { } last) batch.MarkFailed(last);
        else if (damage is not null) batch.MarkFailed(damage);
        else batch.MarkCommitted();
    }

    /// <returns>What kept an event from being stored that its sender has to keep: the database is damaged where it belongs.</returns>
    private Exception? WriteHalves(EventBatch batch, List<AnalyticsEvent> events, long queuedAt, Exception error)
    {
        if (events.Count == 0) return null;
        var step = RetryPlan.ForPart(events.Count, _store.Errors.KindOf(error), batch.Bookmark is not null);
        if (step != PartStep.Halve)
        {
            if (_store.Errors.IsDamage(error)) _store.Health.ReportDamage(error.Message);
            if (step == PartStep.Refuse) return error;
            SetAside(batch, events[0], queuedAt, error);
            return null;
        }
        Exception? damage = null;
        foreach (var half in (List<AnalyticsEvent>[])[events[..(events.Count / 2)], events[(events.Count / 2)..]])
        {
            if (TryWriteApart(batch.WithEvents(half), queuedAt) is { } again) damage = WriteHalves(batch, half, queuedAt, again) ?? damage;
        }
        return damage;
    }

    private void SetAside(EventBatch batch, AnalyticsEvent item, long queuedAt, Exception error)
    {
        var kind = item.GetType().Name;
        _log.LogError(error, "One event ({Kind}) cannot be stored and is set aside", kind);
        var letter = new DeadLetter(batch.Source, null, $"The store cannot take it ({kind}): {error.Message}", null);
        TryWriteApart(batch.WithDeadLetter(letter), queuedAt);
    }

    private Exception? TryWriteApart(EventBatch batch, long queuedAt)
    {
        if (TryWrite([(batch, queuedAt)]) is { } error) return error;
        _parts++;
        return null;
    }

    private Exception? TryWrite(List<(EventBatch Batch, long QueuedAt)> group)
    {
        try
        {
            Write(group, queued: 0);
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException && !MayPass(e))
        {
            Forget();
            return e;
        }
    }
}
