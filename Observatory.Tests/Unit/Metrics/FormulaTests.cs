using Observatory.Core.Metrics;
using Xunit;

namespace Observatory.Tests.Unit.Metrics;

public sealed class FormulaTests
{
    [Theory]
    [InlineData("A / B", 4)]
    [InlineData("a÷b", 4)]
    [InlineData("100 * (A − B) / A", 75)]
    [InlineData("A - B - 1", 5)]
    [InlineData("A - (B - 1)", 7)]
    [InlineData("-B + A × 2", 14)]
    [InlineData("A / B / 2", 2)]
    [InlineData("2 + 3 * 4", 14)]
    [InlineData("((A))", 8)]
    [InlineData("0.5*A", 4)]
    public void Formulas_are_what_they_say(string text, double expected)
    {
        Assert.Equal(expected, Formula.Parse(text, 2, out var problem)!.Of(8, 2)!.Value, 1e-12);
        Assert.Null(problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData("A /")]
    [InlineData("(A")]
    [InlineData("A)")]
    [InlineData("A B")]
    [InlineData("C")]
    [InlineData("1.2.3")]
    [InlineData("A + x'")]
    [InlineData("((((((((((((((((((((((((((((((((((A))))))))))))))))))))))))))))))))))")]
    public void What_is_no_formula_says_why(string text)
    {
        Assert.Null(Formula.Parse(text, 2, out var problem));
        Assert.NotEmpty(problem!);
    }

    [Fact]
    public void Nothing_divides_nothing_and_what_is_missing_stays_missing()
    {
        var share = Formula.Parse("A / B", 2, out _)!;
        Assert.Null(share.Of(1, 0));
        Assert.Null(share.Of(null, 2));
        Assert.Null(share.Of(1, null));
        Assert.Equal(['A', 'B'], share.Letters.Order());
    }
}
