using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Statistics;
using Observatory.Core.Statistics.Anomalies;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Analysis;

internal sealed partial class AnalysisCalculator
{
    private const int HistoryDays = UsualProfile.LongestHistory + 1;

    /// <summary>How far back the first value is looked for.</summary>
    private const int OldestDays = 400;
    private const int ForecastHours = 48;
    private const int ForecastDays = 7;
    private const int FewestDays = UsualProfile.FewestDays;

    public async Task<TrendFigures> GetTrendsAsync(AnalysisQuery query, CancellationToken cancel = default)
    {
        var expected = await Expectations.LoadAsync(marks, daysOff, cancel).ConfigureAwait(false);
        var known = await JudgedAsync(query, query.Range, expected, cancel).ConfigureAwait(false);
        var metric = known.Loaded.Metric;
        var isEmpty = known.FirstDay is null || !HasValue(known, query.Range);
        var status = isEmpty ? SeriesStatus.Empty : known.CompleteDays < FewestDays ? SeriesStatus.Learning : SeriesStatus.Ok;
        var needed = known.CompleteDays < FewestDays ? FewestDays : StatisticalAnalyzer.TrendDays;
        if (status == SeriesStatus.Empty || known.Series is not { } series)
        {
            return new TrendFigures(metric, SeriesStatus.Empty, known.CompleteDays, needed, TrendDirection.Stable, null, [], [], [], []);
        }
        var days = new BucketClock(query.Zone);
        var analysis = StatisticalAnalyzer.AnalyzeTrend(new TrendQuestion
        {
            Series = series, From = query.Range.Start, To = query.Range.End, Days = DaysOf(known, query, days),
            IsOldEnough = known.CompleteDays >= StatisticalAnalyzer.TrendDays,
        });
        var forecast = known.CompleteDays >= StatisticalAnalyzer.TrendDays
            ? await ForecastAsync(query, known, analysis.Growth, expected, cancel).ConfigureAwait(false) : [];
        var episodes = analysis.Anomalies.Concat(OnOwnDaysOff(query, known, expected)).Where(e => series.Buckets[e.First].Range.Start < query.Range.End);
        var anomalies = await DescribeAsync(query, known, episodes.OrderBy(e => e.First), expected, cancel).ConfigureAwait(false);
        var news = await NewValuesAsync(query, known, expected, cancel).ConfigureAwait(false);
        return new TrendFigures(
            metric, status, known.CompleteDays, needed, analysis.Direction, analysis.Trend, analysis.Seasonality,
            [.. anomalies.Concat(news).OrderBy(a => a.Start)],
            [.. analysis.ChangePoints.Select(c => new ChangeFigures(DateTimeOffset.FromUnixTimeMilliseconds(days.DayStart(c.Date)), c.Before, c.After))],
            forecast);
    }

    /// <summary>A series with what its judges want to know.</summary>
    /// <param name="FirstDay">Of its first value; null = there never was one.</param>
    /// <param name="Series">Null where there is nothing to judge.</param>
    private sealed record Judged(LoadedSeries Loaded, DateOnly? FirstDay, int CompleteDays, SeriesToJudge? Series);

    private async Task<Judged> JudgedAsync(AnalysisQuery query, TimeRange range, Expectations expected, CancellationToken cancel)
    {
        var days = new BucketClock(query.Zone);
        var start = days.DayStart(days.DateOf(range.Start).AddDays(-HistoryDays));
        // What comes next is told from the last weeks, also where the range ended before.
        var end = Math.Max(range.End, Math.Min(_loader.Now, range.End + HistoryDays * BucketClock.Day));
        var loaded = await _loader.LoadAsync(query, new TimeRange(start, end), cancel).ConfigureAwait(false);
        var first = loaded.Buckets.FirstOrDefault(b => IsValue(loaded, b))?.Date;
        if (first is null || first.Value.DayNumber - days.DateOf(start).DayNumber < FewestDays)
        {
            var older = new TimeRange(days.DayStart(days.DateOf(start).AddDays(-OldestDays)), start);
            first = await _loader.FirstDayAsync(query, older, cancel).ConfigureAwait(false) ?? first;
        }
        var lastComplete = days.DateOf(_loader.Now - CompleteBuckets.Lateness(Interval.Day)).AddDays(-1);
        if (first is null) return new Judged(loaded, null, 0, null);
        var complete = Math.Max(0, lastComplete.DayNumber - first.Value.DayNumber + 1);
        return new Judged(loaded, first, complete, ToJudge(query, loaded, first.Value, lastComplete.AddDays(1), expected.DaysOff(days)));
    }

    private static SeriesToJudge? ToJudge(
        AnalysisQuery query, LoadedSeries loaded, DateOnly first, DateOnly openFrom, IReadOnlySet<DateOnly> off)
    {
        var buckets = loaded.Buckets.Where(b => b.Date >= first).ToList();
        // Values below 0 are no counts and no amounts: of them nothing is known that could be unusual.
        if (buckets.Count == 0 || buckets.Exists(b => b.Value < 0)) return null;
        return new SeriesToJudge
        {
            Buckets = buckets, Hourly = query.Interval == Interval.Hour, Kind = loaded.Kind, FirstDay = first, OpenFrom = openFrom,
            Floor = loaded.Metric.Unit == Units.Usd ? 1 : null, DaysOff = off,
        };
    }

    private static bool HasValue(Judged known, TimeRange range) =>
        known.Loaded.Buckets.Any(b => b.Range.End > range.Start && b.Range.Start < range.End && IsValue(known.Loaded, b));

    private static bool IsValue(LoadedSeries series, SeriesBucket bucket) => series.IsAdditive ? bucket.Value is not 0 : bucket.Value is not null;

    /// <summary>Complete days of the range since the first value, on the scale of a bucket.</summary>
    private static List<(DateOnly, double)> DaysOf(Judged known, AnalysisQuery query, BucketClock clock)
    {
        var (series, range) = (known.Series!, query.Range);
        bool Counts(DateOnly date) => date >= series.FirstDay && date < series.OpenFrom
            && clock.DayStart(date) >= range.Start && clock.DayStart(date.AddDays(1)) <= range.End;
        if (known.Loaded.Days.Count > 0) return [.. known.Loaded.Days.Where(d => d.Value is not null && Counts(d.Date)).Select(d => (d.Date, d.Value!.Value))];
        return [.. series.Buckets.Where(b => b.Value is not null).GroupBy(b => b.Date).Where(d => Counts(d.Key))
            .Select(d => (d.Key, d.Average(b => b.Value!.Value)))];
    }

    private async Task<IReadOnlyList<ForecastFigures>> ForecastAsync(
        AnalysisQuery query, Judged known, double growth, Expectations expected, CancellationToken cancel)
    {
        var now = _loader.Now;
        var series = known.Series!;
        var clock = new BucketClock(query.Zone);
        var start = clock.BucketStart(now - CompleteBuckets.Lateness(query.Interval), query.Interval);
        if (series.Buckets[^1].Range.End < start)
        {
            // The range ended long ago: the last weeks have to be read for themselves.
            var recent = await JudgedAsync(query, new TimeRange(now - BucketClock.Day, now), expected, cancel).ConfigureAwait(false);
            if (recent.Series is null) return [];
            (series, growth) = (recent.Series, 0);
        }
        var isHourly = query.Interval == Interval.Hour;
        var end = isHourly ? start + ForecastHours * BucketClock.Hour : clock.DayStart(clock.DateOf(start).AddDays(ForecastDays));
        var future = clock.Buckets(new TimeRange(start, end), query.Interval)
            .Select(b => new SeriesBucket(b, clock.DateOf(b.Start), isHourly ? clock.HourOf(b.Start) : 0, null)).ToList();
        return [.. Forecast.Of(series, future, growth).Select(p => new ForecastFigures(p.Bucket.Range.StartTime, p.Value, p.Low, p.High))];
    }
}
