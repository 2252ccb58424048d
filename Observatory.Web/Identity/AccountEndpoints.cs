using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Accounts;
using Observatory.Core.Auditing;
using Observatory.Web.Auditing;
using Observatory.Web.Hosting;
using Observatory.Web.Identity.Passkeys;
using Observatory.Web.Identity.Providers;

namespace Observatory.Web.Identity;

internal static class AccountEndpoints
{
    public const string ReturnUrl = "returnUrl";

    /// <summary>Headers in which browsers say that nobody asked yet.</summary>
    private static readonly string[] s_purposes = ["Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"];

    public static void MapAccount(this WebApplication app)
    {
        var account = app.MapGroup("/account").ExcludeFromDescription();
        account.MapGet("/link", FollowLink).AllowAnonymous();
        account.MapGet("/sign-in", ShowSignIn).AllowAnonymous();
        account.MapPost("/sign-in", SignInAsync).AllowAnonymous();
        account.MapPost("/second-step", SecondStepAsync).AllowAnonymous();
        account.MapInvitations();
        account.MapProvider();
        account.MapPasskeys();
        account.MapGet("/sign-out", ShowSignOut);
        account.MapPost("/sign-out", SignOutAsync);
    }

    /// <summary>The only GET that changes state: the console cannot post.</summary>
    private static async Task<IResult> FollowLink(HttpContext context, SignInLinks links, Sessions sessions, string? t = null)
    {
        // A browser that only looks ahead has not been told to go there.
        if (IsPrefetch(context.Request)) return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
        if (links.Claim(t) is not { } claim)
        {
            // The second click on a link finds its reader signed in by the first.
            if (context.User.Identity?.IsAuthenticated == true) return new SeeOther(context.Request.PathBase + "/");
            return TypedResults.Redirect(context.Request.PathBase + SessionCookie.SignInPath + "?failed=link");
        }
        try
        {
            await sessions.SignInByLinkAsync(context);
        }
        catch
        {
            claim.GiveBack();
            throw;
        }
        claim.Burn();
        return new SeeOther(context.Request.PathBase + "/");
    }

    private static bool IsPrefetch(HttpRequest request) =>
        s_purposes.SelectMany(name => request.Headers[name])
            .Any(value => value?.Contains("prefetch", StringComparison.OrdinalIgnoreCase) == true);

    private static ContentHttpResult ShowSignIn(
        HttpContext context, IAntiforgery antiforgery, OidcOptions oidc, string? returnUrl = null, string? failed = null)
    {
        var problem = failed == "link" ? "This link was used before, or its time is over." : null;
        return Page(AccountPages.SignIn(context.Request.PathBase, Token(antiforgery, context), Local(returnUrl), problem, hasProvider: oidc.IsOn()));
    }

    private static async Task<IResult> SignInAsync(
        HttpContext context, IAntiforgery antiforgery, IAccountStore store, Passwords passwords, SignInLimits limits, SecondFactors factors, SignInEnd end,
        IAudit audit, OidcOptions oidc, ILogger<SignInLimits> log, [FromForm] string? email, [FromForm] string? password, [FromForm] string? returnUrl)
    {
        // Here, behind the checks of origin and antiforgery token: what other pages send in somebody's name does not count as a try.
        var (cancel, address, account) = (context.RequestAborted, RateLimits.Address(context), email is { Length: > 0 and <= 256 } ? email : "");
        if (limits.Begin(address, account) is { } wait) return Wait(wait, "Too many tries.");
        var user = account.Length > 0 ? await store.FindUserAsync(account, cancel) : null;
        if (await passwords.TryVerifyAsync(user, password is { Length: > 0 and <= 256 } ? password : "", cancel) is not { } right)
        {
            limits.TakeBack(address, account);
            return Wait(Passwords.Patience, "Many people sign in right now.");
        }
        if (!right)
        {
            // What was typed stays out where it is no account: it may be a password in the wrong field.
            audit.Record(new AuditEvent(
                user is null ? AuditActor.Unknown : new AuditActor(AuditActor.User, Auditor.IdOf(Sessions.OwnerOf(user)), user.Name ?? user.Email),
                AuditActions.SignInFailed, "password", Auditor.AddressOf(context), user is null ? "no such account" : "wrong password"));
            if (user is not null && limits.Failures(account) == SignInLimits.FreeOfAccount)
            {
                log.LogWarning("Many wrong passwords were tried for {Email}. Further tries from new addresses have to wait", user.Email);
            }
            const string Problem = "E-mail address and password do not match.";
            var form = AccountPages.SignIn(context.Request.PathBase, Token(antiforgery, context), Local(returnUrl), Problem, email, oidc.IsOn());
            return Page(form, StatusCodes.Status401Unauthorized);
        }
        // Until the code is right too, the try stays counted.
        if (SecondFactors.IsNeeded(user!))
            return Page(AccountPages.SecondStep(context.Request.PathBase, Token(antiforgery, context), factors.WordFor(user!), Local(returnUrl), null));
        limits.Succeeded(address, account);
        return await end.SignInAsync(context, user!, "password", Local(returnUrl));
    }

    private static async Task<IResult> SecondStepAsync(
        HttpContext context, IAntiforgery antiforgery, SignInLimits limits, SecondFactors factors, SignInEnd end, IAudit audit,
        [FromForm] string? word, [FromForm] string? code, [FromForm] string? returnUrl)
    {
        var cancel = context.RequestAborted;
        if (await factors.FindAsync(word, cancel) is not { } user)
        {
            const string Late = "That took too long. Sign in again.";
            return Page(AccountPages.SignIn(context.Request.PathBase, Token(antiforgery, context), Local(returnUrl), Late), StatusCodes.Status401Unauthorized);
        }
        var address = RateLimits.Address(context);
        if (limits.Begin(address, user.Email) is { } wait) return Wait(wait, "Too many tries.");
        if (!await factors.TakeAsync(user, code, cancel))
        {
            audit.Record(new AuditEvent(
                new AuditActor(AuditActor.User, Auditor.IdOf(Sessions.OwnerOf(user)), user.Name ?? user.Email), AuditActions.SignInFailed, "code",
                Auditor.AddressOf(context), "wrong code"));
            var form = AccountPages.SecondStep(
                context.Request.PathBase, Token(antiforgery, context), word!, Local(returnUrl), "This code is not right, or it was used before.");
            return Page(form, StatusCodes.Status401Unauthorized);
        }
        limits.Succeeded(address, user.Email);
        return await end.SignInAsync(context, user, "password", Local(returnUrl));
    }

    private static ContentHttpResult ShowSignOut(HttpContext context, IAntiforgery antiforgery) =>
        Page(AccountPages.SignOut(context.Request.PathBase, Token(antiforgery, context), context.User.Identity?.Name));

    // The unused form value makes the framework check the antiforgery token.
    private static async Task<IResult> SignOutAsync(HttpContext context, Sessions sessions, [FromForm(Name = "returnUrl")] string? _)
    {
        await sessions.SignOutAsync(context);
        return new SeeOther(context.Request.PathBase + SessionCookie.SignInPath);
    }

    private static TooEarly Wait(TimeSpan time, string why) => new(time, why);

    internal static ContentHttpResult Page(string html, int status = StatusCodes.Status200OK) =>
        TypedResults.Content(html, "text/html; charset=utf-8", statusCode: status);

    internal static (string Name, string Value) Token(IAntiforgery antiforgery, HttpContext context)
    {
        var tokens = antiforgery.GetAndStoreTokens(context);
        return (tokens.FormFieldName, tokens.RequestToken!);
    }

    /// <summary>Only a path on this server: anything else would make the sign-in page a springboard to other sites.</summary>
    internal static string? Local(string? url) =>
        url is ['/', ..] && url is not ['/', '/' or '\\', ..] && !url.Any(c => char.IsControl(c) || c == '\\') ? url : null;
}

/// <summary>429, with the time to wait.</summary>
internal sealed class TooEarly(TimeSpan wait, string why) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => RateLimits.RefuseAsync(httpContext, wait, why);
}

/// <summary>303: whatever the method was, go on with GET.</summary>
/// <param name="path">May hold any character: a header takes ASCII only, so that the others are percent-encoded.</param>
internal sealed class SeeOther(string path) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = string.Concat(path.EnumerateRunes().Select(r => r.IsAscii ? r.ToString() : Uri.EscapeDataString(r.ToString())));
        return Task.CompletedTask;
    }
}
