namespace Observatory.Core.Statistics.Anomalies;

/// <summary>
/// What is unusual in a series, rung by rung: nothing below seven complete days; then by hour and kind of day; from three weeks by hour of the week.
/// Every bucket is judged by the eight weeks before it and by nothing else, so that the same episode is found whatever range is looked at.
/// </summary>
public static class AnomalyLadder
{
    /// <summary>Days.</summary>
    private const int Memory = 10;

    /// <summary>So many times the new level is more than the level tells.</summary>
    private const double Beyond = 1.5;

    /// <summary>What little history calls unlikely has to be this much less so.</summary>
    private const double LowerRung = 0.6;

    /// <summary>Episodes that reach behind the instant, in order of time.</summary>
    /// <param name="from">Unix ms: what ends before it is not judged.</param>
    public static IReadOnlyList<Episode> Judge(SeriesToJudge series, long from, Thresholds? thresholds = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        var levels = thresholds ?? Thresholds.Default;
        var grid = new DayGrid(series);
        if (!grid.IsAdditive) return ShareJudge.Judge(grid, from, levels);
        var episodes = new List<Episode>();
        var known = new List<DateOnly>();
        var isFirst = true;
        for (var d = 0; d < grid.Days.Count; d++)
        {
            var day = grid.Days[d];
            if (series.Buckets[day.Last].Range.End <= from) continue;
            // A new level that was known before is no news; on some days it shows less clearly than on others.
            for (var past = Math.Max(0, d - Memory); isFirst && past < d; past++) Note(known, ShiftOf(HistoryOf(grid, past)), HistoryOf(grid, past));
            isFirst = false;
            var history = HistoryOf(grid, d);
            var shift = ShiftOf(history);
            if (history.Count >= UsualProfile.FewestDays)
            {
                var scale = history.Select((_, i) => shift is not null && i < shift.Start ? shift.Ratio : 1).ToArray();
                var usual = UsualProfile.Of(history, scale, series.Kind, history.Count >= UsualProfile.WeekDays);
                if (!day.IsOff) episodes.AddRange(EpisodesOf(grid, day, usual, history.Count >= UsualProfile.WeekDays ? levels : levels.Times(LowerRung)));
                if (Note(known, shift, history)) Add(episodes, grid, history, shift!, usual);
            }
        }
        return [.. episodes.Where(e => series.Buckets[e.Last].Range.End > from).OrderBy(e => e.First)];
    }

    /// <summary>What is usual for each bucket that reaches behind the instant, where there is history enough: as it is judged.</summary>
    /// <param name="from">Unix ms.</param>
    public static IReadOnlyList<UsualBucket> Band(SeriesToJudge series, long from)
    {
        ArgumentNullException.ThrowIfNull(series);
        var grid = new DayGrid(series);
        var band = new List<UsualBucket>();
        for (var d = 0; d < grid.Days.Count; d++)
        {
            var day = grid.Days[d];
            if (series.Buckets[day.Last].Range.End <= from) continue;
            var history = HistoryOf(grid, d);
            if (history.Count < UsualProfile.FewestDays) continue;
            if (!grid.IsAdditive)
            {
                band.AddRange(ShareJudge.Band(grid, day, history));
                continue;
            }
            var shift = ShiftOf(history);
            var scale = history.Select((_, i) => shift is not null && i < shift.Start ? shift.Ratio : 1).ToArray();
            var usual = UsualProfile.Of(history, scale, series.Kind, history.Count >= UsualProfile.WeekDays);
            var judge = new CountJudge(grid, day, usual, Thresholds.Default);
            for (var i = day.First; i <= day.Last; i++)
            {
                var (mean, hourly, doubt) = judge.Over(i - day.First, i - day.First);
                var shape = 1 / (1 / hourly + doubt);
                band.Add(new UsualBucket(
                    i, mean * usual.Unit, CountModel.Quantile(0.025, mean, shape) * usual.Unit, CountModel.Quantile(0.975, mean, shape) * usual.Unit));
            }
        }
        return band;
    }

    /// <summary>Complete working days before one, eight weeks at most.</summary>
    internal static List<GridDay> HistoryOf(DayGrid grid, int day)
    {
        var history = new List<GridDay>();
        var oldest = grid.Days[day].Date.AddDays(-UsualProfile.LongestHistory);
        for (var d = 0; d < day; d++)
        {
            var past = grid.Days[d];
            if (past.Date >= grid.Series.FirstDay && past.Date >= oldest && !past.IsOff && !past.IsOpen) history.Add(past);
        }
        return history;
    }

    private static LevelShift? ShiftOf(List<GridDay> history) => history.Count < UsualProfile.FewestDays ? null : LevelShift.Find(history);

    /// <summary>False = there is none, or it is known.</summary>
    private static bool Note(List<DateOnly> known, LevelShift? shift, List<GridDay> history)
    {
        if (shift is null) return false;
        var start = history[shift.Start].Date;
        var isNews = !known.Exists(k => Math.Abs(k.DayNumber - start.DayNumber) <= Memory);
        known.Add(start);
        return isNews;
    }

    private static IEnumerable<Episode> EpisodesOf(DayGrid grid, GridDay day, UsualProfile usual, Thresholds levels)
    {
        var judge = new CountJudge(grid, day, usual, levels);
        var flags = judge.Judge();
        foreach (var isHigh in new[] { true, false })
        {
            var own = flags.Where(f => f.IsHigh == isHigh).OrderBy(f => f.First).ToList();
            // A day that is low as a whole is one thing, whatever is between.
            var gap = own.Exists(f => f.IsDay && !f.IsHigh) ? int.MaxValue / 2 : 2;
            for (var i = 0; i < own.Count;)
            {
                var (first, last, least) = (own[i].First, own[i].Last, own[i].Probability);
                for (i++; i < own.Count && own[i].First <= last + gap; i++) (last, least) = (Math.Max(last, own[i].Last), Math.Min(least, own[i].Probability));
                yield return Describe(grid, day, judge, usual, first, last, isHigh, least);
            }
        }
    }

    private static Episode Describe(DayGrid grid, GridDay day, CountJudge judge, UsualProfile usual, int first, int last, bool isHigh, double probability)
    {
        var (mean, hourly, doubt) = judge.Over(first - day.First, last - day.First);
        var shape = 1 / (1 / hourly + doubt);
        var value = Enumerable.Range(first, last - first + 1).Sum(grid.Value);
        var kind = isHigh ? first == last ? AnomalyKind.Spike : AnomalyKind.Run
            : value <= CountJudge.DeadShare * mean * usual.Unit && (grid.Hours == 1 || last - first >= 5) ? AnomalyKind.Dead : AnomalyKind.Dip;
        return new Episode(
            first, last, kind, Thresholds.SeverityOf(probability), value, mean * usual.Unit, CountModel.Quantile(0.025, mean, shape) * usual.Unit,
            CountModel.Quantile(0.975, mean, shape) * usual.Unit, probability, usual.Days);
    }

    /// <summary>The new level is one episode; what its days were called before it was known is a part of it.</summary>
    private static void Add(List<Episode> episodes, DayGrid grid, IReadOnlyList<GridDay> history, LevelShift shift, UsualProfile usual)
    {
        var days = history.Skip(shift.Start).ToList();
        var (first, last) = (days[0].First, days[^1].Last);
        var isHigh = shift.Ratio > 1;
        var value = days.Sum(d => d.Total);
        var expected = shift.Expected;
        if (Math.Abs(value - expected) < (grid.Series.Floor ?? Thresholds.Pieces * usual.Unit)) return;
        // What stands out from the new level too stays for itself.
        episodes.RemoveAll(e => e.First >= first && e.Last <= last && e.Kind is not AnomalyKind.LevelShift && e.Value > e.Usual == isHigh
            && (!isHigh || e.Value <= Beyond * shift.Ratio * e.Usual));
        var spread = usual.Daily > 0 ? usual.Daily : usual.Hourly;
        var shape = days.Count / spread;
        episodes.Add(new Episode(
            first, last, AnomalyKind.LevelShift, Thresholds.SeverityOf(shift.Probability), value, expected,
            CountModel.Quantile(0.025, expected / usual.Unit, shape) * usual.Unit, CountModel.Quantile(0.975, expected / usual.Unit, shape) * usual.Unit,
            shift.Probability, usual.Days));
    }
}
