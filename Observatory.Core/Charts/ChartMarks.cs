namespace Observatory.Core.Charts;

/// <summary>Where values lie in between, behind the series: steps, for buckets have no slopes.</summary>
public sealed record ChartBand
{
    public required string Name { get; init; }

    /// <summary>Design token.</summary>
    public required string Color { get; init; }

    /// <summary>One a bucket; null = not known there.</summary>
    public required IReadOnlyList<double?> Low { get; init; }

    public required IReadOnlyList<double?> High { get; init; }
}

/// <summary>What stands out: some buckets with a number, which the list beside the chart has too.</summary>
public sealed record ChartMark
{
    /// <summary>Place of its first bucket.</summary>
    public required int First { get; init; }

    public required int Last { get; init; }

    /// <summary>The value that it points at.</summary>
    public required double Y { get; init; }

    /// <summary><c>point|run|dead|new|open</c>: how it is drawn.</summary>
    public required string Shape { get; init; }

    /// <summary><c>low|medium|high|expected</c>.</summary>
    public required string Level { get; init; }

    public string Label { get; init; } = "";

    /// <summary>What it says when it is pointed at.</summary>
    public string Title { get; init; } = "";
}

/// <summary>A moment at which something began.</summary>
/// <param name="Index">Place of the bucket.</param>
/// <param name="Text">Two lines at most.</param>
public sealed record ChartMoment(int Index, IReadOnlyList<string> Text);
