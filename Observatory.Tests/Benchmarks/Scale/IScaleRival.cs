using Observatory.Core.Time;

namespace Observatory.Tests.Benchmarks.Scale;

/// <summary>Another engine that finds the same figures in plain rows of the same events.</summary>
internal interface IScaleRival : IDisposable
{
    string Name { get; }

    void Fill(ScaleLoad load);

    /// <summary>All figures of a dashboard, one statement after the other; ms.</summary>
    /// <param name="offset">Of the zone from UTC, ms.</param>
    /// <returns>Milliseconds, and the messages and tokens that it found.</returns>
    (double Ms, long Messages, long Tokens) Dashboard(TimeRange range, long offset);
}

internal static class ScaleRivals
{
    /// <summary>Null where the program was built without it.</summary>
    public static IScaleRival? Find() =>
        Type.GetType("Observatory.Tests.Benchmarks.Scale.DuckDbRival") is { } type ? (IScaleRival)Activator.CreateInstance(type)! : null;
}
