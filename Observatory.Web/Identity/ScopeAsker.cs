using System.Security.Claims;
using Observatory.Core.Accounts;

namespace Observatory.Web.Identity;

/// <summary>
/// In whose name a request or a circuit reads: whoever was let in. Everyone who is has the rights of an administrator for figures, until roles
/// narrow them; who was never let in has none.
/// </summary>
internal sealed class ScopeAsker : IAskerSource
{
    public Asker Current { get; private set; } = new("nobody", UserRole.Viewer);

    public void Become(ClaimsPrincipal who)
    {
        if (who.Identity is { IsAuthenticated: true } identity) Current = new Asker(identity.Name ?? "key", UserRole.Admin);
    }
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
