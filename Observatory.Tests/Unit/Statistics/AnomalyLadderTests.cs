using Observatory.Core.Statistics;
using Observatory.Core.Statistics.Anomalies;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Statistics;

/// <summary>The planted benchmark in its short form (long: <c>bench anomalies</c>), and single cases of the ladder.</summary>
public sealed class AnomalyLadderTests
{
    private const int Seeds = 40;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public void What_was_planted_is_found_and_clean_days_are_quiet(int weeks)
    {
        PlantedScore[] scores = [PlantedScore.Of(PlantedScore.Ladder, Seeds, 3, weeks), PlantedScore.Of(PlantedScore.Ladder, Seeds, 30, weeks)];
        // Of 40 series each; the long form holds the figures themselves.
        Assert.All(scores, s => Assert.InRange(s.AlarmDays, 0, 0.6));
        Assert.All(scores, s => Assert.True(s.Found["night"] >= 0.95 && s.Found["dead"] >= 0.95));
        if (weeks < 3) return;
        Assert.InRange(scores.Average(s => s.Found["spike"]), 0.85, 1);
        Assert.InRange(scores.Average(s => s.Found["run"]), 0.78, 1);
    }

    [Fact]
    public void Days_of_tokens_alarm_where_they_are_wild_and_else_seldom()
    {
        const int judged = 14, history = 42;
        var (found, alarms) = (0, 0);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            var days = new double[history + judged];
            for (var d = 0; d < days.Length; d++) days[d] = (d % 7 >= 5 ? 4e6 : 4e7) * MathNet.Numerics.Distributions.Gamma.Sample(random, 12, 12);
            var from = PlantedSeries.StartOf(history * 24);
            alarms += AnomalyLadder.Judge(PlantedSeries.OfDays(days, SeriesKind.Amount), from).Sum(e => e.Last - e.First + 1);
            days[history + 2] *= 3;
            found += AnomalyLadder.Judge(PlantedSeries.OfDays(days, SeriesKind.Amount), from).Any(e => e.First <= history + 2 && e.Last >= history + 2) ? 1 : 0;
        }
        Assert.InRange((double)alarms / Seeds, 0, 0.5);
        Assert.InRange((double)found / Seeds, 0.8, 1);
    }

    [Fact]
    public void What_is_usual_of_a_bucket_is_what_it_is_judged_by()
    {
        var series = PlantedSeries.OfHours(Office(35), SeriesKind.Count);
        var band = AnomalyLadder.Band(series, PlantedSeries.StartOf(28 * 24));
        Assert.Equal(Enumerable.Range(28 * 24, 7 * 24), band.Select(b => b.Bucket));
        Assert.All(band, b => Assert.True(b.Low <= b.Usual && b.Usual <= b.High + 1e-9 && b.Low >= 0));
        // Next to nothing at night, and around what is there by day.
        Assert.True(band[3].Usual < 1 && band[3].High <= 1);
        var there = band.Average(b => series.Buckets[b.Bucket].Value!.Value);
        Assert.Equal(there, band.Average(b => b.Usual), 0.3 * there);
        // Below seven days nobody knows.
        Assert.Empty(AnomalyLadder.Band(PlantedSeries.OfHours(Office(7), SeriesKind.Count), PlantedSeries.StartOf(0)));
    }

    [Fact]
    public void Below_seven_days_there_is_no_verdict()
    {
        var values = Office(7);
        values[6 * 24 + 3] = 500;
        Assert.Empty(Judge(values));
        values = Office(8);
        values[7 * 24 + 3] = 500;
        var burst = Assert.Single(Judge(values));
        Assert.Equal((AnomalyKind.Spike, AnomalySeverity.High, 500.0, 7), (burst.Kind, burst.Severity, burst.Value, burst.HistoryDays));
    }

    [Fact]
    public void A_burst_where_nothing_ever_was_is_found_in_zeros()
    {
        var values = new double[28 * 24];
        for (var day = 0; day < 28; day++) values[day * 24 + 10] = 3;
        values[27 * 24 + 3] = 6;
        Assert.Equal([27 * 24 + 3], Judge(values).Select(e => e.First));
        Assert.Empty(Judge(new double[28 * 24]));
        Assert.Empty(Judge([.. Enumerable.Repeat(4.0, 28 * 24)]));
    }

    [Fact]
    public void Small_changes_are_no_anomalies_however_unlikely()
    {
        // Four more where none are: below the floor. A third more where hundreds are: below the share.
        var values = new double[28 * 24];
        values[27 * 24 + 3] = 4;
        Assert.Empty(Judge(values));
        values = [.. Enumerable.Repeat(1000.0, 28 * 24)];
        values[27 * 24 + 3] = 1400;
        Assert.Empty(Judge(values));
    }

    [Fact]
    public void A_new_level_is_said_once_and_then_usual()
    {
        double[] values = [.. Office(70)[..(35 * 24)], .. PlantedSeries.Make(70, 30, 10, planted: false).Values[(35 * 24)..(70 * 24)]];
        var episodes = AnomalyLadder.Judge(PlantedSeries.OfHours(values, SeriesKind.Count), PlantedSeries.StartOf(21 * 24));
        var shift = Assert.Single(episodes, e => e.Kind == AnomalyKind.LevelShift);
        Assert.InRange(shift.First, 34 * 24, 36 * 24);
        Assert.InRange(shift.Value / shift.Usual, 2, 4);
        // Without it every one of the days would be an alarm.
        Assert.InRange(episodes.Count(e => e.First > 45 * 24), 0, 2);
    }

    [Theory]
    [InlineData(SeriesKind.Count)]
    [InlineData(SeriesKind.Amount)]
    public void What_ends_for_good_has_figures_that_are_numbers(SeriesKind kind)
    {
        double[] values = [25, 38, 28, 20, 3, 32, 23, 17, 23, 12, 38, 9, .. new double[20]];
        var episodes = AnomalyLadder.Judge(PlantedSeries.OfDays(values, kind), 0);
        Assert.Contains(episodes, e => e.Value == 0 && e.Usual > 20);
        Assert.All(episodes, e => Assert.True(double.IsFinite(e.Probability + e.Value + e.Usual + e.Low + e.High), $"{e}"));
    }

    [Fact]
    public void An_episode_is_the_same_whatever_range_is_looked_at()
    {
        var planted = PlantedSeries.Make(7, 30, 10, planted: true);
        var series = planted.ToJudge();
        var all = AnomalyLadder.Judge(series, PlantedSeries.StartOf(planted.History));
        Assert.NotEmpty(all);
        var later = series with { Buckets = [.. series.Buckets.Skip(planted.History - 57 * 24)] };
        var again = AnomalyLadder.Judge(later, PlantedSeries.StartOf(planted.History));
        Assert.Equal(all.Select(e => (series.Buckets[e.First].Range, e.Probability)), again.Select(e => (later.Buckets[e.First].Range, e.Probability)));
    }

    [Fact]
    public void Amounts_are_judged_in_pieces_of_their_own_size()
    {
        var random = new Random(3);
        var values = Office(40).Select(v => v * 0.07 * (0.8 + 0.4 * random.NextDouble())).ToArray();
        Assert.InRange(Judge(values, SeriesKind.Amount, floor: 1).Count, 0, 3);
        values[39 * 24 + 2] = 9;
        Assert.Contains(Judge(values, SeriesKind.Amount, floor: 1), e => e.First == 39 * 24 + 2);
        // Below a dollar nobody cares.
        values[39 * 24 + 2] = 0.9;
        Assert.DoesNotContain(Judge(values, SeriesKind.Amount, floor: 1), e => e.First == 39 * 24 + 2);
    }

    [Fact]
    public void A_rate_is_judged_by_its_calls()
    {
        var random = new Random(8);
        var buckets = Enumerable.Range(0, 28 * 24).Select(i => PlantedSeries.Bucket(i, random.NextDouble() < 0.5 ? 0.02 : 0) with { Weight = 50 }).ToList();
        SeriesToJudge Series(SeriesBucket last) => new()
        {
            Buckets = [.. buckets.SkipLast(1), last], Hourly = true, Kind = SeriesKind.Rate, FirstDay = buckets[0].Date,
        };
        Assert.DoesNotContain(AnomalyLadder.Judge(Series(buckets[^1]), 0), e => e.Last == buckets.Count - 1);
        var half = AnomalyLadder.Judge(Series(buckets[^1] with { Value = 0.5 }), 0);
        Assert.Contains(half, e => e.Last == buckets.Count - 1 && e.Severity == AnomalySeverity.High);
        // Three of six: too few calls to say anything.
        Assert.DoesNotContain(AnomalyLadder.Judge(Series(buckets[^1] with { Value = 0.5, Weight = 6 }), 0), e => e.Last == buckets.Count - 1);
    }

    [Fact]
    public void Days_off_are_neither_dead_nor_usual()
    {
        var values = Office(42);
        var day = 37;
        for (var h = 0; h < 24; h++) values[day * 24 + h] = 0;
        var series = PlantedSeries.OfHours(values, SeriesKind.Count);
        Assert.Contains(AnomalyLadder.Judge(series, PlantedSeries.StartOf(30 * 24)), e => e.Kind == AnomalyKind.Dead && e.First / 24 == day);
        var off = series with { DaysOff = new HashSet<DateOnly> { series.Buckets[day * 24].Date } };
        Assert.DoesNotContain(AnomalyLadder.Judge(off, PlantedSeries.StartOf(30 * 24)), e => e.First / 24 == day);
    }

    [Fact]
    public void A_day_that_still_runs_is_no_fall()
    {
        var values = Office(40);
        var now = 36 * 24 + 10;
        for (var h = 36 * 24 + 8; h < now; h++) values[h] *= 0.4;
        var series = PlantedSeries.OfHours(values[..now], SeriesKind.Count);
        series = series with { OpenFrom = series.Buckets[^1].Date };
        Assert.DoesNotContain(AnomalyLadder.Judge(series, PlantedSeries.StartOf(36 * 24)), e => e.Value < e.Usual);
    }

    private static double[] Office(int days) => PlantedSeries.Make(days, 10, (days + 6) / 7, planted: false).Values[..(days * 24)];

    private static IReadOnlyList<Episode> Judge(double[] values, SeriesKind kind = SeriesKind.Count, double? floor = null) =>
        AnomalyLadder.Judge(PlantedSeries.OfHours(values, kind) with { Floor = floor }, 0);
}
