using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Accounts;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>Accounts over HTTP: made, invited, changed, removed; and what keys of each kind may do.</summary>
public sealed class AccountsApiTests(EmptyWeb web) : IClassFixture<EmptyWeb>
{
    private WebHost _host = web.Host;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<JsonElement> MakeAsync(object body, HttpStatusCode status = HttpStatusCode.Created, string path = "/api/admin/users")
    {
        using var made = await _host.Program().PostAsJsonAsync(path, body, Cancel);
        var text = await made.Content.ReadAsStringAsync(Cancel);
        Assert.True(made.StatusCode == status, $"{made.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private async Task<HttpStatusCode> ChangeAsync(long id, object body)
    {
        using var changed = await _host.Program().PatchAsJsonAsync($"/api/admin/users/{id}", body, Cancel);
        return changed.StatusCode;
    }

    private async Task<HttpStatusCode> RemoveAsync(long id)
    {
        using var gone = await _host.Program().DeleteAsync($"/api/admin/users/{id}", Cancel);
        return gone.StatusCode;
    }

    private Task<HttpClient> AcceptAsync(string link) => SignedIn.AcceptAsync(_host, link);

    [Fact]
    public async Task An_account_is_made_listed_changed_and_removed()
    {
        var made = await MakeAsync(new { email = "Ann@Example.com", role = "viewer", userId = "ann", projects = new[] { "/src/app" } });
        var id = made.Long("id");
        Assert.Equal(("viewer", true, "ann", "none"), (made.GetProperty("role").GetString(), made.GetProperty("active").GetBoolean(),
            made.GetProperty("userId").GetString(), made.GetProperty("secondFactor").GetString()));
        Assert.StartsWith("http://localhost/account/invite?t=", made.GetProperty("invite").GetString(), StringComparison.Ordinal);
        using (var again = await _host.Program().PostAsJsonAsync("/api/admin/users", new { email = "ann@EXAMPLE.com", role = "editor" }, Cancel))
            Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        var row = (await _host.Program().JsonAsync("/api/admin/users")).GetProperty("items").EnumerateArray().Single(u => u.Long("id") == id);
        Assert.False(row.TryGetProperty("invite", out _));
        Assert.Equal(["/src/app"], row.GetProperty("projects").EnumerateArray().Select(p => p.GetString()));
        Assert.Equal(HttpStatusCode.OK, await ChangeAsync(id, new { role = "editor", projects = (string[]?)null, userId = (string?)null }));
        row = (await _host.Program().JsonAsync("/api/admin/users")).GetProperty("items").EnumerateArray().Single(u => u.Long("id") == id);
        Assert.Equal("editor", row.GetProperty("role").GetString());
        Assert.False(row.TryGetProperty("projects", out _) || row.TryGetProperty("userId", out _));
        Assert.Equal(HttpStatusCode.NoContent, await RemoveAsync(id));
        Assert.Equal(HttpStatusCode.NotFound, await RemoveAsync(id));
        Assert.Equal(HttpStatusCode.NotFound, await ChangeAsync(id, new { role = "admin" }));
    }

    [Theory]
    [InlineData("""{"email":"no address","role":"viewer"}""", "email")]
    [InlineData("""{"email":"@x.com","role":"viewer"}""", "email")]
    [InlineData("""{"role":"viewer"}""", "email")]
    [InlineData("""{"email":"bob@x.com","role":"owner"}""", "role")]
    [InlineData("""{"email":"bob@x.com","role":"Viewer"}""", "role")]
    [InlineData("""{"email":"bob@x.com"}""", "role")]
    [InlineData("""{"email":"bob@x.com","role":"viewer","projects":"/src"}""", "projects")]
    [InlineData("""{"email":"bob@x.com","role":"viewer","isAdmin":true}""", "isAdmin")]
    public async Task A_bad_account_is_refused_by_the_name_of_its_field(string body, string field)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await _host.Program().PostAsync("/api/admin/users", content, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
    }

    [Fact]
    public async Task The_last_active_administrator_stays()
    {
        await using var own = new WebHost(TimeProvider.System);
        _host = own;
        var first = (await MakeAsync(new { email = "first@x.com", role = "admin" })).Long("id");
        foreach (var change in new object[] { new { role = "editor" }, new { active = false } }) Assert.Equal(HttpStatusCode.Conflict,
            await ChangeAsync(first, change));
        Assert.Equal(HttpStatusCode.Conflict, await RemoveAsync(first));
        var second = (await MakeAsync(new { email = "second@x.com", role = "admin" })).Long("id");
        Assert.Equal(HttpStatusCode.OK, await ChangeAsync(second, new { active = false }));
        // One who is disabled cannot stand in.
        Assert.Equal(HttpStatusCode.Conflict, await RemoveAsync(first));
        Assert.Equal(HttpStatusCode.OK, await ChangeAsync(second, new { active = true }));
        // Two at once must not leave nobody.
        var both = await Task.WhenAll(ChangeAsync(first, new { role = "viewer" }), ChangeAsync(second, new { role = "viewer" }));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Conflict], both.Order());
        Assert.Single(await _host.Services.GetRequiredService<UserService>().ListAsync(Cancel), u => u is { Role: UserRole.Admin, Disabled: false });
    }

    [Fact]
    public async Task An_invitation_is_followed_once_and_a_change_of_role_ends_the_session()
    {
        var made = await MakeAsync(new { email = "cat@x.com", role = "editor" });
        var (id, link) = (made.Long("id"), made.GetProperty("invite").GetString()!);
        using var browser = await AcceptAsync(link);
        using (var own = await browser.GetAsync("/api/account/sessions", Cancel)) Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        using (var admin = await browser.GetAsync("/api/admin/users", Cancel)) Assert.Equal(HttpStatusCode.Forbidden, admin.StatusCode);
        using (var again = await _host.Browser().GetAsync(new Uri(link).PathAndQuery, Cancel)) Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await ChangeAsync(id, new { role = "admin" }));
        using (var over = await browser.GetAsync("/api/account/sessions", Cancel)) Assert.Equal(HttpStatusCode.Unauthorized, over.StatusCode);
        using (var fresh = await _host.Program().PostAsync($"/api/admin/users/{id}/invite", null, Cancel))
        {
            link = (await fresh.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("invite").GetString()!;
        }
        using var later = await AcceptAsync(link);
        using (var admin = await later.GetAsync("/api/admin/users", Cancel)) Assert.Equal(HttpStatusCode.OK, admin.StatusCode);
        using (var ended = await _host.Program().PostAsync($"/api/admin/users/{id}/sign-out", null, Cancel))
            Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        using (var over = await later.GetAsync("/api/admin/users", Cancel)) Assert.Equal(HttpStatusCode.Unauthorized, over.StatusCode);
    }

    [Fact]
    public async Task A_key_has_a_role_and_is_rotated_with_both_valid_for_a_while()
    {
        var made = await MakeAsync(
            new { name = "wall", scopes = new[] { "read" }, role = "viewer", projects = new[] { "/src/app" }, userId = "ann", expiresInDays = 90 },
            path: "/api/admin/keys");
        var (key, kept) = (made.GetProperty("key").GetString()!, made.GetProperty("kept"));
        Assert.Equal(("viewer", "ann", "/src/app"), (kept.GetProperty("role").GetString(), kept.GetProperty("userId").GetString(),
            kept.GetProperty("projects")[0].GetString()));
        using var rotated = await _host.Program().PostAsJsonAsync($"/api/admin/keys/{kept.Long("id")}/rotate", new { graceHours = 2 }, Cancel);
        Assert.Equal(HttpStatusCode.Created, rotated.StatusCode);
        var next = await rotated.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal("viewer", next.GetProperty("kept").GetProperty("role").GetString());
        foreach (var valid in new[] { key, next.GetProperty("key").GetString()! })
        {
            using var answer = await _host.Program(valid).GetAsync("/api/views", Cancel);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        web.Clock.Advance(TimeSpan.FromHours(2));
        using (var old = await _host.Program(key).GetAsync("/api/views", Cancel)) Assert.Equal(HttpStatusCode.Unauthorized, old.StatusCode);
        using (var now = await _host.Program(next.GetProperty("key").GetString()).GetAsync("/api/views", Cancel))
            Assert.Equal(HttpStatusCode.OK, now.StatusCode);
    }

    [Theory]
    [InlineData("""{"name":"x","scopes":["ingest"],"role":"viewer"}""")]
    [InlineData("""{"name":"x","scopes":["read"],"role":"admin"}""")]
    [InlineData("""{"name":"x","scopes":["read"],"graceHours":3}""")]
    public async Task A_key_whose_role_does_not_fit_is_refused(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await _host.Program().PostAsync("/api/admin/keys", content, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Only_a_key_that_edits_writes()
    {
        var body = new { name = "mine", path = "/explore", query = "metric=cost", shared = false };
        foreach (var (role, status) in new (string?, HttpStatusCode)[]
            { (null, HttpStatusCode.Forbidden), ("viewer", HttpStatusCode.Forbidden), ("editor", HttpStatusCode.Created) })
        {
            var key = (await MakeAsync(new { name = "k", scopes = new[] { "read" }, role }, path: "/api/admin/keys")).GetProperty("key").GetString();
            using var answer = await _host.Program(key).PostAsJsonAsync("/api/views", body, Cancel);
            Assert.Equal((role, status), (role, answer.StatusCode));
        }
    }

    [Fact]
    public async Task A_second_factor_is_set_up_asked_for_and_taken_away()
    {
        var made = await MakeAsync(new { email = "dan@x.com", role = "viewer" });
        using var browser = await AcceptAsync(made.GetProperty("invite").GetString()!);
        var begun = await OwnAsync(browser, HttpMethod.Post, "/api/account/authenticator", null);
        var key = begun.GetProperty("key").GetString()!;
        using (var wrong = await SendOwnAsync(browser, HttpMethod.Post, "/api/account/authenticator/confirm", new { key, code = "12345" }))
            Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        var code = Totp.CodeAt(key, web.Clock.GetUtcNow());
        var codes = (await OwnAsync(browser, HttpMethod.Post, "/api/account/authenticator/confirm", new { key, code })).GetProperty("recoveryCodes")
            .EnumerateArray().Select(c => c.GetString()!).ToList();
        var own = await OwnAsync(browser, HttpMethod.Get, "/api/account", null);
        Assert.Equal(("app", 10), (own.GetProperty("secondFactor").GetString(), own.GetProperty("recoveryCodes").GetInt32()));

        // The password alone opens nothing.
        using var other = _host.Browser();
        using var step = await SignedIn.PostFormAsync(other, "/account/sign-in", "/account/sign-in",
            new() { ["email"] = "dan@x.com", ["password"] = SignedIn.Password });
        Assert.Equal(HttpStatusCode.OK, step.StatusCode);
        var page = await step.Content.ReadAsStringAsync(Cancel);
        using (var closed = await other.GetAsync("/api/account", Cancel)) Assert.Equal(HttpStatusCode.Unauthorized, closed.StatusCode);
        var word = System.Text.RegularExpressions.Regex.Match(page, "name=\"word\" value=\"([^\"]+)\"").Groups[1].Value;
        async Task<HttpStatusCode> TryAsync(string given)
        {
            using var answer = await SignedIn.PostFormAsync(other, "/account/sign-in", "/account/second-step", new() { ["word"] = word, ["code"] = given });
            return answer.StatusCode;
        }
        // The code that set it up was used.
        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(code));
        Assert.Equal(HttpStatusCode.SeeOther, await TryAsync(codes[0]));
        using (var open = await other.GetAsync("/api/account", Cancel)) Assert.Equal(HttpStatusCode.OK, open.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(codes[0]));

        // What signs one in is changed with a fresh proof only.
        web.Clock.Advance(TimeSpan.FromMinutes(11));
        using (var stale = await SendOwnAsync(browser, HttpMethod.Delete, "/api/account/authenticator", null))
            Assert.Equal(HttpStatusCode.Forbidden, stale.StatusCode);
        using (var proof = await SendOwnAsync(browser, HttpMethod.Post, "/api/account/prove", new { password = SignedIn.Password }))
            Assert.Equal(HttpStatusCode.NoContent, proof.StatusCode);
        using (var gone = await SendOwnAsync(browser, HttpMethod.Delete, "/api/account/authenticator", null))
            Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
    }

    [Fact]
    public async Task Own_name_and_zone_are_changed_and_keys_have_no_account()
    {
        var made = await MakeAsync(new { email = "eve@x.com", role = "viewer" });
        using var browser = await AcceptAsync(made.GetProperty("invite").GetString()!);
        var changed = await OwnAsync(browser, HttpMethod.Patch, "/api/account", new { name = "Eve", zone = "Europe/Berlin", theme = "dark" });
        Assert.Equal(("Eve", "Europe/Berlin", "dark", "viewer", "eve@x.com"), (changed.GetProperty("name").GetString(),
            changed.GetProperty("zone").GetString(), changed.GetProperty("theme").GetString(), changed.GetProperty("role").GetString(),
            changed.GetProperty("userId").GetString()));
        using (var bad = await SendOwnAsync(browser, HttpMethod.Patch, "/api/account", new { zone = "Nowhere/At_all" }))
            Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        using (var key = await _host.Program().GetAsync("/api/account", Cancel)) Assert.Equal(HttpStatusCode.Forbidden, key.StatusCode);
    }

    private static async Task<HttpResponseMessage> SendOwnAsync(HttpClient browser, HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("Origin", "http://localhost");
        return await browser.SendAsync(request, Cancel);
    }

    private static async Task<JsonElement> OwnAsync(HttpClient browser, HttpMethod method, string path, object? body)
    {
        using var answer = await SendOwnAsync(browser, method, path, body);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }
}
