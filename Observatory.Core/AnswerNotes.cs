namespace Observatory.Core;

/// <summary>What else there is to say of the answers that one request or circuit was given. Thread-safe.</summary>
public sealed class AnswerNotes
{
    private readonly Lock _gate = new();
    private readonly SortedSet<DateOnly> _withheld = [];
    private Time.TimeRange? _range;

    /// <summary>The range that was answered, where it is not the one that was asked for.</summary>
    public Time.TimeRange? Range
    {
        get { lock (_gate) return _range; }
    }

    /// <summary>Mondays of the UTC weeks that were left out, in order.</summary>
    public IReadOnlyList<DateOnly> Withheld
    {
        get { lock (_gate) return [.. _withheld]; }
    }

    internal void Snapped(Time.TimeRange range)
    {
        lock (_gate) _range = range;
    }

    internal void LeftOut(IEnumerable<DateOnly> mondays)
    {
        lock (_gate) _withheld.UnionWith(mondays);
    }
}

/// <summary>There is something, and it is of too few people: nothing of it is shown.</summary>
public sealed class WithheldException() : Exception("Too few people: this is not shown.");

/// <summary>A filter names somebody whom the asker does not see by this name.</summary>
public sealed class UnknownUserException() : Exception("There is no user of this id.");
