using Observatory.Core.Events;
using Observatory.Core.Pricing;
using Xunit;

namespace Observatory.Tests.Unit.Pricing;

/// <summary>An administrator's own rows go before the list, in their time, tier and region only.</summary>
public sealed class OwnPriceTests
{
    private const long Start = 1_790_000_000_000;
    private static readonly TokenUsage s_usage = new(1_000_000, 1_000_000, 0, 0, 0);

    [Fact]
    public void An_own_row_holds_in_its_time_and_the_list_before_and_after()
    {
        var book = CurrentPrices.With([Row("claude-opus-4-6", 1, 2, Start, Start + 1_000)]);
        Assert.Equal(3_000_000_000, book.Price("claude-opus-4-6", Start, s_usage, null, null, null));
        Assert.Equal(3_000_000_000, book.Price("us.anthropic.claude-opus-4-6-v1:0", Start + 999, s_usage, null, null, null));
        foreach (var at in new[] { Start - 1, Start + 1_000 })
            Assert.Equal(PriceBook.Default.Price("claude-opus-4-6", at, s_usage, null, null, null),
                book.Price("claude-opus-4-6", at, s_usage, null, null, null));
    }

    [Fact]
    public void A_model_that_no_list_knows_has_the_own_price_and_none_outside_its_time()
    {
        var book = CurrentPrices.With([Row("glm-9", 1, 2, Start, long.MaxValue)]);
        Assert.Null(PriceBook.Default.Price("GLM-9", Start, s_usage, null, null, null));
        Assert.Equal(3_000_000_000, book.Price("GLM-9", Start, s_usage, null, null, null));
        Assert.Null(book.Price("glm-9", Start - 1, s_usage, null, null, null));
        Assert.Null(book.Price("glm-9", Start, s_usage, "fast", null, null));
    }

    [Fact]
    public void The_narrower_row_goes_first_and_a_row_for_batches_is_not_halved()
    {
        var book = CurrentPrices.With(
            [Row("m", 1, 1, long.MinValue, long.MaxValue), Row("m", 10, 10, long.MinValue, long.MaxValue) with { OwnId = 2, Tier = "batch" },
                Row("m", 100, 100, long.MinValue, long.MaxValue) with { OwnId = 3, Region = "eu" }]);
        Assert.Equal(2_000_000_000, book.Price("m", Start, s_usage, null, null, null));
        Assert.Equal(20_000_000_000, book.Price("m", Start, s_usage, null, "batch", null));
        Assert.Equal(200_000_000_000, book.Price("m", Start, s_usage, null, null, "eu"));
        Assert.Equal(1_000_000_000, CurrentPrices.With([Row("m", 1, 1, long.MinValue, long.MaxValue)]).Price("m", Start, s_usage, null, "batch", null));
    }

    [Fact]
    public void Searches_cost_what_the_row_says()
    {
        var terms = new CallTerms(null, Searches: 3).ToString();
        var free = new TokenUsage(0, 0, 0, 0, 0);
        Assert.Equal(30_000_000, CurrentPrices.With([Row("m", 1, 1, long.MinValue, long.MaxValue)]).Price("m", Start, free, null, terms, null));
        Assert.Equal(1_500_000, CurrentPrices.With([Row("m", 1, 1, long.MinValue, long.MaxValue) with { WebSearch = 0.0005m }])
            .Price("m", Start, free, null, terms, null));
    }

    private static PriceRow Row(string model, decimal input, decimal output, long from, long to) =>
        new(model, from, to, 0, false, input, input, input, input, output, false, false, "a test") { OwnId = 1 };
}
