using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace Observatory.Tests.Components;

public sealed partial class TokensTests
{
    private static string Css([CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "wwwroot-assets", "css", "tokens.css"));

    [Fact]
    public void Dark_by_system_and_dark_by_choice_are_the_same()
    {
        var blocks = Blocks().Matches(Css()).Select(m => (Selector: m.Groups[1].Value.Trim(), Body: Spaces().Replace(m.Groups[2].Value, " "))).ToList();
        var bySystem = blocks.Single(b => b.Selector.Contains(":not([data-theme=\"light\"])", StringComparison.Ordinal));
        var byChoice = blocks.Single(b => b.Selector.EndsWith("[data-theme=\"dark\"]", StringComparison.Ordinal));
        Assert.Equal(bySystem.Body, byChoice.Body);
    }

    [GeneratedRegex(@"([^{}]*)\{([^{}]*)\}")]
    private static partial Regex Blocks();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
