using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core;
using Observatory.Tests.Support;
using Observatory.Web.Hosting;
using Observatory.Web.Identity;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>Proxies in front, of several habits. What a reader gets must lead back to the address that the reader uses.</summary>
public sealed class ForwardingTests
{
    private const string Public = "https://obs.example.com/obs";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The program behind a proxy; a request comes from the address of <c>X-Test-From</c>, or from this machine.</summary>
    private static WebApplicationFactory<Program> Behind(params (string Key, string Value)[] settings) =>
        new WebHost(TimeProvider.System).WithWebHostBuilder(builder =>
        {
            foreach (var (key, value) in settings) builder.UseSetting(key, value);
            builder.ConfigureServices(services =>
            {
                services.Insert(0, ServiceDescriptor.Transient<IStartupFilter, Peer>());
                // What ASPNETCORE_FORWARDEDHEADERS_ENABLED does: whoever sends such headers would be believed.
                services.Configure<ForwardedHeadersOptions>(forwarded =>
                {
                    forwarded.KnownProxies.Clear();
                    forwarded.KnownIPNetworks.Clear();
                });
            });
        });

    private static HttpClient Client(WebApplicationFactory<Program> app)
    {
        var client = app.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, HandleCookies = false });
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return client;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            if (name == "Host") request.Headers.Host = value;
            else request.Headers.TryAddWithoutValidation(name, value);
        }
        return await client.SendAsync(request, Cancel);
    }

    private static string Link(WebApplicationFactory<Program> app) => "/account/link?t=" + app.Services.GetRequiredService<SignInLinks>().Issue();

    [Theory]
    [InlineData("/", "", "")]
    [InlineData("/obs/", "", "")]
    [InlineData("/", "X-Forwarded-Prefix", "/obs")]
    [InlineData("/obs/", "X-Forwarded-Prefix", "/obs")]
    public async Task The_path_before_all_pages_is_kept_however_the_proxy_treats_it(string path, string name, string value)
    {
        await using var app = Behind(("Observatory:PublicUrl", Public));
        using var client = Client(app);
        var headers = new List<(string, string)> { ("Host", "obs.example.com") };
        if (name.Length > 0) headers.Add((name, value));
        using var closed = await SendAsync(client, path, [.. headers]);
        Assert.Equal("/obs/account/sign-in?returnUrl=%2Fobs%2F", closed.Headers.Location!.OriginalString);
        using var form = await SendAsync(client, "/account/sign-in", [.. headers]);
        Assert.Contains("action=\"/obs/account/sign-in\"", await form.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var link = await SendAsync(client, Link(app), [.. headers]);
        Assert.Equal("/obs/", link.Headers.Location!.OriginalString);
        var cookie = link.Headers.GetValues("Set-Cookie").First();
        Assert.Contains("path=/obs;", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        using var page = await SendAsync(client, path, [.. headers, ("Cookie", cookie.Split(';')[0])]);
        var html = await page.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("<base href=\"/obs/\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("=\"/css", html, StringComparison.Ordinal);
        Assert.Contains("https://obs.example.com", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/obs")]
    [InlineData("/obs/")]
    public async Task A_path_that_only_the_proxy_names_is_kept_too(string prefix)
    {
        await using var app = Behind();
        using var client = Client(app);
        using var closed = await SendAsync(client, "/", ("X-Forwarded-Prefix", prefix));
        Assert.Equal("/obs/account/sign-in?returnUrl=%2Fobs%2F", closed.Headers.Location!.OriginalString);
        using var stranger = await SendAsync(client, "/", ("X-Forwarded-Prefix", prefix), ("X-Test-From", "192.0.2.1"));
        Assert.Equal("/account/sign-in?returnUrl=%2F", stranger.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("127.0.0.1", "", "192.0.2.9", true)]
    [InlineData("10.1.2.3", "", "192.0.2.9", false)]
    [InlineData("10.1.2.3", "10.0.0.0/8", "192.0.2.9", true)]
    [InlineData("10.1.2.3", "10.1.2.3", "192.0.2.9", true)]
    [InlineData("127.0.0.1", "10.1.2.3", "192.0.2.9", false)]
    public async Task Forwarded_headers_are_believed_of_known_proxies_only(string peer, string proxies, string claimed, bool believed)
    {
        await using var app = proxies.Length == 0 ? Behind() : Behind(("Observatory:Proxies:0", proxies));
        using var client = Client(app);
        using var link = await SendAsync(client, Link(app), ("X-Test-From", peer), ("X-Forwarded-For", claimed), ("X-Forwarded-Proto", "https"));
        Assert.Equal(believed, link.Headers.GetValues("Set-Cookie").First().Contains("; secure", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(believed ? claimed : peer, Assert.Single(app.Services.GetRequiredService<SessionList>().Of(Sessions.LocalId)).Address);
    }

    [Fact]
    public async Task Tries_are_limited_by_the_address_of_the_reader_which_nobody_can_make_up()
    {
        await using var app = Behind();
        using var client = app.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        var token = SignInTests.Token(await client.GetStringAsync("/account/sign-in", Cancel));
        async Task<int> Try(string forwarded)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/account/sign-in") { Content = new FormUrlEncodedContent([token]) };
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwarded);
            using var answer = await client.SendAsync(request, Cancel);
            return (int)answer.StatusCode;
        }

        // The proxy adds the last; what stands before it is the caller's own word.
        for (var i = 0; i < SignInLimits.TriesPerMinute; i++) Assert.NotEqual(429, await Try($"198.51.100.{i}, 192.0.2.9"));
        Assert.Equal(429, await Try("198.51.100.99, 192.0.2.9"));
        Assert.NotEqual(429, await Try("192.0.2.10"));
    }

    [Fact]
    public async Task A_page_of_the_public_address_may_open_a_circuit_even_if_the_proxy_tells_nothing()
    {
        await using var app = Behind(("Observatory:PublicUrl", Public));
        using var client = Client(app);
        client.DefaultRequestHeaders.Add("x-api-key", WebHost.Key);
        using var own = await SendAsync(client, "/obs/_blazor", ("Origin", "https://obs.example.com"));
        Assert.NotEqual(HttpStatusCode.Forbidden, own.StatusCode);
        foreach (var origin in new[] { "https://evil.example", "http://obs.example.com", "https://obs.example.com:444", "null" })
        {
            using var other = await SendAsync(client, "/obs/_blazor", ("Origin", origin));
            Assert.Equal((origin, HttpStatusCode.Forbidden), (origin, other.StatusCode));
        }
    }

    [Fact]
    public async Task A_refused_page_is_told_which_setting_mends_it()
    {
        await using var app = Behind();
        using var client = Client(app);
        using var origin = await SendAsync(client, "/_blazor", ("Origin", "https://obs.example.com"), ("x-api-key", WebHost.Key));
        var text = await origin.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, origin.StatusCode);
        Assert.Contains("Observatory:PublicUrl", text, StringComparison.Ordinal);
        Assert.Contains("https://obs.example.com", text, StringComparison.Ordinal);
        using var host = await SendAsync(client, "/", ("Host", "obs.example.com"));
        Assert.Equal(HttpStatusCode.BadRequest, host.StatusCode);
        Assert.Contains("AllowedHosts", await host.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PublicUrl", "obs.example.com")]
    [InlineData("PublicUrl", "ftp://obs.example.com")]
    [InlineData("PublicUrl", "https://obs.example.com/?x=1")]
    [InlineData("Proxies:0", "proxy.local")]
    [InlineData("Proxies:0", "10.0.0.0/33")]
    [InlineData("Proxies", "127.0.0.1")]
    public void A_wrong_address_is_refused_by_its_key(string key, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Observatory:" + key, (string?)value)]).Build();
        var refused = Assert.Throws<StartRefusedException>(() => SettingsReader.Read(configuration));
        Assert.StartsWith($"Observatory:{key}: ", refused.Message, StringComparison.Ordinal);
    }

    private sealed class Peer : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, inner) =>
            {
                var from = context.Request.Headers["X-Test-From"].ToString();
                context.Connection.RemoteIpAddress = IPAddress.Parse(from.Length > 0 ? from : "127.0.0.1");
                return inner(context);
            });
            next(app);
        };
    }
}
