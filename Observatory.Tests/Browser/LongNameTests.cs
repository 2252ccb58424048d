using System.Globalization;
using System.Text.Json;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Browser;

/// <summary>Titles, folders, users, tools and branches of any length stay inside the page, and what is cut is in a tooltip.</summary>
[Collection(BrowserCollection.Name)]
public sealed class LongNameTests(BrowserApp app)
{
    private static readonly string s_long = string.Concat(Enumerable.Repeat("Langername", 20));

    // At most three lines, and where that is not all of it, the rest is in the tooltip.
    private const string Title = """
        () => {
          const title = document.querySelector("h1");
          return title.getBoundingClientRect().height < 130 && (title.scrollHeight <= title.clientHeight + 2 || title.title === title.textContent);
        }
        """;

    [Fact]
    public async Task No_name_widens_a_page()
    {
        using var temp = new TempFolder();
        var id = Guid.NewGuid().ToString();
        var path = $"/srv/{s_long}/{s_long}";
        var now = TimeProvider.System.GetUtcNow();
        object Line(int second, string type, object message) => new
        {
            type, uuid = Guid.NewGuid(), timestamp = now.AddSeconds(second - 600)
                .UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            cwd = path, gitBranch = s_long, version = "2.1.330", sessionId = id, message,
        };
        object[] lines =
        [
            Line(1, "user", new { role = "user", content = s_long }),
            Line(2, "assistant", new
            {
                id = "msg_1", model = "claude-" + s_long, usage = new { input_tokens = 100, output_tokens = 50 },
                content = new[] { new { type = "tool_use", id = "toolu_1", name = "mcp__" + s_long, input = new { command = s_long } } },
            }),
            Line(3, "user", new { role = "user",
                content = new[] { new { type = "tool_result", tool_use_id = "toolu_1", is_error = true, content = s_long } } }),
            new { type = "custom-title", customTitle = s_long, sessionId = id },
        ];
        var file = temp.File($"claude/projects/-p/{id}.jsonl");
        await File.WriteAllLinesAsync(file, lines.Select(l => JsonSerializer.Serialize(l)), TestContext.Current.CancellationToken);
        var owner = ("Observatory__Transcripts__Owners__0", s_long + "@example.com");
        await using var server = await AppProcess.StartAsync(temp.Folder("data"), Path.Combine(temp.Path, "claude"), owner);
        await server.WaitIdleAsync();
        var address = server.Link.GetLeftPart(UriPartial.Authority);
        var context = await app.Browser.NewContextAsync(new() { Locale = "en-GB", TimezoneId = "UTC", BaseURL = address });
        await using var closingContext = new Leaving(context);
        var watched = new WatchedPage(context, await context.NewPageAsync());
        await watched.Page.GotoAsync(server.Link.ToString());
        string[] pages =
        [
            "/", "/live", "/conversations", $"/conversations/{id}?turn=1", "/projects", $"/projects/view?path={Uri.EscapeDataString(path)}", "/models",
            "/tools", "/users", $"/users/{s_long}@example.com", $"/?project={Uri.EscapeDataString(path)}&user={s_long}@example.com",
        ];
        foreach (var width in new[] { 1280, 390 })
        {
            await watched.Page.SetViewportSizeAsync(width, 900);
            foreach (var page in pages)
            {
                await watched.GoAsync(page);
                var over = await watched.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth");
                Assert.True(over <= 0, $"{page[..Math.Min(40, page.Length)]} at {width} px is {over} px too wide");
                Assert.True(await watched.Page.EvaluateAsync<bool>(Title), page);
            }
        }
        Assert.Empty(watched.Errors);
    }
}
