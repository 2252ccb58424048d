using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Observatory.Core;
using Observatory.Core.Accounts;
using Observatory.Web.Hosting;
using Observatory.Web.Identity.Passkeys;
using Observatory.Web.Identity.Providers;

namespace Observatory.Web.Identity;

internal static class IdentityRegistration
{
    private const string EitherScheme = "Either";

    public static void AddObservatoryIdentity(this IServiceCollection services, BootstrapOptions bootstrap, OidcOptions oidc, ListenAddresses addresses,
        Instance instance)
    {
        var names = CookieNames.Of(instance, addresses.AllHttps);
        // Such names want the whole host; else a cookie goes to the path before our pages only (PathBase).
        var path = addresses.AllHttps ? "/" : null;
        services.AddAuthentication(EitherScheme)
            .AddPolicyScheme(EitherScheme, null, scheme => scheme.ForwardDefaultSelector = context =>
                ApiKeyHandler.Concerns(context.Request) ? ApiKeyHandler.SchemeName : CookieAuthenticationDefaults.AuthenticationScheme)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null)
            .AddCookie(cookie =>
            {
                cookie.Cookie.Name = names.Session;
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.Cookie.SecurePolicy = addresses.AllHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
                cookie.Cookie.Path = path;
                cookie.LoginPath = SessionCookie.SignInPath;
                cookie.ReturnUrlParameter = AccountEndpoints.ReturnUrl;
                cookie.SlidingExpiration = false;
                cookie.EventsType = typeof(SessionCookie);
            })
            .AddProvider(oidc);
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = names.Form;
            antiforgery.Cookie.SecurePolicy = addresses.AllHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            antiforgery.Cookie.Path = path;
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        services.AddAuthorizationBuilder().AddPolicies();
        services.AddCascadingAuthenticationState();

        services.AddSingleton(bootstrap);
        services.AddPasskeys();
        services.AddSingleton(oidc);
        services.AddSingleton<ProviderAccounts>();
        services.AddSingleton<ProviderTrial>();
        services.AddHostedService<ProviderWatch>();
        services.AddSingleton(names);
        services.AddSingleton<Passwords>();
        services.AddSingleton<UserService>();
        services.AddSingleton<SecondFactors>();
        services.AddSingleton<SignInEnd>();
        services.AddSingleton<Proofs>();
        services.AddSingleton<SignInLimits>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<SignInLinks>();
        services.AddSingleton<SessionList>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<SessionCheck>();
        services.AddSingleton<OpenCircuits>();
        services.AddScoped<ScopeAsker>();
        services.AddScoped<IAskerSource>(s => s.GetRequiredService<ScopeAsker>());
        services.AddScoped<CircuitGuard>();
        services.AddScoped<CircuitHandler>(circuit => circuit.GetRequiredService<CircuitGuard>());
        services.AddSingleton<SessionCookie>();
        services.AddSingleton<AccountSeeder>();
        services.AddHostedService(s => s.GetRequiredService<AccountSeeder>());
        services.AddHostedService<SessionWatch>();
    }
}
