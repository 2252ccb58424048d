using System.Text.RegularExpressions;
using Observatory.Core.Presentation;
using Observatory.Tests.Architecture;
using Xunit;

namespace Observatory.Tests.Unit.Presentation;

public sealed partial class PaletteTests
{
    [Fact]
    public void Colours_without_a_browser_are_those_of_the_style_sheet()
    {
        var css = File.ReadAllText(Path.Combine(ReadmeTests.TopFolder, "wwwroot-assets", "css", "tokens.css"));
        var light = Tokens(css[..css.IndexOf("@media screen", StringComparison.Ordinal)]);
        var dark = Tokens(css[css.IndexOf("[data-theme=\"dark\"]", StringComparison.Ordinal)..]);
        Assert.All(Palette.Light.Tokens, name => Assert.Equal((name, light[name]), (name, Palette.Light.Of(name))));
        Assert.All(Palette.Dark.Tokens, name => Assert.Equal((name, dark[name]), (name, Palette.Dark.Of(name))));
        Assert.Equal(Palette.Light.Tokens.Order(), Palette.Dark.Tokens.Order());
        // Every series colour of the style sheet is there.
        Assert.Subset(Palette.Light.Tokens.ToHashSet(), light.Keys.Where(k => k is ['s' or 'c' or 'h', '-', ..]).ToHashSet());
        Assert.Equal(Palette.Light.Of("s-other"), Palette.Light.Of("nothing of that name"));
    }

    private static Dictionary<string, string> Tokens(string css) =>
        Token().Matches(css).GroupBy(m => m.Groups[1].Value).ToDictionary(g => g.Key, g => g.First().Groups[2].Value);

    [GeneratedRegex("--([a-z0-9-]+): (#[0-9A-F]{6})")]
    private static partial Regex Token();
}
