using System.Globalization;
using System.Text;

namespace Observatory.Core.Privacy.Crowds;

/// <summary>What rows can be told apart by, where people are only seen in groups. The order is that of the values of a <see cref="CrowdRow"/>.</summary>
public enum CrowdDimension
{
    Project,
    Model,

    /// <summary>The whole set of sources that a row is known through, as a bit mask.</summary>
    Source,
    Tool,

    /// <summary>A calendar day of the question's zone: within a week that is a day of the week.</summary>
    Day,
}

/// <summary>Somebody has a row of these values in a week. Numbers stand for names, and 0 for none.</summary>
/// <param name="Person">0 = nobody is named: such rows count as one person.</param>
public readonly record struct CrowdRow(int Person, int Project, int Model, int Source, int Tool, int Day)
{
    public int this[CrowdDimension dimension] => dimension switch
    {
        CrowdDimension.Project => Project,
        CrowdDimension.Model => Model,
        CrowdDimension.Source => Source,
        CrowdDimension.Tool => Tool,
        _ => Day,
    };
}

/// <summary>Filters of a question: for each dimension the values that pass. Immutable.</summary>
public sealed class CrowdQuestion
{
    /// <summary>How many dimensions there are.</summary>
    private const int Dimensions = 5;

    private readonly int[]?[] _values;

    private CrowdQuestion(int[]?[] values)
    {
        _values = values;
        var key = new StringBuilder();
        for (var i = 0; i < Dimensions; i++)
        {
            if (values[i] is not { } some) continue;
            key.Append((char)('a' + i));
            foreach (var value in some) key.Append(CultureInfo.InvariantCulture, $"{value},");
        }
        Key = key.ToString();
    }

    /// <summary>Everything.</summary>
    public static CrowdQuestion All { get; } = new(new int[]?[Dimensions]);

    /// <summary>Equal for equal questions.</summary>
    public string Key { get; }

    public IEnumerable<CrowdDimension> Filtered => Enum.GetValues<CrowdDimension>().Where(d => _values[(int)d] is not null);

    public bool AsksForTools => _values[(int)CrowdDimension.Tool] is not null;

    public IReadOnlyList<int> ValuesOf(CrowdDimension dimension) => _values[(int)dimension] ?? [];

    /// <summary>With these values and no others of the dimension.</summary>
    public CrowdQuestion With(CrowdDimension dimension, params int[] values) => Replace(dimension, [.. values.Distinct().Order()]);

    /// <summary>The looser question without this filter.</summary>
    public CrowdQuestion Without(CrowdDimension dimension) => Replace(dimension, null);

    public bool Matches(in CrowdRow row)
    {
        for (var i = 0; i < Dimensions; i++)
        {
            if (_values[i] is { } some && Array.IndexOf(some, row[(CrowdDimension)i]) < 0) return false;
        }
        return true;
    }

    private CrowdQuestion Replace(CrowdDimension dimension, int[]? values)
    {
        var copy = (int[]?[])_values.Clone();
        copy[(int)dimension] = values;
        return new CrowdQuestion(copy);
    }
}
