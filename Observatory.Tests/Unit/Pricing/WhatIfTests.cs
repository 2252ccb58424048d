using Observatory.Core.Events;
using Observatory.Core.Pricing;
using Xunit;

namespace Observatory.Tests.Unit.Pricing;

public sealed class WhatIfTests
{
    private static readonly long s_now = new DateTimeOffset(2026, 11, 25, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    [Fact]
    public void Cost_MultipliesEachKindByItsPrice()
    {
        var row = new PriceRow("x", long.MinValue, long.MaxValue, 0, false, 1, 2, 3, 4, 5, false, false, "");
        Assert.Equal(1m * 10, WhatIf.Cost(row, new TokenUsage(10_000_000, 0, 0, 0, 0)));
        Assert.Equal(5m * 2, WhatIf.Cost(row, new TokenUsage(0, 2_000_000, 0, 0, 0)));
        Assert.Equal(2m * 7, WhatIf.Cost(row, new TokenUsage(0, 0, 7_000_000, 0, 0)));
        Assert.Equal(3m * 5, WhatIf.Cost(row, new TokenUsage(0, 0, 0, 5_000_000, 0)));
        Assert.Equal(4m * 3, WhatIf.Cost(row, new TokenUsage(0, 0, 0, 0, 3_000_000)));
    }

    [Fact]
    public void Cost_IsWhatThePriceBookSays()
    {
        var tokens = new TokenUsage(1_234, 567, 890, 12, 3_456);
        var row = Assert.Single(WhatIf.Choices(PriceBook.Default.Rows, s_now), r => r.Model == "claude-opus-5");
        Assert.Equal(PriceBook.Default.Price("claude-opus-5", s_now, tokens, null, null, null), (long)(WhatIf.Cost(row, tokens) * 1_000_000_000m));
    }

    [Fact]
    public void Choices_HaveOneRowAModelAndOnlyPricesInForce()
    {
        var choices = WhatIf.Choices(PriceBook.Default.Rows, s_now);
        Assert.Equal(choices.Count, choices.Select(c => c.Model).Distinct().Count());
        Assert.All(choices, c => Assert.True(c.IsInForce(s_now) && !c.IsFast && c.MinPrompt == 0));
    }

    [Fact]
    public void Sum_AddsEveryKind() =>
        Assert.Equal(new TokenUsage(11, 22, 33, 44, 55), WhatIf.Sum([new TokenUsage(1, 2, 3, 4, 5), new TokenUsage(10, 20, 30, 40, 50)]));
}
