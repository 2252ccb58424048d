using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Observatory.Core;
using Observatory.Web.Hosting;

namespace Observatory.Web.Identity;

internal static class IdentityRegistration
{
    private const string EitherScheme = "Either";

    public static void AddObservatoryIdentity(this IServiceCollection services, BootstrapOptions bootstrap, ListenAddresses addresses)
    {
        // The prefix binds a cookie to this host and TLS, and browsers take it over TLS only.
        var prefix = addresses.AllHttps ? "__Host-" : "";
        services.AddAuthentication(EitherScheme)
            .AddPolicyScheme(EitherScheme, null, scheme => scheme.ForwardDefaultSelector = context =>
                ApiKeyHandler.Concerns(context.Request) ? ApiKeyHandler.SchemeName : CookieAuthenticationDefaults.AuthenticationScheme)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null)
            .AddCookie(cookie =>
            {
                cookie.Cookie.Name = prefix + "observatory";
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.Cookie.SecurePolicy = addresses.AllHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
                cookie.Cookie.Path = "/";
                cookie.LoginPath = SessionCookie.SignInPath;
                cookie.ReturnUrlParameter = AccountEndpoints.ReturnUrl;
                cookie.SlidingExpiration = false;
                cookie.EventsType = typeof(SessionCookie);
            });
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = prefix + "observatory-form";
            antiforgery.Cookie.SecurePolicy = addresses.AllHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            antiforgery.Cookie.Path = "/";
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        services.AddAuthorizationBuilder().AddPolicies();
        services.AddCascadingAuthenticationState();

        services.AddSingleton(bootstrap);
        services.AddSingleton<Passwords>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<SignInLinks>();
        services.AddSingleton<EndedSessions>();
        services.AddSingleton<SessionCookie>();
        services.AddHostedService<AccountSeeder>();
    }
}
