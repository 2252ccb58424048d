using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Accounts;
using Observatory.Tests.Support;
using Observatory.Web.Identity;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>How people and programs get in, and how they do not.</summary>
public sealed partial class SignInTests(EmptyWeb web) : IClassFixture<EmptyWeb>
{
    private readonly MovableClock _clock = web.Clock;
    private readonly WebHost _host = web.Host;

    private string Link() => "/account/link?t=" + _host.Services.GetRequiredService<SignInLinks>().Issue();

    [Fact]
    public async Task A_link_signs_in_once()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (link, browser) = (Link(), _host.Browser());
        using (var first = await browser.GetAsync(link, cancel))
        {
            Assert.Equal((HttpStatusCode.SeeOther, "/"), (first.StatusCode, first.Headers.Location?.OriginalString));
            var cookie = Assert.Single(first.Headers.GetValues("Set-Cookie"), c => SessionCookieName().IsMatch(c));
            Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
            var expires = DateTimeOffset.Parse(Expiry().Match(cookie).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange((expires - _clock.GetUtcNow()).TotalDays, 29.9, 30.1);
        }
        using var home = await browser.GetAsync("/", cancel);
        Assert.Equal(HttpStatusCode.OK, home.StatusCode);
        Assert.Matches("<title>[^<]*Observatory[^<]*</title>", await home.Content.ReadAsStringAsync(cancel));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/analytics/system", cancel)).StatusCode);

        // Who is signed in already and follows it again, as a double click does, is led to the overview.
        using (var again = await browser.GetAsync(link, cancel))
        {
            Assert.Equal((HttpStatusCode.SeeOther, "/"), (again.StatusCode, again.Headers.Location?.OriginalString));
        }
        using var second = await _host.Browser().GetAsync(link, cancel);
        Assert.Equal(HttpStatusCode.Redirect, second.StatusCode);
        Assert.StartsWith("/account/sign-in", second.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.False(second.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("Sec-Purpose", "prefetch;prerender")]
    [InlineData("Purpose", "prefetch")]
    public async Task A_browser_that_looks_ahead_does_not_use_a_link_up(string header, string value)
    {
        var link = Link();
        using var ahead = new HttpRequestMessage(HttpMethod.Get, link) { Headers = { { header, value } } };
        using (var answer = await _host.Browser().SendAsync(ahead, TestContext.Current.CancellationToken))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
        using var used = await _host.Browser().GetAsync(link, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.SeeOther, used.StatusCode);
    }

    /// <summary>The list of sessions cannot be written where a folder has its name.</summary>
    [Fact]
    public async Task A_link_is_still_good_after_a_sign_in_that_failed()
    {
        await using var host = new WebHost(_clock);
        var (link, cancel) = ("/account/link?t=" + host.Services.GetRequiredService<SignInLinks>().Issue(), TestContext.Current.CancellationToken);
        var list = host.Services.GetRequiredService<Observatory.Web.Hosting.DataDirectory>().File("sessions.json");
        Directory.CreateDirectory(list);
        using (var failed = await host.Browser().GetAsync(link, cancel)) Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Directory.Delete(list);
        using var signedIn = await host.Browser().GetAsync(link, cancel);
        Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);
    }

    [Theory]
    [InlineData("/é", "/%C3%A9")]
    [InlineData("/users/ｅ😀?x=ü", "/users/%EF%BD%85%F0%9F%98%80?x=%C3%BC")]
    [InlineData("/plain%20path?a=b&c=d", "/plain%20path?a=b&c=d")]
    public async Task A_return_address_of_any_characters_is_led_to(string address, string location)
    {
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        await new SeeOther(AccountEndpoints.Local(address)!).ExecuteAsync(context);
        Assert.Equal(location, context.Response.Headers.Location.ToString());
    }

    [Fact]
    public async Task Two_instances_on_one_host_do_not_sign_each_other_out()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var other = new WebHost(_clock);
        // One browser for both: cookies know no ports.
        var jar = new Dictionary<string, string>();
        async Task<HttpResponseMessage> Ask(WebHost host, string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (jar.Count > 0) request.Headers.Add("Cookie", string.Join("; ", jar.Select(c => $"{c.Key}={c.Value}")));
            var answer = await host.Program(key: null).SendAsync(request, cancel);
            if (!answer.Headers.TryGetValues("Set-Cookie", out var set)) return answer;
            foreach (var cookie in set) jar[cookie.Split('=')[0]] = cookie.Split(';')[0].Split('=', 2)[1];
            return answer;
        }

        await Ask(_host, Link());
        await Ask(_host, "/account/sign-in");
        await Ask(other, "/account/link?t=" + other.Services.GetRequiredService<SignInLinks>().Issue());
        await Ask(other, "/account/sign-in");
        Assert.Equal(4, jar.Count);
        Assert.Equal(HttpStatusCode.OK, (await Ask(_host, "/api/analytics/system")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Ask(other, "/api/analytics/system")).StatusCode);
    }

    [Fact]
    public async Task Of_many_at_once_one_link_lets_in_one()
    {
        var link = Link();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => _host.Browser().GetAsync(link, TestContext.Current.CancellationToken)));
        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task Links_end_and_cannot_be_guessed()
    {
        var link = Link();
        _clock.Advance(SignInLinks.Lifetime);
        foreach (var path in new[] { link, "/account/link", "/account/link?t=", "/account/link?t=..%2F..%2Fobservatory.db",
            $"/account/link?t={new string('a', 500)}" })
        {
            using var response = await _host.Browser().GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal((path, HttpStatusCode.Redirect), (path, response.StatusCode));
        }
    }

    [Fact]
    public async Task A_session_ends_after_its_thirty_days_and_with_signing_out()
    {
        var cancel = TestContext.Current.CancellationToken;
        var browser = _host.Browser();
        await browser.GetAsync(Link(), cancel);
        // Antiforgery: a form without its token changes nothing.
        using (var forged = await browser.PostAsync("/account/sign-out", new FormUrlEncodedContent([]), cancel)) Assert.Equal(HttpStatusCode.BadRequest,
            forged.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/", cancel)).StatusCode);
        var form = await browser.GetStringAsync("/account/sign-out", cancel);
        using (var ended = await browser.PostAsync("/account/sign-out", new FormUrlEncodedContent([Token(form)]),
            cancel)) Assert.Equal(HttpStatusCode.SeeOther, ended.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/", cancel)).StatusCode);

        var other = _host.Browser();
        await other.GetAsync(Link(), cancel);
        _clock.Advance(TimeSpan.FromDays(29));
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/api/analytics/system", cancel)).StatusCode);
        _clock.Advance(TimeSpan.FromDays(1.1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.GetAsync("/api/analytics/system", cancel)).StatusCode);
    }

    [Fact]
    public async Task The_sign_in_form_wants_its_token_and_never_leads_elsewhere()
    {
        var cancel = TestContext.Current.CancellationToken;
        var browser = _host.Browser();
        var fields = new Dictionary<string, string> { ["email"] = "nobody@example.com", ["password"] = "not the right one" };
        using (var forged = await browser.PostAsync("/account/sign-in", new FormUrlEncodedContent(fields), cancel)) Assert.Equal(HttpStatusCode.BadRequest,
            forged.StatusCode);
        foreach (var elsewhere in new[] { "https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)" })
        {
            var form = await browser.GetStringAsync("/account/sign-in?returnUrl=" + Uri.EscapeDataString(elsewhere), cancel);
            Assert.DoesNotContain("evil.example", form, StringComparison.Ordinal);
            Assert.DoesNotContain("javascript:", form, StringComparison.Ordinal);
        }
        var page = await browser.GetStringAsync("/account/sign-in", cancel);
        using var wrong = await browser.PostAsync("/account/sign-in", new FormUrlEncodedContent(fields.Append(Token(page))), cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.DoesNotContain(fields["password"], await wrong.Content.ReadAsStringAsync(cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(KeyScopes.Ingest, 403, 403)]
    [InlineData(KeyScopes.Read, 200, 403)]
    [InlineData(KeyScopes.Admin, 200, 200)]
    public async Task A_key_may_what_its_scope_says(KeyScopes scopes, int read, int admin)
    {
        var key = await AddKeyAsync(scopes);
        Assert.Equal(read, (int)(await _host.Program(key).GetAsync("/api/analytics/dashboard", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(admin, (int)(await _host.Program(key).GetAsync("/admin/hangfire", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Keys_end_at_once_and_come_in_three_spellings()
    {
        var key = await AddKeyAsync(KeyScopes.Read, ends: _clock.GetUtcNow().AddHours(1));
        async Task<int> Ask(string header, params string[] values)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/analytics/system");
            foreach (var value in values) request.Headers.TryAddWithoutValidation(header, value);
            using var response = await _host.Program(key: null).SendAsync(request);
            if (response.StatusCode == HttpStatusCode.Unauthorized) Assert.Contains(response.Headers.WwwAuthenticate, w => w.Scheme == "Bearer");
            return (int)response.StatusCode;
        }

        Assert.Equal(200, await Ask("Authorization", "Bearer " + key));
        Assert.Equal(200, await Ask("Authorization", "bearer " + key));
        Assert.Equal(200, await Ask("Authorization", "Bearer%20" + Uri.EscapeDataString(key)));
        Assert.Equal(200, await Ask("x-api-key", key));
        foreach (var wrong in new[] { key[..^1], key + "x", key.ToUpperInvariant(), "", " " }) Assert.Equal(401, await Ask("x-api-key", wrong));
        Assert.Equal(401, await Ask("Authorization", "Basic " + key));
        Assert.Equal(401, await Ask("x-api-key", key, WebHost.Key));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(401, await Ask("x-api-key", key));
        Assert.Equal(200, await Ask("x-api-key", WebHost.Key));

        var store = _host.Services.GetRequiredService<IAccountStore>();
        var bootstrap = (await store.ListKeysAsync(TestContext.Current.CancellationToken)).Single(k => k.Name == ApiKey.BootstrapName);
        bootstrap.RevokedAt = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        await store.SaveKeyAsync(bootstrap, TestContext.Current.CancellationToken);
        Assert.Equal(401, await Ask("x-api-key", WebHost.Key));
        bootstrap.RevokedAt = null;
        await store.SaveKeyAsync(bootstrap, TestContext.Current.CancellationToken);
        Assert.Equal(200, await Ask("x-api-key", WebHost.Key));
    }

    [Fact]
    public async Task A_wrong_key_is_not_made_right_by_a_cookie()
    {
        var browser = _host.Browser();
        await browser.GetAsync(Link(), TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/analytics/system");
        request.Headers.Add("x-api-key", "wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
    }

    private async Task<string> AddKeyAsync(KeyScopes scopes, DateTimeOffset? ends = null)
    {
        var key = $"key for {scopes}, made up for test {Guid.NewGuid()}";
        await _host.Services.GetRequiredService<IAccountStore>().SaveKeyAsync(new ApiKey
        {
            Name = scopes.ToString(), Hash = ApiKeys.Hash(key), Scopes = scopes, CreatedAt = _clock.GetUtcNow().ToUnixTimeMilliseconds(),
                ExpiresAt = ends?.ToUnixTimeMilliseconds(),
        });
        return key;
    }

    internal static KeyValuePair<string, string> Token(string html)
    {
        var match = FormToken().Match(html);
        Assert.True(match.Success, "The form has no token.");
        return KeyValuePair.Create(match.Groups[1].Value, WebUtility.HtmlDecode(match.Groups[2].Value));
    }

    [GeneratedRegex("name=\"(__RequestVerificationToken)\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex FormToken();

    [GeneratedRegex("^observatory-[0-9a-f]{8}=")]
    private static partial Regex SessionCookieName();

    [GeneratedRegex("expires=([^;]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Expiry();
}
