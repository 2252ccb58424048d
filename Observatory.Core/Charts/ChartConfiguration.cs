namespace Observatory.Core.Charts;

/// <summary>
/// A chart as data: pages, mail and PDF draw the same one, each in its own way. It holds no markup, no formatted numbers and no colour
/// values: numbers have a unit, colours have the name of a design token (<c>s-input</c>, <c>c-3</c>).
/// </summary>
public sealed record ChartConfiguration
{
    /// <summary>The question that the chart answers.</summary>
    public required string Title { get; init; }

    /// <summary><c>bar|line|area|scatter|heatmap</c>; a series may say otherwise for itself.</summary>
    public required string Type { get; init; }

    /// <summary>In stacking order, from the base.</summary>
    public required IReadOnlyList<ChartSeries> Series { get; init; }

    public required ChartAxis XAxis { get; init; }

    public required ChartAxis YAxis { get; init; }

    public ChartOptions Options { get; init; } = new();

    /// <summary>Behind the series.</summary>
    public IReadOnlyList<ChartBand> Bands { get; init; } = [];

    /// <summary>In front of them.</summary>
    public IReadOnlyList<ChartMark> Marks { get; init; } = [];

    public IReadOnlyList<ChartMoment> Moments { get; init; } = [];

    /// <summary>True where no series has a value above zero.</summary>
    public bool IsEmpty => !Series.Any(s => s.Data.Any(p => p.Y is not null and not 0));
}

public sealed record ChartSeries
{
    public required string Name { get; init; }
    public required IReadOnlyList<ChartPoint> Data { get; init; }
    /// <summary>Name of a design token.</summary>
    public string? Color { get; init; }
    public string? Type { get; init; }
    /// <summary>Holds the period before: drawn as a thin line, in no sum, under its own date in the tooltip.</summary>
    public bool Comparison { get; init; }
    /// <summary>What is not there yet: a forecast.</summary>
    public bool Dashed { get; init; }
}

/// <param name="X">Unix ms of a bucket's start, a number, or a category.</param>
/// <param name="Y">Null = a gap.</param>
public sealed record ChartPoint(object X, double? Y)
{
    public string? Label { get; init; }
    public string? Color { get; init; }
    public ChartPointMetadata? Metadata { get; init; }
}

/// <param name="Start">Unix ms.</param>
/// <param name="End">Unix ms, exclusive.</param>
/// <param name="Partial">The bucket is still running or cut by the range.</param>
public sealed record ChartPointMetadata(long Start, long End, bool Partial);

public sealed record ChartAxis
{
    /// <summary><c>datetime|category|numeric</c>.</summary>
    public required string Type { get; init; }
    /// <summary>Unit in words, "tokens per day".</summary>
    public string? Title { get; init; }
    /// <summary>How to write its numbers: see <see cref="ChartUnits"/>.</summary>
    public string Unit { get; init; } = ChartUnits.Count;
}

public static class ChartUnits
{
    public const string Count = "count";
    public const string Usd = "usd";
    public const string Seconds = "seconds";
    public const string Milliseconds = "ms";
    /// <summary>0–100.</summary>
    public const string Percent = "percent";
}

public sealed record ChartOptions
{
    public bool Stacked { get; init; }
    /// <summary>IANA zone of the buckets.</summary>
    public string? Zone { get; init; }
    /// <summary><c>1m|1h|1d|1w|1M</c> on a time axis.</summary>
    public string? Interval { get; init; }
    /// <summary>The last bucket still runs.</summary>
    public bool Running { get; init; }
    /// <summary>Index of the point that the page shows in detail; it stands on a quiet band.</summary>
    public int? Selected { get; init; }
}
