using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Accounts;
using Observatory.Web.Hosting;

namespace Observatory.Web.Identity;

/// <summary>Links by which somebody who was invited, or forgot a password, chooses one. Looking at the page does not use the link up.</summary>
internal static class Invitations
{
    public const string Path = "/account/invite";

    public static void MapInvitations(this RouteGroupBuilder account)
    {
        account.MapGet("/invite", ShowAsync).AllowAnonymous();
        account.MapPost("/invite", AcceptAsync).AllowAnonymous();
    }

    /// <param name="request">Tells the address where no other is set.</param>
    public static string UrlOf(string token, HttpRequest request, PublicAddress address) =>
        $"{(address.Origin is { } origin ? origin + address.Path : $"{request.Scheme}://{request.Host}{request.PathBase}")}{Path}?t={token}";

    private static async Task<ContentHttpResult> ShowAsync(HttpContext context, IAntiforgery antiforgery, UserService users, string? t = null) =>
        await users.FindInvitedAsync(t, context.RequestAborted) is { } user
            ? AccountEndpoints.Page(AccountPages.Invitation(context.Request.PathBase, AccountEndpoints.Token(antiforgery, context), t!, user.Email, null))
            : AccountEndpoints.Page(AccountPages.NoInvitation(context.Request.PathBase), StatusCodes.Status404NotFound);

    private static async Task<IResult> AcceptAsync(
        HttpContext context, IAntiforgery antiforgery, UserService users, Passwords passwords, SessionList list, Sessions sessions, TimeProvider clock,
        [FromForm] string? t, [FromForm] string? password, [FromForm] string? again)
    {
        var cancel = context.RequestAborted;
        if (await users.FindInvitedAsync(t, cancel) is not { } invited)
            return AccountEndpoints.Page(AccountPages.NoInvitation(context.Request.PathBase), StatusCodes.Status404NotFound);
        var problem = Passwords.WhyNot(password, invited.Email) ?? (password == again ? null : "The two are not the same.");
        if (problem is not null)
        {
            var form = AccountPages.Invitation(context.Request.PathBase, AccountEndpoints.Token(antiforgery, context), t!, invited.Email, problem);
            return AccountEndpoints.Page(form, StatusCodes.Status400BadRequest);
        }
        var token = invited.InviteHash!;
        var taken = false;
        var user = await users.ChangeAsync(invited.Id, u =>
        {
            // Of two who hold the link one was faster.
            if (u.Disabled || u.InviteHash is null || !u.InviteHash.AsSpan().SequenceEqual(token)) return;
            taken = true;
            (u.InviteHash, u.InviteExpiresAt) = (null, null);
            u.PasswordHash = passwords.Hash(u, password!);
            (u.LastSignInAt, u.LastSignInBy) = (clock.GetUtcNow().ToUnixTimeMilliseconds(), "invite");
        }, cancel);
        if (user is null || !taken) return AccountEndpoints.Page(AccountPages.NoInvitation(context.Request.PathBase), StatusCodes.Status404NotFound);
        // Whoever was in by the password before is not any more.
        list.EndAll(s => s.Owner == Sessions.OwnerOf(user));
        await sessions.SignInAsync(context, user, "invite");
        return new SeeOther(context.Request.PathBase + "/");
    }
}
