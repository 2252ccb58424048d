using Observatory.Core.Privacy.Crowds;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Crowds;

/// <summary>How much of a bucket is shown.</summary>
internal enum Shown
{
    /// <summary>Everything of it.</summary>
    All,

    /// <summary>Some days of it are left out.</summary>
    Some,

    /// <summary>Nothing, though somebody has rows in it.</summary>
    None,
}

/// <summary>Which rows of a question are shown to somebody who sees groups only. One answer's; not thread-safe.</summary>
/// <param name="weeks">Of all that is read with it; of others nothing is shown.</param>
/// <param name="questionOf">The filters of the question as the rules of a week have them.</param>
/// <param name="people">Who is asked for by name, other people than the asker: they are no group. Null = everybody.</param>
internal sealed class CrowdMask(
    IReadOnlyDictionary<int, CrowdRules> weeks, Func<CrowdRules, CrowdQuestion> questionOf, IReadOnlySet<int>? people, TimeZoneInfo zone)
{
    private readonly Dictionary<int, Week> _weeks = [];
    private readonly BucketClock _clock = new(zone);

    /// <summary>Borders of the zone's weeks are those of UTC.</summary>
    private readonly bool _isUtc = zone.BaseUtcOffset == TimeSpan.Zero && !zone.SupportsDaylightSavingTime;

    public bool ShowsWeek(int week) => Of(week).IsShown;

    /// <param name="day">Days since 1970-01-01.</param>
    /// <param name="read">Unix quarters of an hour that are read: of a week that they cut only single days are shown, and in UTC only.</param>
    public bool ShowsDay(int day, (int Start, int End) read)
    {
        var week = CrowdWeeks.OfDay(day);
        if (!ShowsWeek(week)) return false;
        var (first, end) = (DayReader.FirstQuarter(CrowdWeeks.FirstDayOf(week)), DayReader.FirstQuarter(CrowdWeeks.FirstDayOf(week + 1)));
        if (read.Start <= first && end <= read.End) return true;
        var (start, after) = (DayReader.FirstQuarter(day), DayReader.FirstQuarter(day + 1));
        return _isUtc && read.Start <= start && after <= read.End && ShowsPoint(week, DateOf(start * BucketClock.Quarter));
    }

    /// <summary>The week of an instant is shown.</summary>
    public bool Shows(long at) => ShowsWeek(CrowdWeeks.Of(at));

    /// <summary>A row of a list counts in the week of a UTC day.</summary>
    public bool ShowsRow(int day, CrowdDimension dimension, int value)
    {
        var week = Of(CrowdWeeks.OfDay(day));
        return week.IsShown && week.Rules.Shows(week.Question.With(dimension, value));
    }

    /// <summary>A day of the zone counts in a week, as far as it lies there.</summary>
    /// <param name="date">Day number in the zone.</param>
    public bool ShowsPoint(int week, int date, CrowdDimension? dimension = null, int value = 0)
    {
        var own = Of(week);
        if (!own.IsShown) return false;
        var question = own.Question.With(CrowdDimension.Day, date);
        return own.Rules.Shows(dimension is { } by ? question.With(by, value) : question);
    }

    /// <summary>The same of an instant, by days or by weeks of UTC.</summary>
    public bool ShowsPoint(long at, Interval interval, CrowdDimension? dimension = null, int value = 0)
    {
        var week = CrowdWeeks.Of(at);
        if (!IsWhole(interval)) return ShowsPoint(week, DateOf(at), dimension, value);
        return dimension is { } by ? ShowsRow(CrowdWeeks.FirstDayOf(week), by, value) : ShowsWeek(week);
    }

    /// <summary>How much of a bucket is shown.</summary>
    /// <param name="bucket">As far as the range has it.</param>
    public Shown StateOf(TimeRange bucket, Interval interval, CrowdDimension? dimension = null, int value = 0)
    {
        if (bucket.Length == 0) return Shown.All;
        var (isSome, isHidden) = (false, false);
        for (var week = CrowdWeeks.Of(bucket.Start); week <= CrowdWeeks.Of(bucket.End - 1); week++)
        {
            var whole = CrowdWeeks.RangeOf(week);
            var part = new TimeRange(Math.Max(whole.Start, bucket.Start), Math.Min(whole.End, bucket.End));
            if (IsWhole(interval))
            {
                var isWeekShown = dimension is { } by ? ShowsRow(CrowdWeeks.FirstDayOf(week), by, value) : ShowsWeek(week);
                (isSome, isHidden) = (isSome || isWeekShown, isHidden || !isWeekShown);
                continue;
            }
            for (int date = DateOf(part.Start), last = DateOf(part.End - 1); date <= last; date++)
            {
                var isDayShown = ShowsPoint(week, date, dimension, value);
                (isSome, isHidden) = (isSome || isDayShown, isHidden || !isDayShown);
            }
        }
        return !isHidden ? Shown.All : isSome ? Shown.Some : Shown.None;
    }

    /// <summary>Values of a dimension that others have rows of in the weeks of a range, and of which none of the weeks is shown.</summary>
    public IReadOnlySet<int> Hidden(TimeRange range, CrowdDimension dimension)
    {
        var hidden = new HashSet<int>();
        var shown = new HashSet<int>();
        foreach (var (week, own) in WeeksOf(range))
        {
            foreach (var value in own.Rules.Values(dimension, own.Question))
            {
                (ShowsRow(CrowdWeeks.FirstDayOf(week), dimension, value) ? shown : hidden).Add(value);
            }
        }
        hidden.ExceptWith(shown);
        return hidden;
    }

    /// <summary>The parts of a range whose weeks are shown, in order.</summary>
    public IReadOnlyList<TimeRange> ShownOf(TimeRange range)
    {
        var parts = new List<TimeRange>();
        foreach (var (week, own) in WeeksOf(range))
        {
            if (!own.IsShown) continue;
            var whole = CrowdWeeks.RangeOf(week);
            var part = new TimeRange(Math.Max(whole.Start, range.Start), Math.Min(whole.End, range.End));
            if (parts.Count > 0 && parts[^1].End == part.Start) parts[^1] = parts[^1] with { End = part.End };
            else parts.Add(part);
        }
        return parts;
    }

    public CrowdVerdict Judge(TimeRange range)
    {
        var withheld = new List<DateOnly>();
        var isLeft = false;
        foreach (var (week, own) in WeeksOf(range))
        {
            if (!own.IsShown) withheld.Add(CrowdWeeks.MondayOf(week));
            else if (own.Rules.People(own.Question) > 0 || people is null && own.Rules.HasOwn(own.Question)) isLeft = true;
        }
        return new CrowdVerdict(withheld, withheld.Count > 0 && !isLeft);
    }

    /// <summary>Some week of the range is left out, and in the others nobody has rows.</summary>
    public bool IsNothingLeft(TimeRange range) => Judge(range).IsNothingLeft;

    private IEnumerable<(int Number, Week Week)> WeeksOf(TimeRange range)
    {
        if (range.Length == 0) yield break;
        for (var week = CrowdWeeks.Of(range.Start); week <= CrowdWeeks.Of(range.End - 1); week++) yield return (week, Of(week));
    }

    private bool IsWhole(Interval interval) => interval == Interval.Week && _isUtc;

    private int DateOf(long at) => _clock.DateOf(at).DayNumber;

    private Week Of(int number)
    {
        if (_weeks.TryGetValue(number, out var known)) return known;
        if (!weeks.TryGetValue(number, out var rules)) return _weeks[number] = new Week(CrowdRules.Empty, CrowdQuestion.All, false);
        var question = questionOf(rules);
        // Whoever is asked for by name is no group, however many they are: who is left of the others would be one.
        var isShown = people is null ? rules.Shows(question) : !rules.HasAnyOf(people, question);
        return _weeks[number] = new Week(rules, question, isShown);
    }

    private sealed record Week(CrowdRules Rules, CrowdQuestion Question, bool IsShown);
}
