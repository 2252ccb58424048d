using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Observatory.Core.Accounts;
using Observatory.Web.Hosting;
using Observatory.Web.Auditing;

namespace Observatory.Web.Identity.Providers;

/// <summary>Sign-in at a provider of OpenID Connect: code flow with PKCE, and a session of our own at its end. Tokens are not kept.</summary>
internal static class ProviderSignIn
{
    public const string SchemeName = "Provider";

    public const string StartPath = "/account/provider", ReturnPath = "/account/provider/return";

    private const string Token = "token", About = "about";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    public static void AddProvider(this AuthenticationBuilder authentication, OidcOptions oidc)
    {
        if (!oidc.IsOn()) return;
        var map = ProviderRoles.ReadMap(oidc.RoleMap) ?? throw new InvalidOperationException("The settings were checked before.");
        authentication.AddOpenIdConnect(SchemeName, o =>
        {
            (o.Authority, o.ClientId, o.ClientSecret, o.CallbackPath) = (oidc.Authority, oidc.ClientId, oidc.ClientSecret, ReturnPath);
            o.RequireHttpsMetadata = oidc.Authority.StartsWith(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase);
            o.ResponseType = OpenIdConnectResponseType.Code;
            // As a link, not as a form: a form of another site brings no cookie that is Lax.
            o.ResponseMode = OpenIdConnectResponseMode.Query;
            (o.MapInboundClaims, o.GetClaimsFromUserInfoEndpoint, o.SaveTokens) = (false, true, false);
            o.SignInScheme = CookieAuthenticationDefaults.AuthenticationScheme;
            o.BackchannelTimeout = s_patience;
            o.Scope.Add("email");
            foreach (var cookie in new[] { o.CorrelationCookie, o.NonceCookie })
                (cookie.SameSite, cookie.SecurePolicy) = (SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest);
            o.Events.OnRedirectToIdentityProvider = to =>
            {
                var address = to.HttpContext.RequestServices.GetRequiredService<PublicAddress>();
                if (address.Origin is { } origin) to.ProtocolMessage.RedirectUri = origin + address.Path + ReturnPath;
                return Task.CompletedTask;
            };
            o.Events.OnTokenValidated = valid =>
            {
                if (valid.TokenEndpointResponse?.IdToken is { } token) valid.HttpContext.Items[Token] = ProviderPerson.ClaimsOf(token);
                return Task.CompletedTask;
            };
            o.Events.OnUserInformationReceived = told =>
            {
                told.HttpContext.Items[About] = told.User.RootElement.Clone();
                return Task.CompletedTask;
            };
            o.Events.OnTicketReceived = ticket => EndAsync(ticket, oidc.RoleClaim, map);
            o.Events.OnRemoteFailure = FailAsync;
        });
    }

    public static void MapProvider(this RouteGroupBuilder account) => account.MapGet("/provider", StartAsync).AllowAnonymous();

    private static async Task<IResult> StartAsync(
        HttpContext context, OidcOptions oidc, IAntiforgery antiforgery, ILogger<ProviderAccounts> log, string? returnUrl = null)
    {
        if (!oidc.IsOn()) return TypedResults.NotFound();
        var local = AccountEndpoints.Local(returnUrl);
        try
        {
            await context.ChallengeAsync(SchemeName, new AuthenticationProperties { RedirectUri = local ?? context.Request.PathBase + "/" });
            return TypedResults.Empty;
        }
        catch (Exception error) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            log.LogWarning("The provider at {Authority} does not answer: {Error}", oidc.Authority, error.GetBaseException().Message);
            return Refuse(context, antiforgery, local, "The provider does not answer. An administrator can sign in with a password.",
                StatusCodes.Status502BadGateway);
        }
    }

    private static async Task EndAsync(TicketReceivedContext ticket, string roleClaim, IReadOnlyDictionary<string, UserRole> map)
    {
        ticket.HandleResponse();
        var (context, services) = (ticket.HttpContext, ticket.HttpContext.RequestServices);
        var about = context.Items[About] as System.Text.Json.JsonElement?;
        var person = context.Items[Token] is System.Text.Json.JsonElement token ? ProviderPerson.Of(token, about, roleClaim, map) : null;
        var user = person is null ? null
            : await services.GetRequiredService<ProviderAccounts>().FindAsync(person, Auditor.AddressOf(context), context.RequestAborted);
        IResult result = user is not null
            ? await services.GetRequiredService<SignInEnd>().SignInAsync(context, user, "provider", AccountEndpoints.Local(ticket.ReturnUri))
            : Refuse(context, services.GetRequiredService<IAntiforgery>(), null,
                "There is no account for you here. Ask an administrator for an invitation to the address that your provider knows.",
                StatusCodes.Status403Forbidden);
        await result.ExecuteAsync(context);
    }

    private static async Task FailAsync(RemoteFailureContext failure)
    {
        failure.HandleResponse();
        var services = failure.HttpContext.RequestServices;
        // The message may hold what was sent; its kind tells enough.
        services.GetRequiredService<ILogger<ProviderAccounts>>().LogWarning("A sign-in at the provider failed: {Kind}", failure.Failure?.GetType().Name);
        await Refuse(failure.HttpContext, services.GetRequiredService<IAntiforgery>(), null,
            "The sign-in at the provider did not come to its end. Try again.", StatusCodes.Status401Unauthorized).ExecuteAsync(failure.HttpContext);
    }

    private static ContentHttpResult Refuse(HttpContext context, IAntiforgery antiforgery, string? returnUrl, string why, int status) => AccountEndpoints.Page(
        AccountPages.SignIn(context.Request.PathBase, AccountEndpoints.Token(antiforgery, context), returnUrl, why, hasProvider: true), status);
}
