namespace Observatory.Core.Realtime;

/// <summary>What one commit changed; coalesced for a slow subscriber.</summary>
/// <param name="Version">Grows with every commit.</param>
/// <param name="Conversations">Ids touched, at most <see cref="Limit"/>; <paramref name="More"/> says that there were others.</param>
public sealed record ChangeNotice(long Version, IReadOnlySet<string> Conversations, bool More, int Events, DateTimeOffset At)
{
    public const int Limit = 200;

    /// <summary>The least number that a new prompt got, <see cref="Storage.Commit.NoneNew"/> = there is none.</summary>
    public int FirstPrompt { get; init; } = Storage.Commit.NoneNew;

    /// <summary>The least number that a new answer got, <see cref="Storage.Commit.NoneNew"/> = there is none.</summary>
    public int FirstResponse { get; init; } = Storage.Commit.NoneNew;

    public ChangeNotice Merge(ChangeNotice later)
    {
        var all = new HashSet<string>(Conversations);
        var more = More || later.More;
        foreach (var id in later.Conversations)
        {
            if (all.Count >= Limit) { more = true; break; }
            all.Add(id);
        }
        return new ChangeNotice(later.Version, all, more, Events + later.Events, later.At)
        {
            FirstPrompt = Math.Min(FirstPrompt, later.FirstPrompt), FirstResponse = Math.Min(FirstResponse, later.FirstResponse),
        };
    }
}

/// <summary>
/// Tells subscribers what was committed. Publishing never waits: each subscriber has one slot in which notices are merged, so a
/// slow or dead one costs bounded memory and nobody's time. Thread-safe.
/// </summary>
public sealed class AnalyticsBroadcaster
{
    private readonly Lock _gate = new();
    private readonly List<ChangeSubscription> _subscribers = [];

    public ChangeSubscription Subscribe()
    {
        var subscription = new ChangeSubscription(this);
        lock (_gate) _subscribers.Add(subscription);
        return subscription;
    }

    public void Publish(ChangeNotice notice)
    {
        lock (_gate)
        {
            foreach (var subscriber in _subscribers) subscriber.Offer(notice);
        }
    }

    internal void Remove(ChangeSubscription subscription)
    {
        lock (_gate) _subscribers.Remove(subscription);
    }
}

/// <summary>One reader of notices. Dispose it to leave; doing so twice is harmless.</summary>
public sealed class ChangeSubscription : IDisposable
{
    private readonly AnalyticsBroadcaster _owner;
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly Lock _gate = new();
    private ChangeNotice? _pending;
    private bool _disposed;

    internal ChangeSubscription(AnalyticsBroadcaster owner) => _owner = owner;

    /// <summary>The next notice, merged from all that came since the last call; null once disposed.</summary>
    public async ValueTask<ChangeNotice?> NextAsync(CancellationToken cancel)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_disposed) return null;
                if (_pending is { } notice)
                {
                    _pending = null;
                    return notice;
                }
            }
            await _signal.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Events of the notice that nobody took yet.</summary>
    internal int Waiting
    {
        get { lock (_gate) return _pending?.Events ?? 0; }
    }

    internal void Offer(ChangeNotice notice)
    {
        lock (_gate)
        {
            if (_disposed) return;
            _pending = _pending is null ? notice : _pending.Merge(notice);
            if (_signal.CurrentCount == 0) _signal.Release();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            if (_signal.CurrentCount == 0) _signal.Release();
        }
        _owner.Remove(this);
    }
}
