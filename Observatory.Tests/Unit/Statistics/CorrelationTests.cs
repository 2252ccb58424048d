using Observatory.Core.Statistics;
using Xunit;

namespace Observatory.Tests.Unit.Statistics;

public sealed class CorrelationTests
{
    /// <summary>Intelligence and hours of television of ten people: the worked example of many textbooks, ρ = −29/165.</summary>
    private static readonly double[] s_one = [106, 86, 100, 101, 99, 103, 97, 113, 112, 110];
    private static readonly double[] s_other = [7, 0, 27, 50, 28, 29, 20, 12, 6, 17];

    [Fact]
    public void Ranks_go_together_as_in_the_textbook() => Assert.Equal(-29.0 / 165, Correlation.Spearman(s_one, s_other)!.Value, 1e-12);

    [Fact]
    public void Ties_share_the_mean_of_their_ranks() => Assert.Equal([1, 2.5, 2.5, 4], Correlation.Ranks([1, 3, 3, 9]));

    /// <summary>The first of Anscombe's quartet.</summary>
    [Fact]
    public void Values_go_together_as_published() => Assert.Equal(
        0.81642, Correlation.Pearson(
            [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5], [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68])!.Value, 1e-5);

    [Fact]
    public void What_does_not_move_goes_with_nothing()
    {
        Assert.Null(Correlation.Pearson([1, 1, 1], [1, 2, 3]));
        Assert.Null(Correlation.Spearman([1, 2, 3], [4, 4, 4]));
        Assert.Null(Correlation.Pearson([1], [2]));
        Assert.Equal(1, Correlation.Pearson([1e9, 1e9 + 1, 1e9 + 2], [2, 4, 6])!.Value, 1e-9);
        Assert.Null(Correlation.Auto([3, 3, 3], 1));
        Assert.Throws<ArgumentException>(() => Correlation.Pearson([1, 2], [1]));
    }
}
