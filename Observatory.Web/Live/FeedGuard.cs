using System.Security.Claims;
using Observatory.Core.Accounts;
using Observatory.Web.Identity;

namespace Observatory.Web.Live;

/// <summary>Whether a program that listens may still hear the next message: asked before each, for its rights may end while it listens.</summary>
internal sealed class FeedGuard(SessionCheck check, TimeProvider clock, ClaimsPrincipal who)
{
    /// <summary>So long a word of the database holds: a program that gets many messages asks once a second.</summary>
    private static readonly TimeSpan s_holds = TimeSpan.FromSeconds(1);

    private long? _looked;

    public async ValueTask<bool> MayHearAsync(CancellationToken cancel)
    {
        if (!check.IsOpen(who)) return false;
        if (_looked is { } at && clock.GetElapsedTime(at) < s_holds) return true;
        _looked = clock.GetTimestamp();
        return await check.IsGoodAsync(who, cancel);
    }

    /// <summary>In whose name it hears.</summary>
    public static Asker AskerOf(ClaimsPrincipal who)
    {
        var asker = new ScopeAsker();
        asker.Become(who);
        return asker.Current;
    }
}
