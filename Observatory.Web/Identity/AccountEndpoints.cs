using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Accounts;
using Observatory.Web.Hosting;

namespace Observatory.Web.Identity;

internal static class AccountEndpoints
{
    public const string ReturnUrl = "returnUrl";

    public static void MapAccount(this WebApplication app)
    {
        var account = app.MapGroup("/account").ExcludeFromDescription();
        account.MapGet("/link", FollowLink).AllowAnonymous();
        account.MapGet("/sign-in", ShowSignIn).AllowAnonymous();
        account.MapPost("/sign-in", SignInAsync).AllowAnonymous().RequireRateLimiting(RateLimits.SignIn);
        account.MapGet("/sign-out", ShowSignOut);
        account.MapPost("/sign-out", SignOutAsync);
    }

    /// <summary>The only GET that changes state: the console cannot post.</summary>
    private static async Task<IResult> FollowLink(HttpContext context, SignInLinks links, TimeProvider clock, string? t = null)
    {
        if (!links.Redeem(t)) return TypedResults.LocalRedirect(SessionCookie.SignInPath + "?failed=link");
        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, Sessions.ForLink(), Sessions.Lasting(context, clock));
        return new SeeOther("/");
    }

    private static ContentHttpResult ShowSignIn(HttpContext context, IAntiforgery antiforgery, string? returnUrl = null, string? failed = null)
    {
        var problem = failed == "link" ? "This link was used before, or its time is over." : null;
        return Page(AccountPages.SignIn(Token(antiforgery, context), Local(returnUrl), problem));
    }

    private static async Task<IResult> SignInAsync(
        HttpContext context, IAntiforgery antiforgery, IAccountStore store, Passwords passwords, TimeProvider clock,
        [FromForm] string? email, [FromForm] string? password, [FromForm] string? returnUrl)
    {
        var cancel = context.RequestAborted;
        var user = email is { Length: > 0 and <= 256 } ? await store.FindUserAsync(email, cancel) : null;
        if (password is not { Length: > 0 and <= 256 } || !passwords.Verify(user, password))
        {
            const string Problem = "E-mail address and password do not match.";
            return Page(AccountPages.SignIn(Token(antiforgery, context), Local(returnUrl), Problem, email), StatusCodes.Status401Unauthorized);
        }
        user!.LastSignInAt = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await store.SaveUserAsync(user, cancel);
        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, Sessions.For(user), Sessions.Lasting(context, clock));
        return new SeeOther(Local(returnUrl) ?? "/");
    }

    private static ContentHttpResult ShowSignOut(HttpContext context, IAntiforgery antiforgery) =>
        Page(AccountPages.SignOut(Token(antiforgery, context), context.User.Identity?.Name));

    // The unused form value makes the framework check the antiforgery token.
    private static async Task<IResult> SignOutAsync(HttpContext context, EndedSessions ended, [FromForm(Name = "returnUrl")] string? _)
    {
        if (context.User.FindFirstValue(Sessions.SessionClaim) is { } session) ended.Add(session);
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        context.Response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\"";
        return new SeeOther(SessionCookie.SignInPath);
    }

    private static ContentHttpResult Page(string html, int status = StatusCodes.Status200OK) =>
        TypedResults.Content(html, "text/html; charset=utf-8", statusCode: status);

    private static (string Name, string Value) Token(IAntiforgery antiforgery, HttpContext context)
    {
        var tokens = antiforgery.GetAndStoreTokens(context);
        return (tokens.FormFieldName, tokens.RequestToken!);
    }

    /// <summary>Only a path on this server: anything else would make the sign-in page a springboard to other sites.</summary>
    internal static string? Local(string? url) =>
        url is ['/', ..] && url is not ['/', '/' or '\\', ..] && !url.Any(c => char.IsControl(c) || c == '\\') ? url : null;
}

/// <summary>303: whatever the method was, go on with GET.</summary>
internal sealed class SeeOther(string path) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = path;
        return Task.CompletedTask;
    }
}
