using Microsoft.AspNetCore.Components.Authorization;
using Observatory.Core.Accounts;

namespace Observatory.Web.Identity;

/// <summary>What a reader of a page may do, asked where a page does something: a button that is not shown can still be pressed.</summary>
internal static class Access
{
    public static async Task<bool> IsAdminAsync(Task<AuthenticationState>? state)
    {
        if (state is null) return false;
        var user = (await state).User;
        return Policies.RoleOf(user) >= UserRole.Admin || user.HasClaim(Policies.ScopeClaim, nameof(KeyScopes.Admin));
    }

    /// <exception cref="UnauthorizedAccessException">The reader is no administrator.</exception>
    public static async Task RequireAdminAsync(Task<AuthenticationState>? state)
    {
        if (!await IsAdminAsync(state)) throw new UnauthorizedAccessException("Only an administrator may do this.");
    }
}
