namespace Observatory.Core.Realtime;

/// <summary>One client's way through a feed: a place, and nothing else.</summary>
public sealed class FeedReader
{
    private readonly LiveFeed _feed;
    private readonly Lock _gate = new();
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long? _place;

    internal FeedReader(LiveFeed feed, long? after) => (_feed, _place) = (feed, after);

    /// <summary>Goes on behind a message that the client saw; if what followed is no longer kept, from the beginning.</summary>
    public void Resume(long after)
    {
        TaskCompletionSource moved;
        lock (_gate)
        {
            _place = after;
            (moved, _moved) = (_moved, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        moved.TrySetResult();
    }

    /// <summary>Waits for the next message.</summary>
    public async Task<FeedMessage> NextAsync(CancellationToken cancel)
    {
        while (true)
        {
            long? place;
            Task moved;
            lock (_gate) (place, moved) = (_place, _moved.Task);
            if (place is not { } at) return await BeginAsync(null, cancel).ConfigureAwait(false);
            var message = _feed.After(at, out var isLost, out var changed);
            if (isLost) return await BeginAsync(at, cancel).ConfigureAwait(false);
            if (message is null)
            {
                await Task.WhenAny(changed, moved).WaitAsync(cancel).ConfigureAwait(false);
                continue;
            }
            if (MoveTo(message.Sequence, at)) return message;
        }
    }

    private async Task<FeedMessage> BeginAsync(long? from, CancellationToken cancel)
    {
        var message = await _feed.InitialAsync(cancel).ConfigureAwait(false);
        MoveTo(message.Sequence, from);
        return message;
    }

    /// <summary>False = the client asked for another place meanwhile.</summary>
    private bool MoveTo(long place, long? from)
    {
        lock (_gate)
        {
            if (_place != from) return false;
            _place = place;
            return true;
        }
    }
}
