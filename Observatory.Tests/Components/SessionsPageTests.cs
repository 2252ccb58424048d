using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Observatory.Tests.Support;
using Observatory.Web.Components.Pages.OwnSessions;
using Observatory.Web.Hosting;
using Observatory.Web.Identity;
using Xunit;

namespace Observatory.Tests.Components;

public sealed class SessionsPageTests : PageContext
{
    private const string Chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
    private const string Phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/604.1";

    private readonly TempFolder _data = new();
    private readonly SessionList _list;

    public SessionsPageTests() : base(FakeLists.Now, "shell")
    {
        var data = DataDirectory.Resolve(_data.Path);
        _list = new SessionList(data, Clock, NullLogger<SessionList>.Instance);
        Services.AddSingleton(_list);
        Add("a", "account:1", Chrome, -60);
        Add("b", "account:1", Phone, -10);
        Add("c", "account:1", null, -5);
        Add("other", "account:2", Chrome, -1);
        Services.AddCascadingValue(_ => Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity(
            [new Claim(ClaimTypes.NameIdentifier, "account:1"), new Claim(Sessions.SessionClaim, Id("a"))], "test")))));
    }

    private static string Id(string name) => name.PadLeft(32, '0');

    private void Add(string name, string owner, string? agent, int minutes)
    {
        var at = FakeLists.Now.AddMinutes(minutes).ToUnixTimeMilliseconds();
        _list.Add(new Session(Id(name), owner, name == "b" ? "link" : "password", at, at + 30 * 86_400_000L, at, "192.0.2.9", agent));
    }

    private IRenderedComponent<SessionsPage> Open()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/account/sessions");
        var page = Render<SessionsPage>();
        page.WaitForElement("tbody tr");
        return page;
    }

    private static List<string> Browsers(IRenderedComponent<SessionsPage> page) =>
        [.. page.FindAll("tbody tr td:first-child .med").Select(e => e.TextContent)];

    [Fact]
    public void It_lists_own_sessions_newest_first_and_marks_the_one_that_looks()
    {
        var page = Open();
        Assert.Equal(["Unknown browser", "Safari on iPhone", "Chrome on Linux"], Browsers(page));
        Assert.Contains("this one", Assert.Single(page.FindAll("tbody tr"), row => row.TextContent.Contains("Chrome", StringComparison.Ordinal)).TextContent,
            StringComparison.Ordinal);
        Assert.Contains("Link of the console", page.FindAll("tbody tr")[1].TextContent, StringComparison.Ordinal);
        Assert.Equal(3, page.FindAll("ul.narrow li").Count);
    }

    [Fact]
    public async Task One_ends_after_a_question()
    {
        var page = Open();
        await page.InvokeAsync(() => page.FindAll("tbody tr button")[1].Click());
        Assert.NotNull(_list.Find(Id("b")));
        page.WaitForElement("button.danger");
        await page.InvokeAsync(() => page.Find("button.danger").Click());
        page.WaitForAssertion(() => Assert.Equal(["Unknown browser", "Chrome on Linux"], Browsers(page)));
        page.WaitForAssertion(() => Assert.Null(_list.Find(Id("b"))));
    }

    [Fact]
    public async Task All_others_end_and_those_of_other_people_stay()
    {
        var page = Open();
        await page.InvokeAsync(() => page.FindAll("button").First(b => b.TextContent == "End all others").Click());
        page.WaitForElement("button.danger");
        await page.InvokeAsync(() => page.Find("button.danger").Click());
        page.WaitForAssertion(() => Assert.Equal(["Chrome on Linux"], Browsers(page)));
        Assert.NotNull(_list.Find(Id("other")));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _data.Dispose();
    }
}
