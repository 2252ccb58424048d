using System.Security.Claims;
using Observatory.Core.Accounts;

namespace Observatory.Web.Identity;

/// <summary>In whose name a request or a circuit reads: whoever was let in. Who was never let in sees nothing.</summary>
internal sealed class ScopeAsker : IAskerSource
{
    public Asker Current { get; private set; } = Asker.Nobody;

    public void Become(ClaimsPrincipal who) => Current = Policies.AskerOf(who);
}

internal static class ScopeAskerUse
{
    /// <summary>Behind authorization: who was let in is known.</summary>
    public static void UseAsker(this WebApplication app) => app.Use((context, next) =>
    {
        context.RequestServices.GetRequiredService<ScopeAsker>().Become(context.User);
        return next(context);
    });
}
