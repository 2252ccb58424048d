using Observatory.Core.Statistics.Anomalies;
using Observatory.Core.Storage.Readers;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Analysis;

/// <summary>What readers expect, as it stands while one answer is made.</summary>
internal sealed class Expectations
{
    private readonly Dictionary<string, AnomalyMark> _marks;
    private readonly List<(AnomalyId Id, string Series, AnomalyMark Mark)> _hours = [];
    private readonly List<(AnomalyId Id, string Series)> _days = [];
    private readonly List<TimeRange> _off = [];

    private Expectations(IReadOnlyList<AnomalyMark> marks, IReadOnlyList<DayOff> days)
    {
        _marks = marks.GroupBy(m => m.AnomalyId, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        foreach (var mark in _marks.Values)
        {
            if (AnomalyId.Parse(mark.AnomalyId) is not { } id) continue;
            if (mark.Expected == Expectation.ThisHour) _hours.Add((id, SeriesOf(id), mark));
            if (mark.Expected == Expectation.DayOff) _days.Add((id, SeriesOf(id)));
        }
        foreach (var day in days)
        {
            if (!TimeZoneInfo.TryFindSystemTimeZoneById(day.Zone, out var zone)) continue;
            var clock = new BucketClock(zone);
            _off.Add(new TimeRange(clock.DayStart(day.Date), clock.DayStart(day.Date.AddDays(1))));
        }
    }

    public static async Task<Expectations> LoadAsync(IAnomalyMarks marks, IDaysOff days, CancellationToken cancel) =>
        new(await marks.ListAsync(cancel).ConfigureAwait(false), await days.ListAsync(cancel).ConfigureAwait(false));

    /// <summary>Days of the reader's zone on which nobody is expected: those that a day off lies in with its middle.</summary>
    public IReadOnlySet<DateOnly> DaysOff(BucketClock clock) => _off.Select(o => clock.DateOf(o.Start + o.Length / 2)).ToHashSet();

    /// <summary>Of these, days that became one by something unusual in this series itself: that is still told, as expected.</summary>
    public IReadOnlySet<DateOnly> OwnDaysOff(string metric, MetricsFilter filter, BucketClock clock)
    {
        var series = SeriesOf(new AnomalyId(metric, filter, default, 0));
        return _days.Where(d => d.Series == series).Select(d => clock.DateOf(d.Id.Start)).ToHashSet();
    }

    /// <summary>A reader told this one himself.</summary>
    public bool Tells(AnomalyId id) => _marks.ContainsKey(id.ToString());

    /// <summary>Null = nobody expects it.</summary>
    /// <param name="buckets">Hours or days that it is made of.</param>
    /// <param name="hourly">They are hours.</param>
    public AnomalyMark? Of(AnomalyId id, IEnumerable<(DateOnly Date, int Hour)> buckets, bool hourly, BucketClock clock)
    {
        if (_marks.TryGetValue(id.ToString(), out var own)) return own;
        var series = SeriesOf(id);
        var all = buckets.ToList();
        foreach (var (known, knownSeries, mark) in _hours)
        {
            if (knownSeries != series || SideOf(known.Kind) != SideOf(id.Kind)) continue;
            var (weekday, hour) = (clock.DateOf(known.Start).DayOfWeek, clock.HourOf(known.Start));
            if (all.Exists(b => b.Date.DayOfWeek == weekday && (!hourly || b.Hour == hour))) return mark;
        }
        return null;
    }

    /// <summary>What is too much is no answer to what is too little.</summary>
    private static int SideOf(AnomalyKind kind) => kind switch
    {
        AnomalyKind.Spike or AnomalyKind.Run => 1,
        AnomalyKind.Dip or AnomalyKind.Dead => -1,
        _ => 2 + (int)kind,
    };

    private static string SeriesOf(AnomalyId id) => new AnomalyId(id.Metric, AnomalyId.Ordered(id.Filter), default, 0).ToString();
}
