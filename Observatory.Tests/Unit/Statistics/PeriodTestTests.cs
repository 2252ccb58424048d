using MathNet.Numerics.Distributions;
using Observatory.Core.Statistics;
using Xunit;

namespace Observatory.Tests.Unit.Statistics;

/// <summary>Two periods against each other: made-up days with weekends, unrest and what was planted.</summary>
public sealed class PeriodTestTests
{
    private const int Rounds = 400;

    [Fact]
    public void Periods_that_are_alike_differ_by_chance_as_often_as_chance_says()
    {
        var below = Enumerable.Range(0, Rounds).Count(seed => PeriodTest.OfSums(Days(seed, 28, 0), Days(seed + 9_000, 14, 4), seed % 2 == 0) < 0.05);
        // One side is asked about, and chance has two.
        Assert.InRange(below, 0, Rounds / 14);
        var rates = Enumerable.Range(0, Rounds).Count(seed => PeriodTest.OfRates(Rates(seed, 28, 0.05), Rates(seed + 9_000, 14, 0.05), seed % 2 == 0) < 0.05);
        Assert.InRange(rates, 0, Rounds / 10);
    }

    [Fact]
    public void A_new_level_one_wild_day_and_an_end_are_unlikely()
    {
        var wild = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            var (before, now) = (Days(seed, 28, 0), Days(seed + 9_000, 14, 0));
            Assert.True(PeriodTest.OfSums(before, [.. now.Select(d => d with { Value = d.Value * 3 })], isMore: true) < 1e-4);
            Assert.True(PeriodTest.OfSums(before, [.. now.Select(d => d with { Value = 0 })], isMore: false) < 1e-6);
            wild += PeriodTest.OfSums(before, [.. now.Select((d, i) => i == 3 ? d with { Value = d.Value * 8 } : d)], isMore: true) < 0.02 ? 1 : 0;
            Assert.True(PeriodTest.OfRates(Rates(seed, 28, 0.03), Rates(seed + 9_000, 14, 0.15), isMore: true) < 1e-3);
        }
        // What was a quiet day is no wild one at eight times that.
        Assert.InRange(wild, 34, 40);
    }

    [Fact]
    public void A_weekend_more_is_no_rise_and_few_days_say_nothing()
    {
        // Seven days from Friday have two days off, seven from Monday too: five have none.
        Assert.True(PeriodTest.OfSums(Days(1, 28, 0), Days(2, 5, 0), isMore: true) > 0.01);
        Assert.Equal(1, PeriodTest.OfSums([new PeriodDay(0, 1)], [new PeriodDay(1, 9)], isMore: true));
        Assert.Equal(1, PeriodTest.OfSums([], [], isMore: true));
        Assert.Equal(1, PeriodTest.OfSums(Days(1, 28, 0).Select(d => d with { Value = 0 }).ToList(), [new PeriodDay(0, 0)], isMore: true));
        Assert.Equal(1, PeriodTest.OfRates([new PeriodDay(0, 0.5, 0)], [new PeriodDay(0, 0.5, 10)], isMore: true));
    }

    private static List<PeriodDay> Days(int seed, int count, int firstWeekday)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(firstWeekday, count).Select(d => new PeriodDay(d % 7, (d % 7 >= 5 ? 5 : 50) * Gamma.Sample(random, 8, 8)))];
    }

    private static List<PeriodDay> Rates(int seed, int count, double rate)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(d => new PeriodDay(d % 7, Binomial.Sample(random, rate, 60) / 60.0, 60))];
    }
}
