using System.Globalization;

namespace Observatory.Core.Pricing;

/// <summary>What the version of a model says of its tokens.</summary>
public static class ModelAge
{
    private static readonly (int Major, int Minor) s_since = (4, 7);

    /// <summary>From 4.7 on one text is about 30 % more tokens; false where the id has no version.</summary>
    public static bool MakesMoreTokens(string model)
    {
        var numbers = ModelId.Normalize(model).Split('-').Where(p => p.Length <= 2 && p.All(char.IsAsciiDigit)).Take(2)
            .Select(p => int.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        if (numbers.Length == 0) return false;
        return (numbers[0], numbers.Length > 1 ? numbers[1] : 0).CompareTo(s_since) >= 0;
    }
}
