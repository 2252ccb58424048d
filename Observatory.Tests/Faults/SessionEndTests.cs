using System.Net;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>What ends sessions over a restart, and what a start hands out.</summary>
public sealed class SessionEndTests : IDisposable
{
    private const string Email = "ann@example.com";
    private const string First = "a quiet bicycle for the rain";
    private const string Second = "nine green lamps by the pier";

    private readonly TempFolder _temp = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static (string, string)[] Account(string password) =>
        [("Observatory__Bootstrap__AdminEmail", Email), ("Observatory__Bootstrap__AdminPassword", password)];

    private Task<AppProcess> StartAsync(string password, string key) =>
        AppProcess.StartAsync(_temp.Folder("data"), _temp.Folder("claude"), [.. Account(password), ("Observatory__Bootstrap__ApiKey", key)]);

    [Theory]
    [InlineData(First, AppProcess.Key, HttpStatusCode.OK)]
    [InlineData(Second, AppProcess.Key, HttpStatusCode.Unauthorized)]
    [InlineData(First, "another-key-that-is-long-enough-for-us", HttpStatusCode.Unauthorized)]
    public async Task A_changed_password_or_key_of_the_settings_ends_sessions_of_links_too(string password, string key, HttpStatusCode expected)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });
        string cookie;
        await using (var app = await StartAsync(First, AppProcess.Key))
        {
            using var signedIn = await http.GetAsync(app.Link, Cancel);
            cookie = signedIn.Headers.GetValues("Set-Cookie").First().Split(';')[0];
            await app.StopAsync();
        }
        await using var again = await StartAsync(password, key);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(again.Link, "/api/analytics/system")) { Headers = { { "Cookie", cookie } } };
        using var answer = await http.SendAsync(request, Cancel);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task No_link_is_printed_where_people_have_passwords_and_others_can_reach_it()
    {
        await using var app = AppProcess.Launch(_temp.Folder("data"), _temp.Folder("claude"), [.. Account(First), ("ASPNETCORE_URLS", "http://0.0.0.0:0")]);
        await Patience.UntilAsync(() => app.Output.Contains("/account/sign-in", StringComparison.Ordinal));
        Assert.DoesNotContain("/account/link", app.Output, StringComparison.Ordinal);
        await app.StopAsync();
    }

    [Fact]
    public async Task A_link_is_printed_where_there_is_a_key_only()
    {
        await using var app = AppProcess.Launch(_temp.Folder("data"), _temp.Folder("claude"), ("ASPNETCORE_URLS", "http://0.0.0.0:0"));
        await Patience.UntilAsync(() => app.Output.Contains("/account/link?t=", StringComparison.Ordinal));
        await app.StopAsync();
    }

    [Fact]
    public async Task A_password_that_is_guessed_first_is_refused_in_one_line()
    {
        await using var app = AppProcess.Launch(_temp.Folder("data"), _temp.Folder("claude"), Account("Password1234"));
        Assert.Equal(1, await app.WaitForExitAsync());
        Assert.StartsWith("Observatory:Bootstrap:AdminPassword: ", app.Output.Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', app.Output.Trim());
        Assert.DoesNotContain("Password1234", app.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();
}
