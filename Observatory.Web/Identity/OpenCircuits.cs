using System.Collections.Concurrent;

namespace Observatory.Web.Identity;

/// <summary>The pages that are open: looked through as soon as a session ends, and every few seconds for what nobody tells.</summary>
internal sealed class OpenCircuits(SessionList sessions) : IDisposable
{
    private readonly ConcurrentDictionary<CircuitGuard, bool> _guards = new(ReferenceEqualityComparer.Instance);
    private bool _listening;
    private long _opened;
    private long _closed;

    /// <summary>How many were opened since the program started.</summary>
    public long Opened => Interlocked.Read(ref _opened);

    /// <summary>How many of them were closed.</summary>
    public long Closed => Interlocked.Read(ref _closed);

    /// <summary>Those that are open or may come back.</summary>
    public IEnumerable<CircuitGuard> All => _guards.Keys;

    public void Add(CircuitGuard guard)
    {
        if (!Interlocked.Exchange(ref _listening, true)) sessions.Ended += OnEnded;
        if (_guards.TryAdd(guard, true)) Interlocked.Increment(ref _opened);
    }

    public void Remove(CircuitGuard guard)
    {
        if (_guards.TryRemove(guard, out _)) Interlocked.Increment(ref _closed);
    }

    public async Task CheckAsync(CancellationToken cancel)
    {
        foreach (var guard in _guards.Keys) await guard.CheckAsync(cancel);
    }

    private void OnEnded(IReadOnlyCollection<string> ids)
    {
        foreach (var guard in _guards.Keys) guard.CheckOpen();
    }

    public void Dispose() => sessions.Ended -= OnEnded;
}

/// <summary>Looks at open pages every ten seconds; the promise is thirty. Also notes on disk who was seen.</summary>
internal sealed class SessionWatch(OpenCircuits circuits, SessionList sessions, TimeProvider clock, ILogger<SessionWatch> logger) : BackgroundService
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_look, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await circuits.CheckAsync(stoppingToken);
                    sessions.Flush();
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    logger.LogWarning("Open pages could not be held against their sessions: {Message}", e.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            sessions.Flush();
        }
    }
}
