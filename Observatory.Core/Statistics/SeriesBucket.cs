using Observatory.Core.Time;

namespace Observatory.Core.Statistics;

/// <summary>One complete bucket of a series, an hour or a day of somebody's calendar.</summary>
/// <param name="Range">Instants.</param>
/// <param name="Date">The day that it belongs to.</param>
/// <param name="Hour">Hour of that day at which it begins, 0–23; 0 for a whole day.</param>
/// <param name="Value">Null = there is none. Of what is counted, an empty bucket is 0.</param>
/// <param name="Weight">Of a rate: what it is a share of, calls for example. Else not looked at.</param>
public sealed record SeriesBucket(TimeRange Range, DateOnly Date, int Hour, double? Value, double Weight = 0)
{
    /// <summary>Monday = 0 … Sunday = 6.</summary>
    public int Weekday => ((int)Date.DayOfWeek + 6) % 7;
}
