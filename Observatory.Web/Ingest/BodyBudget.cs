using System.Collections.Concurrent;
using System.Security.Claims;

namespace Observatory.Web.Ingest;

/// <summary>Bytes that the bodies of all requests in flight may hold together. Whoever finds it used up is asked to come again. Thread-safe.</summary>
/// <param name="limit">Bytes.</param>
/// <param name="share">Of these, as many as one caller may hold: what the others need is not its own to take.</param>
internal sealed class BodyBudget(long limit = BodyBudget.Default, long share = BodyBudget.Share)
{
    public const long Default = 48 * 1024 * 1024;

    /// <summary>More than one body of the largest size.</summary>
    public const long Share = 36 * 1024 * 1024;

    /// <summary>By key or account: as many as an administrator made.</summary>
    private readonly ConcurrentDictionary<string, BodyBudget> _callers = new(StringComparer.Ordinal);
    private readonly BodyBudget? _all;
    private long _free = limit;

    private BodyBudget(BodyBudget all, long share) : this(share, share) => _all = all;

    /// <summary>What one caller may hold, within what all may.</summary>
    public BodyBudget Of(ClaimsPrincipal caller)
    {
        var name = Callers.IdOf(caller);
        if (_callers.TryGetValue(name, out var known)) return known;
        return _callers.GetOrAdd(name, static (_, all) => new BodyBudget(all.Budget, all.Share), (Budget: this, Share: share));
    }

    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _free, -bytes) >= 0 && _all?.TryTake(bytes) != false) return true;
        Interlocked.Add(ref _free, bytes);
        return false;
    }

    public void Give(long bytes)
    {
        Interlocked.Add(ref _free, bytes);
        _all?.Give(bytes);
    }
}
