using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using Observatory.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Observatory.Tests.Browser;

/// <summary>A passkey is made on the account's page and signs in from then on, with an authenticator that the browser itself plays.</summary>
[Collection(SecondBrowserCollection.Name)]
public sealed class PasskeyTests(BrowserApp app)
{
    [Fact]
    public async Task A_passkey_is_added_signs_in_and_is_removed()
    {
        var home = new UriBuilder(app.App.Link) { Host = "localhost", Path = "", Query = "" }.Uri.ToString();
        using var made = await app.App.Http.PostAsJsonAsync("/api/admin/users", new { email = "pia@example.com", role = "viewer" });
        var invite = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("invite").GetString()!;
        var context = await app.Browser.NewContextAsync(new() { Locale = "en-GB", BaseURL = home });
        await using var closing = new Leaving(context);
        var page = await context.NewPageAsync();
        await AuthenticateAsync(page);
        await page.GotoAsync(new Uri(invite).PathAndQuery);
        await page.FillAsync("#password", SignedIn.Password);
        await page.FillAsync("#again", SignedIn.Password);
        await page.ClickAsync("button[type=submit]");
        await page.GotoAsync("/account");
        await page.FillAsync("#own-passkey", "The laptop");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove The laptop" })).ToBeVisibleAsync();

        await context.ClearCookiesAsync();
        await page.GotoAsync("/account/sign-in?returnUrl=%2Faccount");
        await page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await page.WaitForURLAsync("**/account");
        await Expect(page.Locator("text=last used on")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove The laptop" }).ClickAsync();
        await Expect(page.Locator("text=signs nobody in any more").First).ToBeVisibleAsync();

        await context.ClearCookiesAsync();
        await page.GotoAsync("/account/sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await Expect(page.Locator("[data-passkey-said]")).ToContainTextAsync("not known");
    }

    /// <summary>At an address of numbers the page names the better one.</summary>
    [Fact]
    public async Task At_a_number_the_page_says_which_address_to_open()
    {
        await using var watched = await app.OpenAsync();
        await watched.Page.GotoAsync("/account/sign-in");
        await watched.Page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await Expect(watched.Page.Locator("[data-passkey-said]")).ToContainTextAsync($"Open http://localhost:{app.App.Link.Port}");
    }

    private static async Task AuthenticateAsync(IPage page)
    {
        var devtools = await page.Context.NewCDPSessionAsync(page);
        await devtools.SendAsync("WebAuthn.enable");
        await devtools.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }
}
