using Observatory.Core.Events;
using Observatory.Core.Pricing;
using Xunit;

namespace Observatory.Tests.Unit.Pricing;

public sealed class PriceBookTests
{
    private static readonly long s_at = new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private readonly PriceBook _book = PriceBook.Default;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("haiku")]
    [InlineData("acme-proxy/claude-x1")]
    [InlineData("gpt-5")]
    [InlineData("claude-opus-9")]
    [InlineData("claude-opus-5-7")]
    [InlineData("claude-opus-5-5-mini")]
    [InlineData("claude-opus")]
    [InlineData("claude")]
    [InlineData("my-claude-opus-5")]
    [InlineData("sonnet")]
    [InlineData("opus")]
    [InlineData("claude-sonnet")]
    [InlineData("claude-2.1")]
    [InlineData("claude-instant-1.2")]
    [InlineData("claude-mythos-preview")]
    [InlineData("arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc123")]
    public void Price_UnknownModel_IsNullAndNeverZero(string? model)
    {
        Assert.Null(_book.Price(model, s_at, new TokenUsage(1, 1, 1, 1, 1), null, null, null));
        Assert.Null(_book.Price(model, s_at, default, null, null, null));
    }

    [Fact]
    public void Price_NoTokens_IsZeroWhereTheModelIsKnown() => Assert.Equal(0, _book.Price("claude-opus-5", s_at, default, null, null, null));

    [Theory]
    [InlineData("claude-opus-5", 5_000)]
    [InlineData("claude-opus-5-5", 4_000)]
    [InlineData("claude-opus-4", 15_000)]
    [InlineData("claude-opus-4-5", 5_000)]
    [InlineData("claude-fable-5", 10_000)]
    [InlineData("claude-fable-5-2", 8_000)]
    [InlineData("claude-sonnet-5", 2_000)]
    public void Price_ModelWhoseNameStartsAnother_HasItsOwnPrice(string model, long nanoPerToken) =>
        Assert.Equal(nanoPerToken, _book.Price(model, s_at, new TokenUsage(1, 0, 0, 0, 0), null, null, null));

    [Theory]
    [InlineData("batch", 0.5)]
    [InlineData("standard", 1)]
    [InlineData("priority", 1)]
    [InlineData(null, 1)]
    public void Price_Tier_HalvesBatchesOnly(string? tier, double factor) =>
        Assert.Equal((long)(1_000 * (5_000 + 25_000 + 6_250 + 10_000 + 500) * factor),
            _book.Price("claude-opus-5", s_at, new TokenUsage(1_000, 1_000, 1_000, 1_000, 1_000), null, tier, null));

    [Theory]
    [InlineData("claude-opus-4-6", "us", 5_500)]
    [InlineData("claude-opus-5-5", "us", 4_400)]
    [InlineData("claude-sonnet-4-6", "us", 3_300)]
    [InlineData("claude-opus-4-5", "us", 5_000)]
    [InlineData("claude-sonnet-4-5", "us", 3_000)]
    [InlineData("claude-opus-4-8", "eu", 5_500)]
    [InlineData("claude-opus-5-5", "not_available", 4_000)]
    [InlineData("claude-opus-5-5", "global", 4_000)]
    [InlineData("claude-opus-5-5", null, 4_000)]
    public void Price_Region_CostsATenthMoreSinceOpus46(string model, string? region, long nanoPerToken) =>
        Assert.Equal(nanoPerToken, _book.Price(model, s_at, new TokenUsage(1, 0, 0, 0, 0), null, null, region));

    [Theory]
    [InlineData("us.anthropic.claude-opus-4-8-v1:0", 5_500)]
    [InlineData("eu.anthropic.claude-opus-4-7", 5_500)]
    [InlineData("jp.anthropic.claude-sonnet-4-5-20250929-v1:0", 3_300)]
    [InlineData("au.anthropic.claude-haiku-4-5-20251001-v1:0", 1_100)]
    [InlineData("apac.anthropic.claude-sonnet-4-6", 3_300)]
    [InlineData("ca.anthropic.claude-opus-4-5-20251101-v1:0", 5_500)]
    [InlineData("us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0", 3_300)]
    [InlineData("bedrock/us-gov-west-1/anthropic.claude-sonnet-4-5-20250929-v1:0", 3_300)]
    [InlineData("us.anthropic.claude-fable-5", 11_000)]
    [InlineData("global.anthropic.claude-opus-4-8", 5_000)]
    [InlineData("anthropic.claude-opus-4-8", 5_000)]
    [InlineData("us.anthropic.claude-opus-4-1-20250805-v1:0", 15_000)]
    [InlineData("us.anthropic.claude-sonnet-4-20250514-v1:0", 3_000)]
    [InlineData("us-gov.anthropic.claude-3-7-sonnet-20250219-v1:0", 3_000)]
    [InlineData("eu.anthropic.claude-3-5-haiku-20241022-v1:0", 800)]
    public void Price_RegionalEndpoint_CostsATenthMoreSince45(string model, long nanoPerToken)
    {
        Assert.Equal(nanoPerToken, _book.Price(model, s_at, new TokenUsage(1, 0, 0, 0, 0), null, null, null));
        Assert.Equal(nanoPerToken, _book.Price(model, s_at, new TokenUsage(1, 0, 0, 0, 0), null, null, "not_available"));
    }

    [Fact]
    public void Price_EveryKindOfARegionalCall_CostsATenthMoreOnce()
    {
        var usage = new TokenUsage(1_000, 1_000, 1_000, 1_000, 1_000);
        const long List = 1_000 * (5_000 + 25_000 + 6_250 + 10_000 + 500);
        Assert.Equal(List * 11 / 10, _book.Price("us.anthropic.claude-opus-4-6-v1:0", s_at, usage, null, null, "us"));
    }

    [Fact]
    public void Price_FastInTheId_IsThePriceOfTheFastSpeed()
    {
        Assert.Equal(10_000, _book.Price("anthropic/claude-opus-4.8-fast", s_at, new TokenUsage(1, 0, 0, 0, 0), null, null, null));
        Assert.Null(_book.Price("claude-sonnet-4-6-fast", s_at, new TokenUsage(1, 0, 0, 0, 0), null, null, null));
    }

    [Fact]
    public void Price_BatchFastAndRegion_Multiply() =>
        Assert.Equal(1_000 * 10_000 / 2 * 11 / 10, _book.Price("claude-opus-5", s_at, new TokenUsage(1_000, 0, 0, 0, 0), "fast", "batch", "us"));

    [Theory]
    [InlineData(1, 138)] // 137.5
    [InlineData(3, 412)] // 412.5
    [InlineData(5, 688)] // 687.5
    [InlineData(2, 275)]
    public void Price_HalfANanoDollar_GoesToTheEvenOne(long tokens, long nano) =>
        Assert.Equal(nano, _book.Price("claude-haiku-5-5", s_at, new TokenUsage(0, 0, tokens, 0, 0), null, null, "us"));

    [Fact]
    public void Price_ManyKinds_IsRoundedOnceOverTheSum()
    {
        // 5-minute write 137.5 + input 110 + read 11 × 0.5 (batch) = 129.25; parts rounded alone would give 68.75→69 + 55 + 5.5→6 = 130.
        Assert.Equal(129, _book.Price("claude-haiku-5-5", s_at, new TokenUsage(1, 0, 1, 0, 1), null, "batch", "us"));
    }

    [Fact]
    public void Price_LargestUsage_DoesNotOverflow()
    {
        var usage = new TokenUsage(TokenUsage.Limit, TokenUsage.Limit, TokenUsage.Limit, TokenUsage.Limit, TokenUsage.Limit);
        Assert.Equal(534_600_000_000_000_000, _book.Price("claude-opus-4-6", Day(2026, 2, 1), usage, "fast", null, "us"));
    }

    [Fact]
    public void SearchPrice_IsTenDollarsPerThousand() => Assert.Equal(10_000_000_000, _book.SearchPrice(1_000));

    [Fact]
    public void Find_MoreIdsThanAreRemembered_StillFindsThem()
    {
        var book = new PriceBook(ListPrices.All);
        for (var i = 0; i < 5_000; i++) Assert.Null(book.Find($"model-{i}", s_at, 1, isFast: false));
        Assert.NotNull(book.Find("claude-opus-5", s_at, 1, isFast: false));
    }

    private static long Day(int year, int month, int day) => new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
