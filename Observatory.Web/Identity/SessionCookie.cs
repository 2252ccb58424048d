using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Endpoints;
using Observatory.Web.Hosting;

namespace Observatory.Web.Identity;

/// <summary>The session cookie of people: who is asked to sign in how, and which cookies still count.</summary>
internal sealed class SessionCookie(SessionCheck check) : CookieAuthenticationEvents
{
    public const string SignInPath = "/account/sign-in";

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        if (!await check.IsGoodAsync(context.Principal, context.HttpContext.RequestAborted))
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        }
    }

    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        // A page that is opened leads to the sign-in page; a program gets a plain no. Pages also take callers that do not say what they accept.
        var page = context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null;
        if ((page || ErrorAnswers.WantsPage(context.Request)) && HttpMethods.IsGet(context.Request.Method))
        {
            // Without scheme and host: behind a proxy those of the request need not be those of the reader.
            context.Response.Redirect(new Uri(context.RedirectUri).PathAndQuery);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            // Every 401 says how to do better (RFC 9110); browsers show no dialog of their own for this one.
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }
        return Task.CompletedTask;
    }

    public override Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
