using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Observatory.Core.Accounts;

namespace Observatory.Web.Identity.Providers;

/// <param name="Found">What the provider said, or why the step failed.</param>
internal sealed record ProviderStep(string Name, bool Ok, string Found);

/// <summary>Tries settings of a provider before they are put into the configuration. Nothing is kept, and the secret goes to the provider alone.</summary>
internal sealed class ProviderTrial : IDisposable
{
    private const int MostBytes = 1 << 20;

    // No redirects: a provider's own documents are where it says.
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1),
    })
    {
        Timeout = TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = MostBytes,
    };

    /// <summary>Steps in order; what comes behind one that failed is not tried.</summary>
    public async Task<IReadOnlyList<ProviderStep>> TryAsync(OidcOptions oidc, CancellationToken cancel)
    {
        var steps = new List<ProviderStep>();
        var (discovery, document) = await DiscoverAsync(oidc.Authority, cancel);
        steps.Add(discovery);
        if (document is not { } found) return steps;
        steps.Add(await KeysAsync(Text(found, "jwks_uri")!, cancel));
        if (steps[^1].Ok) steps.Add(await TokenAsync(Text(found, "token_endpoint")!, oidc, cancel));
        return steps;
    }

    /// <summary>The block for <c>appsettings.json</c>, without the secret.</summary>
    public static JsonObject SettingsOf(OidcOptions oidc) => new()
    {
        ["Observatory"] = new JsonObject
        {
            ["Oidc"] = new JsonObject
            {
                ["Authority"] = oidc.Authority, ["ClientId"] = oidc.ClientId, ["ClientSecret"] = "the secret of the client", ["RoleClaim"] = oidc.RoleClaim,
                ["RoleMap"] = new JsonObject(oidc.RoleMap.Select(m => new KeyValuePair<string, JsonNode?>(m.Key, m.Value))),
            },
        },
    };

    /// <summary>An address over TLS, or of this machine.</summary>
    public static bool IsAuthority(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0 && uri.Query.Length == 0
        && uri.Fragment.Length == 0 && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback);

    public void Dispose() => _http.Dispose();

    private async Task<(ProviderStep Step, JsonElement? Document)> DiscoverAsync(string authority, CancellationToken cancel)
    {
        const string Name = "discovery";
        var (document, problem) = await GetAsync($"{authority.TrimEnd('/')}/.well-known/openid-configuration", cancel);
        if (document is not { } found) return (new ProviderStep(Name, false, problem!), null);
        var issuer = Text(found, "issuer");
        if (issuer?.TrimEnd('/') != authority.TrimEnd('/'))
            return (new ProviderStep(Name, false, $"It says that it is {Short(issuer ?? "nobody")}. The authority must be the same."), null);
        foreach (var needed in new[] { "authorization_endpoint", "token_endpoint", "jwks_uri" })
        {
            if (Text(found, needed) is not { } address || !IsAuthority(address.Split('?')[0]))
                return (new ProviderStep(Name, false, $"Its document has no usable {needed}."), null);
        }
        return (new ProviderStep(Name, true, Short(issuer!)), found);
    }

    private async Task<ProviderStep> KeysAsync(string address, CancellationToken cancel)
    {
        var (document, problem) = await GetAsync(address, cancel);
        var count = document is { } found && found.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array ? keys.GetArrayLength() : 0;
        return new ProviderStep("keys", count > 0, problem ?? (count > 0 ? $"{count} {(count == 1 ? "key" : "keys")}" : "There are no keys in its document."));
    }

    /// <summary>A code that nobody was given is refused; how it is refused tells whether the client is known.</summary>
    private async Task<ProviderStep> TokenAsync(string address, OidcOptions oidc, CancellationToken cancel)
    {
        const string Name = "token endpoint";
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", "authorization_code"), new("code", $"trial{Guid.NewGuid():N}"),
            new("redirect_uri", "https://localhost" + ProviderSignIn.ReturnPath),
            new("code_verifier", new string('a', 64)), new("client_id", oidc.ClientId), new("client_secret", oidc.ClientSecret),
        ]);
        var (document, problem) = await SendAsync(new HttpRequestMessage(HttpMethod.Post, address) { Content = form }, isAnswer: _ => true, cancel);
        if (document is not { } found) return new ProviderStep(Name, false, problem!);
        var error = Text(found, "error");
        return error switch
        {
            "invalid_grant" => new ProviderStep(Name, true, "It knows the client, and refused the made-up code, as it must."),
            "invalid_client" or "unauthorized_client" => new ProviderStep(Name, false, $"It does not take the client id with this secret ({error})."),
            _ => new ProviderStep(Name, false, $"It answered {Short(error ?? "without an error")}."),
        };
    }

    private Task<(JsonElement? Document, string? Problem)> GetAsync(string address, CancellationToken cancel) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, address), status => status == HttpStatusCode.OK, cancel);

    private async Task<(JsonElement? Document, string? Problem)> SendAsync(
        HttpRequestMessage request, Func<HttpStatusCode, bool> isAnswer, CancellationToken cancel)
    {
        using (request)
        {
            try
            {
                using var answer = await _http.SendAsync(request, cancel);
                if (!isAnswer(answer.StatusCode)) return (null, $"It answered {(int)answer.StatusCode}.");
                var document = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancel)).RootElement;
                return document.ValueKind == JsonValueKind.Object ? (document, null) : (null, "It answered no JSON object.");
            }
            catch (JsonException)
            {
                return (null, "It answered no JSON.");
            }
            catch (HttpRequestException error)
            {
                return (null, $"It cannot be reached: {Short(error.GetBaseException().Message)}");
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                return (null, $"It did not answer within {_http.Timeout.TotalSeconds:0} seconds.");
            }
        }
    }

    private static string? Text(JsonElement document, string name) =>
        document.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Short(string text) => text.Length > 200 ? text[..200] + "…" : text;
}
