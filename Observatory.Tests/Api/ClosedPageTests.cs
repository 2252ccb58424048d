using Microsoft.Extensions.DependencyInjection;
using Observatory.Tests.Support;
using Observatory.Web.Hosting;
using Observatory.Web.Identity;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>A page that was closed takes nothing any more.</summary>
public sealed class ClosedPageTests
{
    /// <summary>Pages whose connection is lost are kept for a while, a few of them.</summary>
    private const int Kept = 8;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Closed_pages_are_let_go_but_for_the_few_that_may_come_back()
    {
        const int Pages = 18;
        await using var host = new WebHost(TimeProvider.System);
        using var http = host.Program();
        http.DefaultRequestHeaders.Accept.Clear();
        http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        var sockets = host.Server.CreateWebSocketClient();
        sockets.ConfigureRequest = request => request.Headers["x-api-key"] = WebHost.Key;
        var circuits = host.Services.GetRequiredService<OpenCircuits>();
        var open = new List<OpenPage>();
        string[] paths = ["/", "/live", "/conversations", "/projects", "/models", "/users"];
        for (var i = 0; i < Pages; i++) open.Add(await OpenPage.OpenAsync(http, paths[i % paths.Length], sockets.ConnectAsync));
        Assert.Equal((Pages, 0), (circuits.Opened, circuits.Closed));
        foreach (var page in open) await page.DisposeAsync();
        await Patience.UntilAsync(() => circuits.Closed == Pages - Kept);
    }

    [Fact]
    public void Memory_is_tidied_when_many_pages_were_opened_or_closed_or_few_and_then_none()
    {
        var made = new PagesMade(0, 0);
        for (var i = 0; i < 100; i++) Assert.False(made.IsOver(0, 0));
        // Ten at once, then again no sooner than five seconds later.
        Assert.True(made.IsOver(10, 0));
        for (var i = 0; i < 5; i++) Assert.False(made.IsOver(10, 10));
        Assert.True(made.IsOver(10, 10));
        // One alone waits until it has been quiet.
        for (var i = 0; i < 30; i++) Assert.False(made.IsOver(11, 10));
        Assert.True(made.IsOver(11, 10));
        for (var i = 0; i < 100; i++) Assert.False(made.IsOver(11, 10));
    }
}
