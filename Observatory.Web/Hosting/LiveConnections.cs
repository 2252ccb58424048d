using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features;
using Observatory.Web.Identity;

namespace Observatory.Web.Hosting;

/// <summary>Connections that stay open, by what they cost.</summary>
internal enum ConnectionKind
{
    /// <summary>WebSocket of a page: a circuit with all that the page shows.</summary>
    Page,

    /// <summary>Request of a page that waits for news where there is no WebSocket.</summary>
    Waiting,

    /// <summary>A program that listens: it holds no more than its place in what all of them get.</summary>
    Feed,
}

/// <summary>
/// Connections that stay open: WebSockets of pages and hubs, and the requests that wait for news where there are none. One caller has a share of
/// each only, and those of a session end with it: the handshake was the last time that anybody was asked who it is.
/// </summary>
internal sealed class LiveConnections(SessionList sessions) : IDisposable
{
    /// <summary>Of one session or key, of each kind of a page; one beyond that falls back from WebSockets to plain requests.</summary>
    public const int MostOfOneCaller = 20;

    /// <summary>Of one session or key: programs that listen.</summary>
    public const int MostFeedsOfOneCaller = 500;

    /// <summary>An open page is led to the sign-in page first (<see cref="CircuitGuard"/>); whoever is still here then is cut off.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(string Caller, ConnectionKind Kind), ConcurrentDictionary<HttpContext, bool>> _open = new();
    private readonly Lock _gate = new();
    private bool _listening;

    /// <summary>Runs the request if its caller may have one more; false = it has too many, and nothing was done.</summary>
    public async Task<bool> TryRunAsync(HttpContext context, Func<Task> request)
    {
        var kind = KindOf(context) ?? ConnectionKind.Waiting;
        var caller = (CallerOf(context.User), kind);
        ConcurrentDictionary<HttpContext, bool> mine;
        lock (_gate)
        {
            if (!_listening) sessions.Ended += OnEnded;
            _listening = true;
            mine = _open.GetOrAdd(caller, _ => new(ReferenceEqualityComparer.Instance));
            if (mine.Count >= (kind == ConnectionKind.Feed ? MostFeedsOfOneCaller : MostOfOneCaller)) return false;
            mine[context] = true;
        }
        try
        {
            await request();
            return true;
        }
        finally
        {
            lock (_gate)
            {
                mine.TryRemove(context, out _);
                if (mine.IsEmpty) _open.TryRemove(caller, out _);
            }
        }
    }

    public static bool IsLive(HttpContext context) => KindOf(context) is not null;

    /// <summary>Null = it is over with its answer.</summary>
    private static ConnectionKind? KindOf(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) && request.Path == StreamPath) return ConnectionKind.Feed;
        if (request.Path.StartsWithSegments(HubPath)) return IsSocket(context) || IsWaiting(request) ? ConnectionKind.Feed : null;
        if (IsSocket(context)) return ConnectionKind.Page;
        return request.Path.StartsWithSegments("/_blazor") && IsWaiting(request) ? ConnectionKind.Waiting : null;
    }

    public const string StreamPath = "/api/analytics/stream";
    public const string HubPath = "/hubs/analytics";

    /// <summary>A page without a socket asks again and again, and each answer waits until there is something to say.</summary>
    private static bool IsWaiting(HttpRequest request) => HttpMethods.IsGet(request.Method) && request.Query.ContainsKey("id");

    private static bool IsSocket(HttpContext context) =>
        context.Request.Headers.Upgrade.Any(value => value?.Contains("websocket", StringComparison.OrdinalIgnoreCase) == true)
        || context.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect == true;

    /// <summary>Of all callers.</summary>
    public int CountOf(ConnectionKind kind) => _open.Where(o => o.Key.Kind == kind).Sum(o => o.Value.Count);

    private static string CallerOf(ClaimsPrincipal who) => who.FindFirstValue(Sessions.SessionClaim) ?? who.FindFirstValue(ClaimTypes.NameIdentifier) ?? "";

    private void OnEnded(IReadOnlyCollection<string> ids) => _ = Task.Run(async () =>
    {
        await Task.Delay(s_grace);
        foreach (var context in ids.SelectMany(id => Enum.GetValues<ConnectionKind>().SelectMany(kind => OpenOf(id, kind)))) context.Abort();
    });

    private IEnumerable<HttpContext> OpenOf(string caller, ConnectionKind kind) => _open.TryGetValue((caller, kind), out var open) ? open.Keys : [];

    public void Dispose() => sessions.Ended -= OnEnded;
}

internal static class LiveConnectionLimit
{
    /// <summary>Behind everything that asks who it is.</summary>
    public static void UseLiveConnections(this WebApplication app)
    {
        var connections = app.Services.GetRequiredService<LiveConnections>();
        app.Use(async (context, next) =>
        {
            if (!LiveConnections.IsLive(context)) await next(context);
            else if (!await connections.TryRunAsync(context, () => next(context)))
            {
                const string Why = "One session or key has no more connections that stay open.";
                await RateLimits.RefuseAsync(context, TimeSpan.FromSeconds(30), Why);
            }
        });
    }
}
