namespace Observatory.Core.Privacy;

/// <summary>A part of a text that must not be kept; UTF-16 units, half-open.</summary>
public readonly record struct Finding(int Start, int End, string Kind);

/// <summary>Finds what one family of secrets looks like. Stateless and thread-safe; its work grows no faster than the text.</summary>
public interface ITextRule
{
    /// <param name="text">The text as rules look at it: without colour codes and line numbers, escapes read.</param>
    /// <param name="found">Where findings are added, in any order; overlaps are joined later.</param>
    /// <param name="watch">To be asked now and then: it throws when the time is over.</param>
    void Find(ReadOnlySpan<char> text, List<Finding> found, Deadline watch);
}

/// <summary>When a text has cost too much. A rule that meets it gives up, and the text is dropped.</summary>
public readonly struct Deadline(TimeProvider clock, TimeSpan budget)
{
    private readonly long _start = clock.GetTimestamp();

    /// <exception cref="TimeoutException">The time is over.</exception>
    public void Check()
    {
        if (clock.GetElapsedTime(_start) > budget) throw new TimeoutException("The privacy rules ran out of time.");
    }
}
