using Observatory.Core.Accounts;

namespace Observatory.Web.Identity;

/// <summary>The end of every sign-in with an account: it is noted, a session begins, and the browser goes where it was going.</summary>
internal sealed class SignInEnd(UserService users, Sessions sessions, TimeProvider clock)
{
    /// <param name="way">password, invite, passkey, provider.</param>
    /// <param name="returnUrl">A path of this server, or null.</param>
    public async Task<IResult> SignInAsync(HttpContext context, User user, string way, string? returnUrl)
    {
        await BeginAsync(context, user, way);
        return new SeeOther(returnUrl ?? context.Request.PathBase + "/");
    }

    /// <param name="way">password, invite, passkey, provider.</param>
    public async Task BeginAsync(HttpContext context, User user, string way)
    {
        await users.NoteAsync(user.Id, u => (u.LastSignInAt, u.LastSignInBy) = (clock.GetUtcNow().ToUnixTimeMilliseconds(), way), context.RequestAborted);
        await sessions.SignInAsync(context, user, way);
    }
}
