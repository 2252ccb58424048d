namespace Observatory.Core.Time;

/// <summary>Length of a bucket of a series, in the reader's zone.</summary>
public enum Granularity
{
    Hour,
    Day,

    /// <summary>From Monday.</summary>
    Week,

    /// <summary>Of the calendar.</summary>
    Month,
}
