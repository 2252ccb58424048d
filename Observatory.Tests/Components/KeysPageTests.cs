using Bunit;
using MudBlazor;
using Observatory.Core.Accounts;
using Observatory.Tests.Support;
using Observatory.Web.Components.Pages.Keys;
using Xunit;

namespace Observatory.Tests.Components;

public sealed class KeysPageTests : ListPageContext
{
    [Fact]
    public void Failure_ShowsAnId()
    {
        Accounts.Failure = new InvalidOperationException();
        var page = Open<KeysPage>("/admin/keys");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[role=alert]")));
    }

    [Fact]
    public void Empty_SaysWhatKeysAreFor()
    {
        var page = Open<KeysPage>("/admin/keys");
        page.WaitForAssertion(() => Assert.Contains("There is no key yet", page.Find("tr.none").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AKeyIsShownOnce_AndOnlyItsHashIsKept()
    {
        var page = Open<KeysPage>("/admin/keys");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("form")));
        await page.InvokeAsync(() => page.Find("#key-name").Input("Ann's laptop"));
        await page.InvokeAsync(() => page.Find("form").Submit());
        page.WaitForAssertion(() => Assert.Single(Accounts.Keys));
        var key = page.Find(".callout pre").TextContent.Trim();
        Assert.StartsWith("cco_i_", key, StringComparison.Ordinal);
        Assert.Equal(ApiKeyService.Hash(key), Accounts.Keys[0].Hash);
        Assert.Equal(KeyScopes.Ingest, Accounts.Keys[0].Scopes);
        await page.InvokeAsync(() => page.Find(".callout .acts button").Click());
        // The list is read anew in its own time.
        page.WaitForAssertion(() => Assert.Contains(key[..14], page.Find("table tbody").TextContent, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.DoesNotContain(key, page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AReadingKey_HasARoleProjectsAndAnEnd()
    {
        var page = Open<KeysPage>("/admin/keys");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("form")));
        Assert.Empty(page.FindAll("#key-role"));
        await page.InvokeAsync(() => page.Find("#key-name").Input("Screen in the hall"));
        await page.InvokeAsync(() => page.FindAll("input[type=checkbox]")[1].Change(true));
        await ChooseAsync(page, "key-role", UserRole.Viewer);
        await ChooseAsync(page, "key-days", 30);
        await page.InvokeAsync(() => page.Find("#key-projects").Change("/src/alpha\n\n /src/beta \n"));
        await page.InvokeAsync(() => page.Find("form").Submit());
        page.WaitForAssertion(() => Assert.Single(Accounts.Keys));
        var kept = Accounts.Keys[0];
        Assert.Equal((UserRole.Viewer, KeyScopes.Ingest | KeyScopes.Read), (kept.Role, kept.Scopes));
        Assert.Equal(["/src/alpha", "/src/beta"], ProjectList.Read(kept.Projects)!);
        Assert.Equal(FakeLists.Now.AddDays(30).ToUnixTimeMilliseconds(), kept.ExpiresAt);
        page.WaitForAssertion(() => Assert.Contains("as a viewer, 2 projects", page.Find("table tbody").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task WithoutAName_ItSaysWhy()
    {
        var page = Open<KeysPage>("/admin/keys");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("form")));
        await page.InvokeAsync(() => page.Find("form").Submit());
        page.WaitForAssertion(() => Assert.Contains("A name has 1 to 64 characters", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Empty(Accounts.Keys);
    }

    [Fact]
    public async Task Revoke_AsksFirst_AndTheSettingsKeyStays()
    {
        Accounts.Keys.Add(new ApiKey { Id = 1, Name = ApiKey.BootstrapName, Hash = new byte[32], Scopes = KeyScopes.Admin });
        Accounts.Keys.Add(new ApiKey { Id = 2, Name = "CI", Hash = new byte[32], Scopes = KeyScopes.Read, CreatedAt = FakeLists.Now.ToUnixTimeMilliseconds() });
        var dialogs = Render<MudDialogProvider>();
        var page = Open<KeysPage>("/admin/keys");
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("table tbody tr").Count));
        Assert.Single(page.FindAll("table button"));
        await page.InvokeAsync(() => page.Find("table button").Click());
        Assert.Null(Accounts.Keys[1].RevokedAt);
        dialogs.WaitForAssertion(() => Assert.Contains("Revoke “CI”?", dialogs.Find(".mud-dialog-title").TextContent, StringComparison.Ordinal));
        await dialogs.InvokeAsync(() => dialogs.Find(".mud-dialog-actions .btn.danger").Click());
        page.WaitForAssertion(() => Assert.NotNull(Accounts.Keys[1].RevokedAt));
        page.WaitForAssertion(() => Assert.Contains("revoked", page.Markup, StringComparison.Ordinal));
    }
}
