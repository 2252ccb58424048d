using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Tests.Support;
using Observatory.Web.Identity;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>The list of one's own sessions.</summary>
public sealed class AccountApiTests(EmptyWeb web) : IClassFixture<EmptyWeb>
{
    private const string Path = "/api/account/sessions";

    private readonly WebHost _host = web.Host;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<HttpClient> SignInAsync(string agent)
    {
        var browser = _host.Browser();
        browser.DefaultRequestHeaders.UserAgent.ParseAdd(agent);
        using var answer = await browser.GetAsync("/account/link?t=" + _host.Services.GetRequiredService<SignInLinks>().Issue(), Cancel);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return browser;
    }

    private static async Task<List<JsonElement>> ListAsync(HttpClient browser) =>
        [.. (await browser.GetFromJsonAsync<JsonElement>(Path, Cancel)).GetProperty("items").EnumerateArray()];

    private static DateTimeOffset At(JsonElement session, string name) => session.GetProperty(name).GetDateTimeOffset();

    private static async Task<HttpStatusCode> StatusAsync(HttpClient browser) => (await browser.GetAsync("/api/analytics/system", Cancel)).StatusCode;

    [Fact]
    public async Task Sessions_are_listed_and_end_one_by_one_or_all_at_once()
    {
        using var first = await SignInAsync("first/1");
        using var second = await SignInAsync("second/2");
        using var third = await SignInAsync("third/3");
        var mine = (await ListAsync(second)).Where(s => s.GetProperty("agent").GetString() is "first/1" or "second/2" or "third/3").ToList();
        Assert.Equal(3, mine.Count);
        Assert.Equal("second/2", Assert.Single(mine, s => s.GetProperty("current").GetBoolean()).GetProperty("agent").GetString());
        Assert.All(mine, s => Assert.Equal("link", s.GetProperty("way").GetString()));
        Assert.All(mine, s => Assert.Equal(TimeSpan.FromDays(30), At(s, "expiresAt") - At(s, "createdAt")));

        var id = mine.Single(s => s.GetProperty("agent").GetString() == "first/1").GetProperty("id").GetString();
        using (var foreign = new HttpRequestMessage(HttpMethod.Delete, $"{Path}/{id}") { Headers = { { "Origin", "https://evil.example" } } })
        using (var refused = await second.SendAsync(foreign, Cancel)) Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using (var ended = await second.DeleteAsync($"{Path}/{id}", Cancel)) Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        using (var again = await second.DeleteAsync($"{Path}/{id}", Cancel)) Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(first));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(third));

        using (var others = await second.DeleteAsync($"{Path}?others=true", Cancel)) Assert.Equal(HttpStatusCode.NoContent, others.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(third));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(second));
        using (var all = await second.DeleteAsync(Path, Cancel)) Assert.Equal(HttpStatusCode.NoContent, all.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(second));
    }

    [Fact]
    public async Task A_key_has_no_sessions()
    {
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Delete })
        {
            using var answer = await _host.Program().SendAsync(new HttpRequestMessage(method, Path), Cancel);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }

    [Fact]
    public void Of_one_owner_a_hundred_sessions_are_kept()
    {
        var list = _host.Services.GetRequiredService<SessionList>();
        var now = web.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        for (var i = 0; i < SessionList.MostOfOneOwner + 5; i++)
        {
            list.Add(new Session($"{i:D32}", "account:77", "password", now, now + 60_000, now + i, null, null));
        }
        Assert.Equal(SessionList.MostOfOneOwner, list.Of("account:77").Count);
        Assert.Null(list.Find($"{4:D32}"));
        Assert.NotNull(list.Find($"{5:D32}"));
    }
}
