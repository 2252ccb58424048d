using Microsoft.AspNetCore.Components.Authorization;

namespace Observatory.Web.Identity;

/// <summary>What a reader of a page may do, asked where a page does something: a button that is not shown can still be pressed.</summary>
internal static class Access
{
    public static async Task<bool> IsAdminAsync(Task<AuthenticationState>? state)
    {
        if (state is null) return false;
        return Policies.IsAdmin((await state).User);
    }

    /// <summary>Who sees everything, names included.</summary>
    public static async Task<bool> SeesNamesAsync(Task<AuthenticationState>? state) => state is not null && Policies.AskerOf((await state).User).SeesEverything;

    /// <summary>Who may keep views, and say what was expected.</summary>
    public static async Task<bool> IsEditorAsync(Task<AuthenticationState>? state)
    {
        if (state is null) return false;
        return Policies.MayEdit((await state).User);
    }

    /// <exception cref="UnauthorizedAccessException">The reader may look and change nothing.</exception>
    public static async Task RequireEditorAsync(Task<AuthenticationState>? state)
    {
        if (!await IsEditorAsync(state)) throw new UnauthorizedAccessException("Only who may edit may do this.");
    }

    /// <exception cref="UnauthorizedAccessException">The reader is no administrator.</exception>
    public static async Task RequireAdminAsync(Task<AuthenticationState>? state)
    {
        if (!await IsAdminAsync(state)) throw new UnauthorizedAccessException("Only an administrator may do this.");
    }
}
