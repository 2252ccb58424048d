using System.Text.Json;
using Microsoft.Playwright;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Browser;

/// <summary>
/// Names come from outside: a model, a tool, a folder can be called anything. With the CSP off, nothing of it may run, and nothing of it
/// may arrive at a place where the browser reads markup.
/// </summary>
[Collection(SecondBrowserCollection.Name)]
public sealed class PayloadTests(BrowserApp app)
{
    private static readonly string[] s_payloads =
    [
        "<img src=x onerror=window.fired=1>", "<svg onload=window.fired=1></svg>", "&lt;img src=x onerror=window.fired=1&gt;",
            "%3Cimg src=x onerror=window.fired=1%3E",
        "<script>window.fired=1</script>", "\\u003cimg src=x onerror=window.fired=1\\u003e",
    ];

    private const string Trap = """
        window.fired = 0; window.sinks = [];
        const bad = v => /<(img|svg|script)[^>]*(onerror|onload|fired)/i.test(String(v));
        const note = (where, v) => { if (bad(v)) window.sinks.push(where + ': ' + String(v).slice(0, 200) + '\n' + new Error().stack); };
        for (const [proto, name] of [[Element.prototype, 'innerHTML'], [Element.prototype, 'outerHTML']]) {
          const own = Object.getOwnPropertyDescriptor(proto, name);
          Object.defineProperty(proto, name, { ...own, set(v) { note(name, v); own.set.call(this, v); } });
        }
        const insert = Element.prototype.insertAdjacentHTML;
        Element.prototype.insertAdjacentHTML = function (where, v) { note('insertAdjacentHTML', v); return insert.call(this, where, v); };
        const parse = DOMParser.prototype.parseFromString;
        DOMParser.prototype.parseFromString = function (v, type) { if (type === 'text/html') note('DOMParser', v); return parse.call(this, v, type); };
        """;

    [Fact]
    public async Task NamesFromDataNeverBecomeMarkup()
    {
        using var temp = new TempFolder();
        var id = Guid.NewGuid().ToString();
        WriteTranscripts(temp, id);
        await using var hostile = await AppProcess.StartAsync(temp.Folder("data"), Path.Combine(temp.Path, "claude"));
        await hostile.WaitIdleAsync();
        var context =
            await app.Browser.NewContextAsync(new() { BypassCSP = true, Locale = "en-GB", BaseURL = hostile.Link.GetLeftPart(UriPartial.Authority),
            ViewportSize = new() { Width = 1440, Height = 900 } });
        await using var closingContext = new Leaving(context);
        await context.AddInitScriptAsync(Trap);
        var watched = new WatchedPage(context, await context.NewPageAsync());
        await watched.Page.GotoAsync(hostile.Link.ToString());
        foreach (var path in BrowserPages.Paths.Select(p =>
            p switch { "/conversations/{id}" => $"/conversations/{id}", "/projects/view" => $"{p}?path={Uri.EscapeDataString(s_payloads[0])}", _ => p }))
        {
            await watched.GoAsync(path);
            await TouchChartsAsync(watched.Page);
            Assert.Equal(0, await watched.Page.EvaluateAsync<int>("() => window.fired"));
            Assert.Empty(await watched.Page.EvaluateAsync<string[]>("() => window.sinks"));
        }
        Assert.Contains(s_payloads[0], await ProjectNamesAsync(hostile));
    }

    /// <summary>Tooltips and highlights are written on hover and click.</summary>
    private static async Task TouchChartsAsync(IPage page)
    {
        await page.WaitForTimeoutAsync(400);
        foreach (var chart in await page.Locator(".apexcharts-canvas").AllAsync())
        {
            if (await chart.BoundingBoxAsync() is not { Width: > 50 } box) continue;
            await chart.ScrollIntoViewIfNeededAsync();
            box = (await chart.BoundingBoxAsync())!;
            for (var x = 0.1f; x < 1; x += 0.1f)
            {
                foreach (var y in new[] { 0.3f, 0.6f, 0.85f }) await page.Mouse.MoveAsync(box.X + box.Width * x, box.Y + box.Height * y);
            }
        }
        foreach (var entry in await page.Locator(".legend button").AllAsync()) await entry.HoverAsync();
    }

    private static async Task<string> ProjectNamesAsync(AppProcess hostile) =>
        string.Join('\n', (await hostile.GetAsync("/api/analytics/projects")).EnumerateArray().Select(p => p.GetProperty("path").GetString()));

    private static void WriteTranscripts(TempFolder temp, string first)
    {
        var now = TimeProvider.System.GetUtcNow();
        for (var n = 0; n < s_payloads.Length; n++)
        {
            var name = s_payloads[n];
            var session = n == 0 ? first : Guid.NewGuid().ToString();
            object Line(int second, string type, object message) => new
            {
                type, uuid = Guid.NewGuid(), timestamp = now.AddHours(-n).AddSeconds(second - 60)
                    .UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
                cwd = name, gitBranch = name, version = name, sessionId = session, message,
            };
            object[] lines =
            [
                Line(1, "user", new { role = "user", content = name }),
                Line(2, "assistant", new
                {
                    id = "msg_" + n, model = name, usage = new { input_tokens = 100 + n, output_tokens = 50, cache_read_input_tokens = 1000 },
                    content = new[] { new { type = "tool_use", id = "toolu_" + n, name, input = new { command = name } } },
                }),
                Line(3, "user", new { role = "user",
                    content = new[] { new { type = "tool_result", tool_use_id = "toolu_" + n, is_error = true, content = name } } }),
                new { type = "custom-title", customTitle = name },
                new { type = name, version = name },
            ];
            File.WriteAllLines(temp.File($"claude/projects/-p{n}/{session}.jsonl"), [.. lines.Select(l => JsonSerializer.Serialize(l)), name]);
        }
    }
}
