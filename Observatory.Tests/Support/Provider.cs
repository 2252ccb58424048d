using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Observatory.Tests.Support;

/// <summary>Who signs in at the provider.</summary>
/// <param name="Roles">Several are a list in the token, one is a text, none is no claim.</param>
public sealed record ProviderGuest(string Subject, string? Email, bool IsVerified = true, params string[] Roles);

/// <summary>A provider of OpenID Connect on loopback: it lets in whoever <see cref="Guest"/> is, without asking.</summary>
public sealed class Provider : IAsyncDisposable
{
    public const string Client = "observatory", Secret = "a secret between two programs";

    private readonly WebApplication _app;

    private Provider(WebApplication app) => _app = app;

    public ProviderGuest Guest { get; set; } = new("0", null);

    public string Authority => _app.Urls.First();

    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Observatory:Oidc:Authority"] = Authority, ["Observatory:Oidc:ClientId"] = Client, ["Observatory:Oidc:ClientSecret"] = Secret,
        ["Observatory:Oidc:RoleMap:makers"] = "editor", ["Observatory:Oidc:RoleMap:owners"] = "Admin",
    };

    public static async Task<Provider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.UseKestrel();
        Provider? provider = null;
        builder.Services.AddAuthentication();
        builder.Services.AddOpenIddict().AddServer(server =>
        {
            server.EnableDegradedMode().AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange().RegisterScopes(Scopes.Email, Scopes.Profile);
            server.SetAuthorizationEndpointUris("authorize").SetTokenEndpointUris("token").SetUserInfoEndpointUris("about");
            server.AddEphemeralEncryptionKey().AddEphemeralSigningKey().DisableAccessTokenEncryption();
            server.UseAspNetCore().DisableTransportSecurityRequirement();
            On<ValidateAuthorizationRequestContext>(server, c => { if (c.ClientId != Client) c.Reject(Errors.InvalidClient); });
            On<ValidateTokenRequestContext>(server, c =>
            {
                if (c.ClientId != Client || c.ClientSecret != Secret) c.Reject(Errors.InvalidClient);
            });
            On<HandleAuthorizationRequestContext>(server, c => c.SignIn(PrincipalOf(provider!.Guest, c.Request)));
        });
        var app = builder.Build();
        app.UseDeveloperExceptionPage();
        app.UseAuthentication();
        provider = new Provider(app);
        await app.StartAsync();
        return provider;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void On<T>(OpenIddictServerBuilder server, Action<T> handle) where T : OpenIddictServerEvents.BaseContext =>
        // First of all: who calls is judged before what is said.
        server.AddEventHandler<T>(handler => handler.SetOrder(int.MinValue + 1_000).UseInlineHandler(context =>
        {
            handle(context);
            return ValueTask.CompletedTask;
        }));

    private static ClaimsPrincipal PrincipalOf(ProviderGuest guest, OpenIddictRequest request)
    {
        var identity = new ClaimsIdentity("Provider");
        identity.SetClaim(Claims.Subject, guest.Subject);
        if (guest.Email is { } email) identity.SetClaim(Claims.Email, email).SetClaim(Claims.EmailVerified, guest.IsVerified);
        identity.AddClaims(guest.Roles.Select(role => new Claim("roles", role)));
        identity.SetDestinations(_ => [Destinations.IdentityToken, Destinations.AccessToken]);
        var principal = new ClaimsPrincipal(identity);
        principal.SetScopes(request.GetScopes());
        return principal;
    }
}
