using Microsoft.Extensions.Logging;
using Observatory.Core.Accounts;

namespace Observatory.Core.Realtime;

/// <summary>
/// The feeds of stream and hub: one for all who may see everything, one for each other asker. A feed that nobody reads goes on for a while, so that who comes
/// back gets what was missed. Thread-safe.
/// </summary>
public sealed class LiveFeeds(AnalyticsReads reads, AnalyticsTracker tracker, IFeedJson json, TimeProvider clock, ILogger<LiveFeeds> log) : IAsyncDisposable
{
    /// <summary>How long a feed outlives its last reader.</summary>
    private static readonly TimeSpan s_linger = TimeSpan.FromMinutes(5);

    /// <summary>Key of the feed of all who see everything.</summary>
    private const string Everything = "";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LiveFeed> _feeds = new(StringComparer.Ordinal);

    // Numbers go on over a restart: the clock is ahead of what any program has sent.
    private long _sequence = clock.GetUtcNow().ToUnixTimeMilliseconds();
    private bool _isOver;

    /// <summary>A client's way through what it may see. Dispose of it when the client leaves.</summary>
    /// <param name="after">The last message that it saw, null = none.</param>
    public FeedClient Open(Asker asker, long? after)
    {
        ArgumentNullException.ThrowIfNull(asker);
        var key = KeyOf(asker);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isOver, this);
            if (!_feeds.TryGetValue(key, out var feed))
            {
                var engine = new AnalyticsEngine(new FeedAsker(asker.SeesEverything ? Asker.Program : asker), reads, tracker);
                _feeds[key] = feed = new LiveFeed(new FeedSource(engine, clock), () => Interlocked.Increment(ref _sequence), json, clock, log);
            }
            feed.Readers++;
            return new FeedClient(feed.Read(after), () => Leave(key, feed));
        }
    }

    /// <summary>Tells everybody who listens and sees everything: rules are about people and projects.</summary>
    /// <param name="body">JSON of what happened.</param>
    public void TellAlert(object body)
    {
        var update = new FeedUpdate(FeedTypes.Alert, clock.GetUtcNow(), json.Write(body));
        LiveFeed? feed;
        lock (_gate) _feeds.TryGetValue(Everything, out feed);
        feed?.Tell([update]);
    }

    /// <summary>Clients that read at the moment.</summary>
    public int Readers
    {
        get { lock (_gate) return _feeds.Values.Sum(f => f.Readers); }
    }

    /// <summary>Those who see the same have one: lists in an asker are told apart by what is in them.</summary>
    private static string KeyOf(Asker asker) => asker.SeesEverything ? Everything
        : string.Join('\n', new[] { asker.Name, asker.Role.ToString(), asker.OwnUser ?? "" }.Concat(asker.Projects ?? ["*"]));

    private void Leave(string key, LiveFeed feed)
    {
        lock (_gate)
        {
            if (--feed.Readers > 0 || _isOver) return;
        }
        _ = Task.Run(async () =>
        {
            await Task.Delay(s_linger, clock).ConfigureAwait(false);
            lock (_gate)
            {
                if (feed.Readers > 0 || _isOver || !_feeds.TryGetValue(key, out var known) || known != feed) return;
                _feeds.Remove(key);
            }
            await feed.DisposeAsync().ConfigureAwait(false);
        });
    }

    public async ValueTask DisposeAsync()
    {
        List<LiveFeed> feeds;
        lock (_gate)
        {
            if (_isOver) return;
            _isOver = true;
            feeds = [.. _feeds.Values];
            _feeds.Clear();
        }
        foreach (var feed in feeds) await feed.DisposeAsync().ConfigureAwait(false);
    }
}

/// <summary>One client of a feed.</summary>
public sealed class FeedClient(FeedReader reader, Action leave) : IDisposable
{
    private int _left;

    public FeedReader Reader => reader;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _left, 1) == 0) leave();
    }
}
