using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>Sign-in at a real provider of OpenID Connect.</summary>
public sealed class ProviderTests(ProviderWeb web) : IClassFixture<ProviderWeb>
{
    private readonly Provider _provider = web.Provider;
    private readonly WebHost _host = web.Host;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_was_invited_is_linked_once_and_known_by_subject_from_then_on()
    {
        await InviteAsync("ann@x.com", "viewer");
        var (status, to, browser) = await ComeAsync(new ProviderGuest("77", "Ann@x.com"), "/users?range=7d");
        Assert.Equal((HttpStatusCode.SeeOther, "/users?range=7d"), (status, to));
        var account = await browser.GetFromJsonAsync<JsonElement>("/api/account", Cancel);
        Assert.Equal("ann@x.com", account.GetProperty("email").GetString());
        var row = await RowAsync("ann@x.com");
        Assert.Equal(("provider", "provider", "viewer"), (row.GetProperty("secondFactor").GetString(), row.GetProperty("lastSignInBy").GetString(),
            row.GetProperty("role").GetString()));
        // The address changes hands: it is the subject that counts.
        Assert.Equal(HttpStatusCode.SeeOther, (await ComeAsync(new ProviderGuest("77", "ann.new@x.com"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await ComeAsync(new ProviderGuest("78", "ann@x.com"))).Status);
    }

    [Fact]
    public async Task Without_an_open_invitation_or_a_verified_address_nobody_comes_in()
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await ComeAsync(new ProviderGuest("11", "nobody@x.com"))).Status);
        await InviteAsync("eve@x.com", "viewer");
        Assert.Equal(HttpStatusCode.Forbidden, (await ComeAsync(new ProviderGuest("2", "eve@x.com", IsVerified: false))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await ComeAsync(new ProviderGuest("2", null))).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await ComeAsync(new ProviderGuest("2", "eve@x.com"))).Status);
        using var off = await _host.Program().PatchAsJsonAsync($"/api/admin/users/{(await RowAsync("eve@x.com")).Long("id")}", new { active = false }, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, (await ComeAsync(new ProviderGuest("2", "eve@x.com"))).Status);
    }

    [Fact]
    public async Task Roles_follow_the_claim_only_where_it_is_a_list()
    {
        await InviteAsync("boss@x.com", "admin");
        await InviteAsync("bob@x.com", "viewer");
        foreach (var (roles, role) in new (string[], string)[]
        {
            ([], "viewer"), (["makers", "everybody"], "editor"), (["owners"], "editor"), ([], "editor"), (["makers", "owners"], "admin"),
            (["strangers", "everybody"], "viewer"),
        })
        {
            Assert.Equal(HttpStatusCode.SeeOther, (await ComeAsync(new ProviderGuest("5", "bob@x.com", true, roles))).Status);
            Assert.Equal((string.Join(' ', roles), role), (string.Join(' ', roles), (await RowAsync("bob@x.com")).GetProperty("role").GetString()));
        }
        // The last who administers stays one, whatever the provider says.
        Assert.Equal(HttpStatusCode.SeeOther, (await ComeAsync(new ProviderGuest("6", "boss@x.com", true, "makers", "everybody"))).Status);
        Assert.Equal("admin", (await RowAsync("boss@x.com")).GetProperty("role").GetString());
    }

    [Fact]
    public async Task A_provider_that_does_not_answer_leaves_the_password()
    {
        await using var host = new WebHost(TimeProvider.System)
        {
            Settings = new Dictionary<string, string>
            {
                ["Observatory:Oidc:Authority"] = "http://127.0.0.1:1", ["Observatory:Oidc:ClientId"] = "x",
            },
        };
        var browser = host.Browser();
        using var answer = await browser.GetAsync("/account/provider", Cancel);
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("does not answer", page, StringComparison.Ordinal);
        Assert.Contains("name=\"password\"", page, StringComparison.Ordinal);
        Assert.Contains("/account/provider", await browser.GetStringAsync("/account/sign-in", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_back_without_having_been_asked_for_is_refused()
    {
        using var answer = await _host.Browser().GetAsync("/account/provider/return?code=abc&state=made-up", Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Settings_are_tried_step_by_step_and_the_secret_is_told_to_nobody()
    {
        var good = await TryAsync(_provider.Authority, Provider.Client, Provider.Secret);
        Assert.True(good.GetProperty("ok").GetBoolean(), good.ToString());
        Assert.Equal(["discovery", "keys", "token endpoint"], good.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("name").GetString()));
        Assert.DoesNotContain(Provider.Secret, good.ToString(), StringComparison.Ordinal);
        var block = good.GetProperty("settings").GetProperty("Observatory").GetProperty("Oidc");
        Assert.Equal((_provider.Authority, "groups", "editor"), (block.GetProperty("Authority").GetString(), block.GetProperty("RoleClaim").GetString(),
            block.GetProperty("RoleMap").GetProperty("makers").GetString()));

        var wrong = await TryAsync(_provider.Authority, Provider.Client, "not the secret");
        Assert.Equal([true, true, false], wrong.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("ok").GetBoolean()));
        Assert.False(wrong.GetProperty("ok").GetBoolean());
        var nowhere = await TryAsync("http://127.0.0.1:1", Provider.Client, "x");
        Assert.False(Assert.Single(nowhere.GetProperty("steps").EnumerateArray()).GetProperty("ok").GetBoolean());
    }

    [Theory]
    [InlineData("authority", """{"authority":"http://example.com","clientId":"x"}""")]
    [InlineData("clientId", """{"authority":"https://example.com"}""")]
    [InlineData("roleMap", """{"authority":"https://example.com","clientId":"x","roleMap":{"a":"king"}}""")]
    [InlineData("secret", """{"authority":"https://example.com","clientId":"x","secret":"y"}""")]
    public async Task Wrong_settings_are_refused_by_the_name_of_their_field(string field, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await _host.Program().PostAsync("/api/admin/oidc/test", content, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True((await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("errors").TryGetProperty(field, out _));
    }

    private async Task<JsonElement> TryAsync(string authority, string client, string secret)
    {
        using var answer = await _host.Program().PostAsJsonAsync("/api/admin/oidc/test",
            new { authority, clientId = client, clientSecret = secret, roleClaim = "groups", roleMap = new { makers = "editor" } }, Cancel);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    private async Task InviteAsync(string email, string role)
    {
        using var made = await _host.Program().PostAsJsonAsync("/api/admin/users", new { email, role, invite = true }, Cancel);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
    }

    private async Task<JsonElement> RowAsync(string email) => (await _host.Program().JsonAsync("/api/admin/users")).GetProperty("items").EnumerateArray()
        .Single(u => u.GetProperty("email").GetString() == email);

    /// <summary>Goes the whole way as a browser does.</summary>
    private async Task<(HttpStatusCode Status, string? To, HttpClient Browser)> ComeAsync(ProviderGuest guest, string returnUrl = "/")
    {
        _provider.Guest = guest;
        var browser = _host.Browser();
        using var start = await browser.GetAsync($"/account/provider?returnUrl={Uri.EscapeDataString(returnUrl)}", Cancel);
        Assert.Equal(HttpStatusCode.Redirect, start.StatusCode);
        using var away = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var there = await away.GetAsync(start.Headers.Location, Cancel);
        Assert.True(there.StatusCode == HttpStatusCode.Redirect, await there.Content.ReadAsStringAsync(Cancel));
        using var back = await browser.GetAsync(there.Headers.Location!.PathAndQuery, Cancel);
        return (back.StatusCode, back.Headers.Location?.ToString(), browser);
    }
}

/// <summary>A provider, and a server that knows it; shared by the tests of a class, each of which has people of its own.</summary>
public sealed class ProviderWeb : IAsyncLifetime
{
    public Provider Provider { get; private set; } = null!;

    internal WebHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Provider = await Provider.StartAsync();
        Host = new WebHost(TimeProvider.System) { Settings = Provider.Settings };
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Provider.DisposeAsync();
    }
}
