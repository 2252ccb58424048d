using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>Nothing answers without an identity but what is listed here, and every answer has the headers.</summary>
public sealed class ClosedByDefaultTests(EmptyWeb web) : IClassFixture<EmptyWeb>
{
    private static readonly string[] s_open =
        ["/health/live", "/health/ready", "/account/link", "/account/sign-in", "/account/invite", "/account/second-step",
            "/account/provider", "/account/passkey", "/account/passkey/ask", "/mail/unsubscribe", "/mail/feedback"];

    private readonly WebHost _host = web.Host;

    private List<(string Path, string Method, Endpoint Endpoint)> Endpoints =>
        [.. _host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .SelectMany(e => (e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["GET"])
            .Select(method => (PathOf(e), method, (Endpoint)e)))];

    private static string PathOf(RouteEndpoint endpoint) =>
        "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(s =>
            string.Concat(s.Parts.Select(p => p is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : "x"))));

    [Fact]
    public async Task Every_endpoint_wants_an_identity()
    {
        var (program, browser) = (_host.Program(key: null), _host.Browser());
        var walked = 0;
        foreach (var (path, method, endpoint) in Endpoints)
        {
            if (endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null) continue;
            if (s_open.Contains(path))
            {
                Assert.NotNull(endpoint.Metadata.GetMetadata<IAllowAnonymous>());
                continue;
            }
            Assert.True(endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null, $"{method} {path} is open and not listed.");
            using var plain = await program.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), TestContext.Current.CancellationToken);
            var forPrograms = path.StartsWith("/api/", StringComparison.Ordinal) || path.StartsWith("/openapi", StringComparison.Ordinal)
                || path.StartsWith("/_blazor", StringComparison.Ordinal) || path.StartsWith("/hubs", StringComparison.Ordinal)
                || path is "/metrics" or "/mcp";
            Assert.True(plain.StatusCode == HttpStatusCode.Unauthorized || !forPrograms && plain.StatusCode == HttpStatusCode.Redirect,
                $"{method} {path}: {plain.StatusCode} for a program");
            using var page = await browser.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), TestContext.Current.CancellationToken);
            Assert.Equal((path, !forPrograms && method is ("GET" or "HEAD") ? HttpStatusCode.Redirect : HttpStatusCode.Unauthorized), (path, page.StatusCode));
            if (page.StatusCode == HttpStatusCode.Redirect) Assert.Equal("/account/sign-in", page.Headers.Location!.IsAbsoluteUri
                ? page.Headers.Location.AbsolutePath : page.Headers.Location.OriginalString.Split('?')[0]);
            walked++;
        }
        Assert.True(walked > 15, $"Only {walked} endpoints were found.");
    }

    [Theory]
    [InlineData("/nothing/here")]
    [InlineData("/api/nothing")]
    [InlineData("/api/analytics/nothing")]
    public async Task What_does_not_exist_says_no_more_than_what_does(string path)
    {
        using var anonymous = await _host.Program(key: null).GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Contains(anonymous.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.NotFound, HttpStatusCode.Redirect });
        Assert.Equal(HttpStatusCode.NotFound, (await _host.Program().GetAsync(path, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("/account/sign-in", null, 200)]
    [InlineData("/health/ready", null, 200)]
    [InlineData("/api/analytics/dashboard", null, 401)]
    [InlineData("/api/analytics/dashboard", WebHost.Key, 200)]
    [InlineData("/openapi/v1.json", WebHost.Key, 200)]
    [InlineData("/", WebHost.Key, 200)]
    [InlineData("/account/link?t=x", null, 401)]
    public async Task Head_is_answered_as_get_is(string path, string? key, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        Assert.Equal(status, (int)(await _host.Program(key).SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Health_is_open_and_says_nothing_more()
    {
        foreach (var path in new[] { "/health/live", "/health/ready" })
        {
            using var response = await _host.Program(key: null).GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.OK, "Healthy"), (response.StatusCode,
                await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        }
    }

    [Theory]
    [InlineData("/", true, null, 302)]
    [InlineData("/account/sign-in", true, null, 200)]
    [InlineData("/health/live", false, null, 200)]
    [InlineData("/api/analytics/dashboard", false, WebHost.Key, 200)]
    [InlineData("/api/analytics/dashboard", false, null, 401)]
    [InlineData("/api/analytics/dashboard?start=x", false, WebHost.Key, 400)]
    [InlineData("/api/analytics/tools.csv", false, WebHost.Key, 200)]
    [InlineData("/nothing", false, WebHost.Key, 404)]
    [InlineData("/openapi/v1.json", false, WebHost.Key, 200)]
    public async Task Every_answer_has_the_headers(string path, bool page, string? key, int status)
    {
        using var response = await (page ? _host.Browser() : _host.Program(key)).GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        HasHeaders(response);
        if (status is 400 or 401 or 404) Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Scripts_need_a_nonce_that_is_new_each_time()
    {
        var client = _host.Browser();
        var nonces = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            using var response = await client.GetAsync("/account/sign-in", TestContext.Current.CancellationToken);
            var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
            var nonce = policy.Split("'nonce-")[1].Split('\'')[0];
            Assert.True(nonces.Add(nonce) && nonce.Length >= 20);
            var script = policy.Split(';').Single(d => d.Trim().StartsWith("script-src", StringComparison.Ordinal));
            Assert.DoesNotContain("unsafe", script, StringComparison.Ordinal);
            Assert.DoesNotContain("*", policy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Other_hosts_names_are_refused_with_the_headers()
    {
        foreach (var host in new[] { "evil.example", "localhost.evil.example" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live") { Headers = { Host = host } };
            using var response = await _host.Program().SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            HasHeaders(response);
        }
    }

    [Theory]
    [InlineData("/_blazor", "http://evil.example", false)]
    [InlineData("/_blazor/negotiate", "http://localhost:1", false)]
    [InlineData("/_blazor", "null", false)]
    [InlineData("/hubs/analytics", "https://localhost", false)]
    [InlineData("/_blazor", "http://localhost", true)]
    [InlineData("/_blazor", null, true)]
    public async Task Circuits_and_hubs_are_for_our_own_pages(string path, string? origin, bool passes)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (origin is not null) request.Headers.Add("Origin", origin);
        using var response = await _host.Program().SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(passes, response.StatusCode != HttpStatusCode.Forbidden);
        HasHeaders(response);
    }

    [Fact]
    public async Task A_web_socket_of_another_origin_is_refused_wherever_it_goes()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/analytics/dashboard");
        request.Headers.Add("Origin", "http://evil.example");
        request.Headers.Add("Upgrade", "websocket");
        Assert.Equal(HttpStatusCode.Forbidden, (await _host.Program().SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task The_document_lists_every_route_of_the_api()
    {
        var document = await _host.Program().JsonAsync("/openapi/v1.json");
        var described = document.GetProperty("paths").EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Select(m => $"{m.Name.ToUpperInvariant()} {p.Name}")).ToHashSet();
        var routes = _host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText?.StartsWith("/api/", StringComparison.Ordinal) == true)
            .SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(m =>
                $"{m} {e.RoutePattern.RawText!.TrimEnd('/').Replace(":long}", "}", StringComparison.Ordinal)}")).ToHashSet();
        Assert.True(routes.Count >= 12);
        Assert.Empty(routes.Except(described));
        foreach (var operation in document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject()))
        {
            Assert.True(operation.Value.GetProperty("summary").GetString()!.Length > 5);
            if (operation.Value.TryGetProperty("parameters", out var parameters)) Assert.All(parameters.EnumerateArray()
                .Where(p => p.GetProperty("in").GetString() == "query"), p => Assert.True(p.TryGetProperty("description", out _), p.ToString()));
        }
        using var page = await _host.Program().GetAsync("/api", TestContext.Current.CancellationToken);
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.All(document.GetProperty("paths").EnumerateObject(), p => Assert.Contains(WebUtility.HtmlEncode(p.Name), html, StringComparison.Ordinal));
        Assert.Matches("<title>[^<]*Observatory[^<]*</title>", html);
    }

    private static void HasHeaders(HttpResponseMessage response)
    {
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["no-referrer"], response.Headers.GetValues("Referrer-Policy"));
        Assert.Equal(["same-origin"], response.Headers.GetValues("Cross-Origin-Opener-Policy"));
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.False(response.Headers.Contains("Server") || response.Headers.Contains("X-Powered-By"));
    }
}
