using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Observatory.Core.Realtime;

/// <summary>
/// The messages for all clients that may see the same: made once, kept for a while, read by each at its own pace. Nobody's slowness costs more than the
/// place where it stands; who falls behind what is kept begins anew. Thread-safe.
/// </summary>
internal sealed class LiveFeed : IAsyncDisposable
{
    /// <summary>Messages that are kept for who comes back.</summary>
    internal const int Kept = 512;

    /// <summary>Characters of JSON that are kept.</summary>
    internal const long KeptSize = 8 << 20;

    /// <summary>So many events do not wait for the end of the rest.</summary>
    private const int Many = 50;

    /// <summary>Rows of messages in one message, and after one commit: what an import brings beyond that is in the figures alone.</summary>
    private const int RowsOfMessage = 500, MostRows = 2_000;

    /// <summary>Keys of rows that were sent: two passes may see one row.</summary>
    private const int Remembered = 2 * MostRows;

    private readonly Lock _gate = new();
    private readonly LinkedList<(FeedMessage Message, long Size)> _kept = [];
    private readonly FeedSource _source;
    private readonly Func<long> _next;
    private readonly IFeedJson _json;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _beginning = new(1);
    private readonly HashSet<long> _sent = [];
    private readonly Queue<long> _sentOrder = new();
    private readonly ChangeSubscription _changes;
    private readonly Task _run;
    private volatile TaskCompletionSource _changed = New();
    private (long Version, FeedMessage Message)? _initial;
    private JsonElement? _overview;
    private long _size;
    private long _gone;
    private long _latest;

    /// <param name="next">Gives the next number.</param>
    public LiveFeed(FeedSource source, Func<long> next, IFeedJson json, TimeProvider clock, ILogger log)
    {
        (_source, _next, _json, _clock, _log) = (source, next, json, clock, log);
        _gone = _latest = next();
        // Before anything is asked: a commit between question and subscription would be missed.
        _changes = source.Engine.Subscribe();
        _run = Task.Run(RunAsync);
    }

    /// <summary>Clients; the owner counts.</summary>
    public int Readers { get; set; }

    /// <summary>The feed after what a client saw last, or from the beginning.</summary>
    /// <param name="after">Null = it saw nothing.</param>
    public FeedReader Read(long? after) => new(this, after);

    /// <summary>The next message behind a place, null = there is none yet; <paramref name="isLost"/> = what came behind it is no longer kept.</summary>
    public FeedMessage? After(long place, out bool isLost, out Task changed)
    {
        lock (_gate)
        {
            changed = _changed.Task;
            isLost = place < _gone || place > _latest;
            if (isLost || place == _latest) return null;
            for (var node = _kept.First; node is not null; node = node.Next)
            {
                if (node.Value.Message.Sequence > place) return node.Value.Message;
            }
            return null;
        }
    }

    /// <summary>All that is to be known at the beginning; equal for all who ask at one version of the data.</summary>
    public async Task<FeedMessage> InitialAsync(CancellationToken cancel)
    {
        await _beginning.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var version = _source.Engine.Version;
            long sequence;
            // The place comes first: what is committed while figures are read is told once more, and nothing is missed.
            lock (_gate) sequence = _latest;
            if (_initial is { } known && known.Version == version && known.Message.Sequence == sequence) return known.Message;
            var overview = _json.Write(await _source.OverviewAsync(cancel).ConfigureAwait(false));
            var recent = await _source.RecentAsync(cancel).ConfigureAwait(false);
            var status = await _source.StatusAsync(cancel).ConfigureAwait(false);
            lock (_gate) _overview ??= overview;
            var message = new FeedMessage(
                sequence, FeedTypes.Initial, _json.Write(new InitialData(sequence, overview, [.. recent.Select(FeedRows.Write)], status)));
            _initial = (version, message);
            return message;
        }
        finally
        {
            _beginning.Release();
        }
    }

    /// <summary>Tells all clients at once.</summary>
    public void Tell(IReadOnlyList<FeedUpdate> updates)
    {
        if (updates.Count == 0) return;
        TaskCompletionSource changed;
        lock (_gate)
        {
            var sequence = _next();
            var message = new FeedMessage(sequence, FeedTypes.Batch, _json.Write(new BatchUpdate(sequence, updates)));
            var size = message.Body.GetRawText().Length;
            _kept.AddLast((message, size));
            _size += size;
            _latest = sequence;
            while (_kept.Count > Kept || _size > KeptSize && _kept.Count > 1)
            {
                var (old, oldSize) = _kept.First!.Value;
                _kept.RemoveFirst();
                _size -= oldSize;
                _gone = old.Sequence;
            }
            (changed, _changed) = (_changed, New());
        }
        changed.TrySetResult();
    }

    private async Task RunAsync()
    {
        var cancel = _end.Token;
        try
        {
            while (await _changes.NextAsync(cancel).ConfigureAwait(false) is { } notice)
            {
                var began = _clock.GetTimestamp();
                try
                {
                    await PassAsync(notice, cancel).ConfigureAwait(false);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    // The next commit tries again; clients keep what they have.
                    _log.LogWarning("A change could not be told to programs: {Reason}", error.Message);
                }
                await Pacer.RestAsync(_clock.GetElapsedTime(began), () => _changes.Waiting >= Many, _clock, cancel).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody listens any more.
        }
    }

    private async Task PassAsync(ChangeNotice notice, CancellationToken cancel)
    {
        var updates = new List<FeedUpdate>();
        foreach (var news in await _source.NewsAsync(notice, cancel).ConfigureAwait(false))
        {
            var fresh = news.Messages.Where(m => IsFresh(m.Key)).ToList();
            // Its row counts all of its messages: it is new as long as none of them was told before.
            if (news.Row is { } row && fresh.Count == news.Messages.Count)
                updates.Add(new FeedUpdate(FeedTypes.NewConversation, row.CreatedAt, _json.Write(row)));
            updates.AddRange(fresh.Select(m => new FeedUpdate(FeedTypes.NewMessage, m.Row.Facts.Timestamp, FeedRows.Write(m.Row))));
        }
        if (updates.Count > MostRows) updates.RemoveRange(0, updates.Count - MostRows);
        var overview = _json.Write(await _source.OverviewAsync(cancel).ConfigureAwait(false));
        if (Changed(overview) is { } changed) updates.Add(new FeedUpdate(FeedTypes.Metrics, _clock.GetUtcNow(), changed));
        foreach (var part in updates.Chunk(RowsOfMessage)) Tell(part);
    }

    private bool IsFresh(long key)
    {
        if (!_sent.Add(key)) return false;
        _sentOrder.Enqueue(key);
        if (_sentOrder.Count > Remembered) _sent.Remove(_sentOrder.Dequeue());
        return true;
    }

    /// <summary>The fields that are not as they were told last; null = all are.</summary>
    private JsonElement? Changed(JsonElement overview)
    {
        JsonElement? before;
        lock (_gate) (before, _overview) = (_overview, overview);
        if (before is not { } old) return overview;
        var changed = overview.EnumerateObject().Where(p => !old.TryGetProperty(p.Name, out var was) || p.Value.GetRawText() != was.GetRawText())
            .ToDictionary(p => p.Name, p => p.Value);
        return changed.Count == 0 ? null : _json.Write(changed);
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        _changes.Dispose();
        await _run.ConfigureAwait(false);
        _beginning.Dispose();
        _end.Dispose();
    }
}
