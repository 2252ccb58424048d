using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>
/// Every route, page and hub × nobody, viewer, editor, admin and keys of each scope and role. A route without a row fails: whoever makes one says here for
/// whom it is.
/// </summary>
public sealed class AccessTableTests : IAsyncLifetime
{
    /// <summary>Authorization said yes; nothing behind it was run.</summary>
    private const int LetIn = 299;

    private static readonly string[] s_everybody =
        ["viewer", "editor", "admin", "key:ingest", "key:viewer", "key:read", "key:edit", "key:admin", "key:narrow"];

    /// <summary>Who is let in, by the word that stands in a row.</summary>
    private static readonly Dictionary<string, string[]> s_for = new()
    {
        ["read"] = ["viewer", "editor", "admin", "key:viewer", "key:read", "key:edit", "key:admin", "key:narrow"],
        ["edit"] = ["editor", "admin", "key:edit", "key:admin", "key:narrow"],
        ["names"] = ["editor", "admin", "key:read", "key:edit", "key:admin"],
        ["names+edit"] = ["editor", "admin", "key:edit", "key:admin"],
        ["admin"] = ["admin", "key:admin"],
        ["person"] = ["viewer", "editor", "admin"],
        ["ingest"] = ["key:ingest", "key:admin"],
    };

    private readonly WebHost _host = new(TimeProvider.System)
    {
        Change = services => services.AddSingleton<IAuthorizationMiddlewareResultHandler, SaysYes>(),
    };

    private readonly Dictionary<string, HttpClient> _clients = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        foreach (var (name, body) in new (string, object)[]
        {
            ("key:ingest", new { name = "k", scopes = new[] { "ingest" } }),
            ("key:viewer", new { name = "k", scopes = new[] { "read" }, role = "viewer" }),
            ("key:read", new { name = "k", scopes = new[] { "read" } }),
            ("key:edit", new { name = "k", scopes = new[] { "read" }, role = "editor" }),
            ("key:narrow", new { name = "k", scopes = new[] { "read" }, role = "editor", projects = new[] { "/a" } }),
            ("key:admin", new { name = "k", scopes = new[] { "admin" } }),
        })
        {
            using var made = await _host.Program().PostAsJsonAsync("/api/admin/keys", body, Cancel);
            _clients[name] = Probe(_host.Program((await made.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("key").GetString()));
        }
        foreach (var role in new[] { "viewer", "editor", "admin" })
        {
            var browser = await SignedIn.AsAsync(_host, $"{role}@x.com", role);
            browser.DefaultRequestHeaders.Accept.Clear();
            browser.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            _clients[role] = Probe(browser);
        }
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Every_route_lets_in_whom_its_row_names_and_nobody_else()
    {
        var rows = Rows();
        var (wrong, seen) = (new List<string>(), new HashSet<string>());
        foreach (var (route, method, path, endpoint) in Routes())
        {
            if (!seen.Add(route)) continue;
            var word = rows.GetValueOrDefault(route);
            if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            {
                if (word != "open") wrong.Add($"{route}: is open, and its row says {word ?? "nothing"}");
                continue;
            }
            if (word is null || !s_for.TryGetValue(word, out var allowed))
            {
                wrong.Add($"{route}: has no row ({word})");
                continue;
            }
            foreach (var who in s_everybody)
            {
                using var answer = await _clients[who].SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Cancel);
                var expected = allowed.Contains(who) ? LetIn : (int)HttpStatusCode.Forbidden;
                if ((int)answer.StatusCode != expected) wrong.Add($"{route} ({word}): {who} gets {(int)answer.StatusCode}");
            }
            using var nobody = await _host.Program(key: null).SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Cancel);
            if (nobody.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Redirect)) wrong.Add($"{route}: nobody gets {nobody.StatusCode}");
        }
        wrong.AddRange(rows.Keys.Except(seen).Select(r => $"{r}: there is a row and no route"));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static HttpClient Probe(HttpClient client)
    {
        client.DefaultRequestHeaders.Add(SaysYes.Header, "1");
        return client;
    }

    private IEnumerable<(string Route, string Method, string Path, Endpoint Endpoint)> Routes()
    {
        foreach (var endpoint in _host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null) continue;
            var path = "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(s =>
                string.Concat(s.Parts.Select(p => p is RoutePatternLiteralPart literal ? literal.Content : "1"))));
            var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } some ? some : ["GET"];
            foreach (var method in methods) yield return ($"{method} /{endpoint.RoutePattern.RawText?.Trim('/')}", method, path, endpoint);
        }
    }

    private static Dictionary<string, string> Rows() => AccessTable.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(line => line.Split(" : ")).ToDictionary(parts => parts[0].Trim(), parts => parts[1].Trim());

    /// <summary>Answers in place of the route where somebody is let in, for calls that only ask.</summary>
    private sealed class SaysYes : IAuthorizationMiddlewareResultHandler
    {
        public const string Header = "X-Only-Ask";

        private readonly AuthorizationMiddlewareResultHandler _real = new();

        public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
        {
            if (!authorizeResult.Succeeded || !context.Request.Headers.ContainsKey(Header)) return _real.HandleAsync(next, context, policy, authorizeResult);
            context.Response.StatusCode = LetIn;
            return Task.CompletedTask;
        }
    }
}
