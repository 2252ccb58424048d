using System.Globalization;

namespace Observatory.Core.Presentation;

/// <summary>How a reader's numbers are punctuated; what draws in the browser gets it from here, so that both write alike.</summary>
/// <param name="Point">Between whole and fraction.</param>
/// <param name="Group">Between groups of digits.</param>
/// <param name="Sizes">Digits of a group from the right, the last repeats; 0 = no further groups.</param>
/// <param name="Minus">Before what is below zero.</param>
public sealed record NumberMarks(string Point, string Group, IReadOnlyList<int> Sizes, string Minus)
{
    public static NumberMarks Of(CultureInfo culture) => new(
        culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator,
        [.. culture.NumberFormat.NumberGroupSizes.DefaultIfEmpty(0)], culture.NumberFormat.NegativeSign);

    /// <summary>
    /// .NET writes Latin digits in every culture. Where a culture has digits of its own, its marks belong to those: Latin digits get the marks
    /// that they have there (<c>6.05</c>, not <c>6٫05</c>).
    /// </summary>
    public static CultureInfo ForLatinDigits(CultureInfo culture)
    {
        if (culture.NumberFormat.NativeDigits[0] == "0") return culture;
        var latin = (CultureInfo)culture.Clone();
        var numbers = latin.NumberFormat;
        (numbers.NumberDecimalSeparator, numbers.NumberGroupSeparator, numbers.NegativeSign) = (".", ",", "-");
        return latin;
    }
}
