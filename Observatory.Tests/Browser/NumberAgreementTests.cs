using Observatory.Core.Presentation;
using Observatory.Web.Components.Charts;
using Observatory.Web.Components.Shared;
using Xunit;

namespace Observatory.Tests.Browser;

/// <summary>Tiles and tables are written by the server, axes and tooltips by the browser: both write the same figure alike, in every locale.</summary>
[Collection(SecondBrowserCollection.Name)]
public sealed class NumberAgreementTests(BrowserApp app)
{
    private static readonly double[] s_values =
    [
        0, 0.0002, 0.004, 0.02, 0.05, 0.0995, 0.1, 0.4, 0.5, 0.84, 0.9994, 0.9996, 1, 1.25, 1.45, 1.5, 2.5, 3.5, 4.2, 9.949, 9.95, 12.34, 59.4, 59.6, 60.5,
        61.5, 99.95, 150, 190, 999.4, 999.994, 999.996, 1_000, 1_234.5, 3_599.9, 9_999.4, 9_999.5, 12_345, 99_949, 99_990, 123_456.5, 273_600, 999_949,
        999_960, 1_234_567, 9_994_999, 9_995_001, 4_560_000, 267_812_345, 1_201_253_378, 12_345_678_901, 1.5e12, 9.87e14,
    ];

    private static readonly string[] s_units = ["count", "usd", "seconds", "ms", "percent"];

    [Theory]
    [InlineData("en-GB"), InlineData("de-DE"), InlineData("fr-FR"), InlineData("es-ES"), InlineData("pl-PL"), InlineData("sv-SE")]
    [InlineData("de-CH"), InlineData("en-IN"), InlineData("hi-IN"), InlineData("ar-EG"), InlineData("ar-SA"), InlineData("ar-AE")]
    [InlineData("ar-MA"), InlineData("fa-IR"), InlineData("ur-PK"), InlineData("ckb-IQ"), InlineData("ne-NP"), InlineData("bn-BD")]
    [InlineData("mr-IN"), InlineData("my-MM"), InlineData("ps-AF"), InlineData("th-TH"), InlineData("ja-JP"), InlineData("he-IL")]
    public async Task Server_and_browser_write_the_same(string locale)
    {
        var reader = new ReaderState();
        reader.Learn(BrowserFacts.None with { Locale = locale });
        var format = reader.Format;
        var cases = s_units.SelectMany(u => s_values.Concat(u is "count" or "usd" ? s_values.Select(v => -v) : []).Select(v => (Unit: u, Value: v)));
        var wanted = cases.Select(c => (c.Unit, c.Value, Text: Server(format, c.Unit, c.Value))).ToList();
        await using var watched = await app.OpenAsync();
        await watched.Page.GotoAsync("/");
        var drawn = await watched.Page.EvaluateAsync<string[]>(
            "async ([cases, marks]) => { const { format } = await import('./js/format.js'); return cases.map(c => format(c.value, c.unit, marks)); }",
            new object[]
            {
                wanted.Select(w => new { value = w.Value, unit = w.Unit }).ToArray(),
                new { point = format.Marks.Point, group = format.Marks.Group, sizes = format.Marks.Sizes.ToArray(), minus = format.Marks.Minus },
            });
        var different = wanted.Zip(drawn).Where(p => p.First.Text != p.Second)
            .Select(p => $"{p.First.Unit} {p.First.Value:R}: server {p.First.Text}, browser {p.Second}").ToList();
        Assert.True(different.Count == 0, $"{locale}:\n{string.Join('\n', different)}");
        // One set of digits, and marks that belong to it.
        Assert.All(drawn, text => Assert.DoesNotContain(text, c => c is '\u066B' or '\u066C' || (char.IsDigit(c) && !char.IsAsciiDigit(c))));
    }

    // A whole number has no short form in the tables of charts; axes and tooltips use that of tiles.
    private static string Server(Formats format, string unit, double value) => unit == "count" ? format.Number(value) : ChartText.Value(value, unit, format);
}
