using System.Globalization;
using Observatory.Core.Events;
using Observatory.Core.Pricing;
using Xunit;

namespace Observatory.Tests.Unit.Pricing;

/// <summary>Every published figure as a literal: a slip in the table of prices shows as a wrong price here.</summary>
public sealed class ListPriceTests
{
    private const long Tokens = 1_000;
    private const long NanoPerDollarAndThousand = 1_000_000;

    // model, day of the call, prompt of so many tokens, fast; USD per million: input, 5-minute write, 1-hour write, read, output
    [Theory]
    [InlineData("claude-fable-5-2", "2026-11-09", 8, 10, 16, 0.20, 40)]
    [InlineData("claude-fable-5-1", "2026-09-01", 10, 12.50, 20, 0.25, 50)]
    [InlineData("claude-mythos-5-1", "2026-09-01", 10, 12.50, 20, 0.25, 50)]
    [InlineData("claude-fable-5", "2026-06-09", 10, 12.50, 20, 1.00, 50)]
    [InlineData("claude-mythos-5", "2026-06-09", 10, 12.50, 20, 1.00, 50)]
    [InlineData("claude-opus-5-5", "2026-09-22", 4, 5, 8, 0.20, 20)]
    [InlineData("claude-opus-5", "2026-07-24", 5, 6.25, 10, 0.50, 25)]
    [InlineData("claude-opus-4-8", "2026-11-01", 5, 6.25, 10, 0.50, 25)]
    [InlineData("claude-opus-4-7", "2026-11-01", 5, 6.25, 10, 0.50, 25)]
    [InlineData("claude-opus-4-6", "2026-11-01", 5, 6.25, 10, 0.50, 25)]
    [InlineData("claude-opus-4-5", "2025-12-01", 5, 6.25, 10, 0.50, 25)]
    [InlineData("claude-opus-4-1", "2025-12-01", 15, 18.75, 30, 1.50, 75)]
    [InlineData("claude-opus-4", "2025-06-01", 15, 18.75, 30, 1.50, 75)]
    [InlineData("claude-opus-4-0", "2025-06-01", 15, 18.75, 30, 1.50, 75)]
    [InlineData("claude-3-opus", "2024-06-01", 15, 18.75, 30, 1.50, 75)]
    [InlineData("claude-sonnet-5-5", "2026-09-28", 2, 2.50, 4, 0.20, 10)]
    [InlineData("claude-sonnet-5-5", "2026-10-06", 2, 2.50, 4, 0.20, 10)]
    [InlineData("claude-sonnet-5-5", "2026-10-07", 2, 2.50, 4, 0.10, 10)]
    [InlineData("claude-sonnet-5", "2026-06-30", 2, 2.50, 4, 0.20, 10)]
    [InlineData("claude-sonnet-5", "2026-11-25", 2, 2.50, 4, 0.20, 10)]
    [InlineData("claude-sonnet-4-6", "2026-11-01", 3, 3.75, 6, 0.30, 15)]
    [InlineData("claude-sonnet-4-5", "2026-11-01", 3, 3.75, 6, 0.30, 15)]
    [InlineData("claude-sonnet-4", "2026-11-01", 3, 3.75, 6, 0.30, 15)]
    [InlineData("claude-sonnet-4-0", "2026-11-01", 3, 3.75, 6, 0.30, 15)]
    [InlineData("claude-3-7-sonnet", "2025-06-01", 3, 3.75, 6, 0.30, 15)]
    [InlineData("claude-haiku-5-5", "2026-10-07", 0.10, 0.125, 0.20, 0.01, 0.50)]
    [InlineData("claude-haiku-4-5", "2025-10-15", 1, 1.25, 2, 0.10, 5)]
    [InlineData("claude-3-5-sonnet", "2024-11-01", 3, 3.75, 6, 0.30, 15)]
    [InlineData("claude-3-sonnet", "2024-06-01", 3, 3.75, 6, 0.30, 15)]
    [InlineData("claude-3-5-haiku", "2025-06-01", 0.80, 1, 1.60, 0.08, 4)]
    [InlineData("claude-3-haiku", "2024-06-01", 0.25, 0.30, 0.50, 0.03, 1.25)]
    public void Price_EachKindOfToken_IsTheListPrice(string model, string day, double input, double write5m, double write1h, double read, double output)
    {
        var at = Day(day);
        Assert.Equal(Nano(input), Price(model, at, new TokenUsage(Tokens, 0, 0, 0, 0)));
        Assert.Equal(Nano(output), Price(model, at, new TokenUsage(0, Tokens, 0, 0, 0)));
        Assert.Equal(Nano(write5m), Price(model, at, new TokenUsage(0, 0, Tokens, 0, 0)));
        Assert.Equal(Nano(write1h), Price(model, at, new TokenUsage(0, 0, 0, Tokens, 0)));
        Assert.Equal(Nano(read), Price(model, at, new TokenUsage(0, 0, 0, 0, Tokens)));
        Assert.Equal(Nano(input + output + write5m + write1h + read), Price(model, at, new TokenUsage(Tokens, Tokens, Tokens, Tokens, Tokens)));
    }

    [Theory]
    [InlineData("claude-fable-5-2", "2026-11-09", 16, 80)]
    [InlineData("claude-opus-5-5", "2026-10-01", 8, 40)]
    [InlineData("claude-opus-5", "2026-10-01", 10, 50)]
    [InlineData("claude-opus-4-8", "2026-10-01", 10, 50)]
    [InlineData("claude-opus-4-7", "2026-10-01", 30, 150)]
    [InlineData("claude-opus-4-6", "2026-10-01", 30, 150)]
    public void Price_Fast_MultipliesCacheOnTop(string model, string day, double input, double output)
    {
        var at = Day(day);
        var slow = PriceBook.Default.Find(model, at, Tokens, isFast: false)!;
        Assert.Equal(Nano(input), Price(model, at, new TokenUsage(Tokens, 0, 0, 0, 0), speed: "fast"));
        Assert.Equal(Nano(output), Price(model, at, new TokenUsage(0, Tokens, 0, 0, 0), speed: "fast"));
        Assert.Equal(Nano(input * 1.25), Price(model, at, new TokenUsage(0, 0, Tokens, 0, 0), speed: "fast"));
        Assert.Equal(Nano(input * 2), Price(model, at, new TokenUsage(0, 0, 0, Tokens, 0), speed: "fast"));
        Assert.Equal(Nano(input * (double)(slow.Read / slow.Input)), Price(model, at, new TokenUsage(0, 0, 0, 0, Tokens), speed: "fast"));
    }

    [Theory]
    [InlineData("claude-sonnet-5-5")]
    [InlineData("claude-haiku-5-5")]
    [InlineData("claude-sonnet-4-5")]
    public void Price_FastWhereNoneIsSold_IsUnknown(string model) =>
        Assert.Null(Price(model, Day("2026-11-01"), new TokenUsage(Tokens, 0, 0, 0, 0), speed: "fast"));

    [Theory]
    [InlineData("claude-haiku-5-5", "2026-11-01", 100_000, 0.10, 0.50, 0.50, 2.50)]
    [InlineData("claude-sonnet-4", "2025-10-01", 200_000, 3, 15, 6, 22.50)]
    [InlineData("claude-sonnet-4-5", "2026-11-01", 200_000, 3, 15, 6, 22.50)]
    [InlineData("claude-sonnet-4-6", "2026-03-12", 200_000, 3, 15, 6, 22.50)]
    [InlineData("claude-sonnet-4-6", "2026-03-13", 200_000, 3, 15, 3, 15)]
    [InlineData("claude-opus-4-6", "2026-03-12", 200_000, 5, 25, 10, 37.50)]
    [InlineData("claude-opus-4-6", "2026-03-13", 200_000, 5, 25, 5, 25)]
    [InlineData("claude-opus-5-5", "2026-11-01", 200_000, 4, 20, 4, 20)]
    public void Price_LongPrompt_CostsMoreForAllTokens(string model, string day, long border, double input, double output, double longInput, double longOutput)
    {
        var at = Day(day);
        Assert.Equal(Nano(input * border / Tokens) + Nano(output), Price(model, at, new TokenUsage(border, Tokens, 0, 0, 0)));
        Assert.Equal(Nano(longInput * (border + 1) / Tokens) + Nano(longOutput), Price(model, at, new TokenUsage(border + 1, Tokens, 0, 0, 0)));
        // Cache writes and reads are part of the prompt, output is not.
        var row = PriceBook.Default.Find(model, at, border + 1, isFast: false)!;
        Assert.Equal((long)((border * row.Read + row.Write1h) * 1_000), Price(model, at, new TokenUsage(0, 0, 0, 1, border)));
        Assert.Equal(Nano(output * (border + 1) / Tokens), Price(model, at, new TokenUsage(0, border + 1, 0, 0, 0)));
    }

    [Theory]
    [InlineData("claude-fable-5-2", "2026-11-08", 8, 0.20)]
    [InlineData("claude-fable-5-1", "2026-08-31", 10, 0.25)]
    [InlineData("claude-opus-5-5", "2026-09-21", 4, 0.20)]
    [InlineData("claude-opus-5", "2020-01-01", 5, 0.50)]
    [InlineData("claude-sonnet-5-5", "2026-09-27", 2, 0.20)]
    [InlineData("claude-haiku-5-5", "2026-10-06", 0.10, 0.01)]
    public void Price_BeforeTheModelsFirstRow_IsThatRow(string model, string day, double input, double read)
    {
        Assert.Equal(Nano(input), Price(model, Day(day), new TokenUsage(Tokens, 0, 0, 0, 0)));
        Assert.Equal(Nano(read), Price(model, Day(day), new TokenUsage(0, 0, 0, 0, Tokens)));
        Assert.Equal(Nano(input), Price(model, long.MinValue, new TokenUsage(Tokens, 0, 0, 0, 0)));
    }

    [Fact]
    public void Price_BeforeTheModelsFirstRow_HasItsTiersAndSpeeds()
    {
        Assert.Equal(Nano(0.50 * 100_001 / Tokens), Price("claude-haiku-5-5", Day("2026-10-01"), new TokenUsage(100_001, 0, 0, 0, 0)));
        Assert.Equal(Nano(8), Price("claude-opus-5-5", Day("2026-09-01"), new TokenUsage(Tokens, 0, 0, 0, 0), speed: "fast"));
    }

    [Fact]
    public void Price_AtTheInstantOfACut_IsTheNewOne()
    {
        var cut = Day("2026-10-07");
        Assert.Equal(Nano(0.20), Price("claude-sonnet-5-5", cut - 1, new TokenUsage(0, 0, 0, 0, Tokens)));
        Assert.Equal(Nano(0.10), Price("claude-sonnet-5-5", cut, new TokenUsage(0, 0, 0, 0, Tokens)));
    }

    [Fact]
    public void All_RowsOfOneModel_NeverMeet()
    {
        foreach (var group in ListPrices.All.GroupBy(r => (r.Model, r.IsFast, r.MinPrompt)))
        {
            var rows = group.OrderBy(r => r.ValidFrom).ToList();
            for (var i = 1; i < rows.Count; i++) Assert.Equal(rows[i - 1].ValidTo, rows[i].ValidFrom);
        }
        Assert.All(ListPrices.All, r => Assert.Equal(r.Model, ModelId.Normalize(r.Model)));
        Assert.All(ListPrices.All, r => Assert.True(r.Input > 0 && r.Write5m > r.Input && r.Write1h > r.Write5m && r.Read < r.Input && r.Output > r.Input,
            r.ToString()));
    }

    private static long? Price(string model, long at, TokenUsage usage, string? speed = null) => PriceBook.Default.Price(model, at, usage, speed, null, null);

    private static long Nano(double dollarsPerMillion) => (long)Math.Round(dollarsPerMillion * NanoPerDollarAndThousand);

    private static long Day(string day) => DateTimeOffset.Parse(day, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();
}
