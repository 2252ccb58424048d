using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;
using Observatory.Core.Accounts;
using Observatory.Tests.Support;
using Observatory.Web.Identity;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>How often one may try a password, and who counts.</summary>
public sealed class SignInLimitTests
{
    private const string Email = "ann@example.com";
    private const string Password = "a quiet bicycle for the rain";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static WebApplicationFactory<Program> Host(TimeProvider clock) => new WebHost(clock).WithWebHostBuilder(builder =>
    {
        builder.UseSetting("Observatory:Bootstrap:AdminEmail", Email);
        builder.UseSetting("Observatory:Bootstrap:AdminPassword", Password);
    });

    private static async Task<HttpResponseMessage> TryAsync(HttpClient browser, string password, string? origin = null, bool token = true, string email = Email)
    {
        var fields = new List<KeyValuePair<string, string>> { new("email", email), new("password", password) };
        if (token) fields.Add(SignInTests.Token(await browser.GetStringAsync("/account/sign-in", Cancel)));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/account/sign-in") { Content = new FormUrlEncodedContent(fields) };
        if (origin is not null) request.Headers.Add("Origin", origin);
        return await browser.SendAsync(request, Cancel);
    }

    [Fact]
    public async Task What_pages_of_others_send_is_no_try()
    {
        await using var host = Host(TimeProvider.System);
        using var stranger = host.CreateClient(new() { AllowAutoRedirect = false });
        for (var i = 0; i < 2 * SignInLimits.TriesPerMinute; i++)
        {
            using var foreign = await TryAsync(stranger, "wrong", "https://evil.example");
            Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
            using var forged = await TryAsync(stranger, "wrong", token: false);
            Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        }
        // Browsers write "null" for the forms of pages that tell nobody where they are, as ours are.
        foreach (var own in new[] { "http://localhost", "null", null })
        {
            using var browser = host.CreateClient(new() { AllowAutoRedirect = false });
            using var honest = await TryAsync(browser, Password, own);
            Assert.Equal((own, HttpStatusCode.SeeOther), (own, honest.StatusCode));
        }
    }

    [Fact]
    public async Task An_address_has_ten_tries_a_minute()
    {
        var clock = new MovableClock();
        await using var host = Host(clock);
        using var browser = host.CreateClient(new() { AllowAutoRedirect = false });
        for (var i = 0; i < SignInLimits.TriesPerMinute; i++)
        {
            using var wrong = await TryAsync(browser, "wrong", email: $"{i}@example.com");
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }
        using var refused = await TryAsync(browser, Password);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        clock.Advance(TimeSpan.FromMinutes(1));
        using var right = await TryAsync(browser, Password);
        Assert.Equal(HttpStatusCode.SeeOther, right.StatusCode);
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_an_account_for_the_address_for_a_quarter_of_an_hour()
    {
        var clock = new MovableClock();
        await using var host = Host(clock);
        using var browser = host.CreateClient(new() { AllowAutoRedirect = false });
        for (var i = 0; i < SignInLimits.FreeOfAddress; i++)
        {
            using var wrong = await TryAsync(browser, "wrong");
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
            clock.Advance(TimeSpan.FromSeconds(20));
        }
        using var refused = await TryAsync(browser, Password);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalMinutes, 14, 15);
        clock.Advance(TimeSpan.FromMinutes(15));
        using var right = await TryAsync(browser, Password);
        Assert.Equal(HttpStatusCode.SeeOther, right.StatusCode);
    }

    [Fact]
    public void One_address_waits_longer_each_time_and_is_free_again_in_the_end()
    {
        var clock = new MovableClock();
        var limits = new SignInLimits(clock);
        var waits = new List<double>();
        for (var i = 0; i < 24; i++)
        {
            while (limits.Begin("a", Email) is { } wait)
            {
                waits.Add(Math.Round(wait.TotalSeconds));
                clock.Advance(wait);
            }
            clock.Advance(TimeSpan.FromSeconds(10));
        }
        Assert.Equal(waits.Order(), waits);
        Assert.Equal(TimeSpan.FromMinutes(15).TotalSeconds - 10, waits[0]);
        Assert.Equal(TimeSpan.FromMinutes(60).TotalSeconds - 10, waits[^1]);
        clock.Advance(TimeSpan.FromHours(2));
        Assert.Null(limits.Begin("a", Email));
    }

    /// <summary>Seven addresses, nine guesses each: the account itself slows them, and its owner, who was here before, is not kept out.</summary>
    [Fact]
    public void Many_addresses_are_slowed_together_but_not_the_owner()
    {
        var limits = new SignInLimits(new MovableClock());
        Assert.Null(limits.Begin("home", Email));
        limits.Succeeded("home", Email);
        var tried = Enumerable.Range(0, 63).Count(i => limits.Begin($"10.0.0.{i % 7}", Email.ToUpperInvariant()) is null);
        Assert.Equal(SignInLimits.FreeOfAccount, tried);
        Assert.NotNull(limits.Begin("10.0.0.99", Email));
        Assert.Null(limits.Begin("10.0.0.99", "bob@example.com"));
        Assert.Null(limits.Begin("home", Email));
    }

    /// <summary>All of them are asked before the first is done: a check takes a tenth of a second.</summary>
    [Fact]
    public async Task Of_many_passwords_at_once_few_wait_and_the_others_are_turned_away_at_once()
    {
        using var passwords = new Passwords();
        var user = new User { Email = Email, NormalizedEmail = User.Normalize(Email), SecurityStamp = "" };
        user.PasswordHash = passwords.Hash(user, Password);
        var all = Enumerable.Range(0, 40).Select(i => passwords.TryVerifyAsync(user, i == 0 ? Password : "wrong", Cancel)).ToList();
        Assert.InRange(all.Count(check => check is { IsCompleted: true }), 25, 39);
        var results = await Task.WhenAll(all);
        Assert.True(results[0]);
        Assert.Contains(false, results);
        Assert.True(await passwords.TryVerifyAsync(user, Password, Cancel));
    }

    [Theory]
    [InlineData("123456789012")]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("Password1234")]
    [InlineData("P@ssw0rd2026!!")]
    [InlineData("qwertyuiop123")]
    [InlineData("iloveyou1234")]
    [InlineData("passwordpassword")]
    [InlineData("abcabcabcabc")]
    [InlineData("1q2w3e4r5t6y")]
    [InlineData("zyxwvutsrqpo")]
    [InlineData("administrator")]
    [InlineData("Observatory2026")]
    [InlineData("marguerite123")]
    public void Passwords_that_are_guessed_first_are_not_taken(string password) => Assert.NotNull(WeakPasswords.WhyWeak(password, "marguerite@example.com"));

    [Theory]
    [InlineData(Password)]
    [InlineData("a-long-enough-password")]
    [InlineData("k3!v9Qz#Lw2p")]
    [InlineData("8274-1093-5561-20")]
    [InlineData("marguerite likes rhubarb")]
    public void Others_are(string password) => Assert.Null(WeakPasswords.WhyWeak(password, "marguerite@example.com"));
}
