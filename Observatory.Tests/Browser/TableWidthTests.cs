using Xunit;

namespace Observatory.Tests.Browser;

/// <summary>Tables fit the windows that people have: columns go where there is no room, and what a table is sorted by can be seen.</summary>
[Collection(BrowserCollection.Name)]
public sealed class TableWidthTests(BrowserApp app)
{
    [Theory]
    [InlineData("/conversations")]
    [InlineData("/users")]
    [InlineData("/projects")]
    [InlineData("/models")]
    [InlineData("/tools")]
    [InlineData("/admin/pipeline")]
    public async Task Tables_are_not_cut(string path)
    {
        await using var watched = await app.OpenAsync(1440, dark: false);
        await watched.GoAsync($"{path}?{BrowserApp.Range}");
        foreach (var width in new[] { 1440, 1280, 1024, 768, 600 })
        {
            await watched.Page.SetViewportSizeAsync(width, 900);
            string[] cut;
            var looks = 0;
            // Rows may be drawn anew at that moment: only what stays cut is.
            do cut = await watched.Page.EvaluateAsync<string[]>(
                "() => new Promise(done => requestAnimationFrame(() => done([...document.querySelectorAll('.tbl')].filter(e => e.clientWidth > 0 "
                + "&& e.scrollWidth > e.clientWidth + 1 && !e.closest('details')).map(e => `${e.className} by ${e.scrollWidth - e.clientWidth} px`))))");
            while (cut.Length > 0 && ++looks < 60);
            Assert.True(cut.Length == 0, $"{path} at {width} px: {string.Join(", ", cut)}");
            var sorted = await watched.Page.EvaluateAsync<bool>("() => [...document.querySelectorAll('.tbl th[aria-sort]')].every(e => e.offsetWidth > 0)");
            Assert.True(sorted, $"{path} at {width} px hides what it is sorted by");
        }
        // A chart is drawn anew for a narrower window, and its old drawing does not widen the page until then.
        await watched.Page.SetViewportSizeAsync(390, 900);
        var wide = await watched.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
        Assert.True(wide <= 390, $"{path} is {wide} px wide after its window narrowed to 390");
        await watched.Page.WaitForFunctionAsync("() => [...document.querySelectorAll('.plot > div > svg')].every(e => e.getAttribute('width') <= 390)");
    }
}
