namespace Observatory.Core.Statistics.Anomalies;

/// <summary>
/// What is usual at each hour of each kind of day, told from up to eight weeks: working days and days off apart below three weeks, then each hour of
/// the week, drawn towards its kind of day. Wild values are drawn in, so that what was unusual then does not hide what is unusual now.
/// </summary>
internal sealed class UsualProfile
{
    public const int LongestHistory = 56;
    public const int FewestDays = 7;
    public const int WeekDays = 21;

    /// <summary>Off hours: work there is rare, but no miracle.</summary>
    private const double LeastMean = 0.05;

    /// <summary>So many values of the hour of the week weigh as much as its kind of day, at least; where weekdays are alike, up to ten times as many.</summary>
    private const double Shrinkage = 4;
    private const double MostShrinkage = 40;
    private const double Wildest = 3.5;

    /// <summary>What drawing in wild ratios takes from their variance, given back.</summary>
    private const double DrawnIn = 1.06;

    /// <summary>A weekday on which less than this share of the busiest is done is a day off.</summary>
    private const double OffShare = 0.25;

    // What hours and days spread by, as variances of their ratio to the usual: what is found is drawn towards these, by so many observations.
    private const double HourSpread = 0.35;
    private const double HourWeight = 10;
    private const double DaySpread = 0.1;
    private const double DayWeight = 6;
    private const double LeastSpread = 0.15;

    /// <summary>Pieces that a small day of amounts has.</summary>
    private const double PiecesOfDay = 20;

    private readonly double[][] _mean;
    private readonly double[][] _doubt;

    private UsualProfile(double[][] mean, double[][] doubt, double unit, double hourSpread, double daySpread, int days) =>
        (_mean, _doubt, Unit, Hourly, Daily, Days) = (mean, doubt, unit, hourSpread, daySpread, days);

    /// <summary>Size of one piece, in the unit of the values: 1 of what is counted.</summary>
    public double Unit { get; }

    /// <summary>Variance of an hour's ratio to the usual, beyond chance, at the level of its day.</summary>
    public double Hourly { get; }

    /// <summary>Variance of a day's ratio to the usual; 0 of series of days.</summary>
    public double Daily { get; }

    /// <summary>Days of history.</summary>
    public int Days { get; }

    /// <summary>Mean of the busiest hour of the week.</summary>
    public double Busiest => _mean.Max(day => day.Max());

    /// <summary>Pieces.</summary>
    public double Mean(int weekday, int hour) => _mean[weekday][hour];

    /// <summary>Variance of the mean itself, as a share of its square.</summary>
    public double Doubt(int weekday, int hour) => _doubt[weekday][hour];

    /// <param name="history">Complete days before the one that is judged, in order, not empty.</param>
    /// <param name="scale">What brings each day to the level of today.</param>
    /// <param name="kind">Count or amount.</param>
    /// <param name="byWeek">Each hour of the week for itself.</param>
    public static UsualProfile Of(IReadOnlyList<GridDay> history, double[] scale, SeriesKind kind, bool byWeek)
    {
        var hours = history[0].ByHour.Length;
        // A whole day of amounts is made of many pieces, and nobody says of how many.
        var unit = kind == SeriesKind.Count ? 1 : PieceOf(history) / (hours == 1 ? PiecesOfDay : 1);
        var isOff = OffDays(history, scale);
        var kinds = new[] { KindOf(history, scale, isOff, false, unit, hours), KindOf(history, scale, isOff, true, unit, hours) };
        var shrinkage = byWeek ? ShrinkageOf(history, scale, isOff, kinds, unit, hours) : 0;
        var (mean, weights, calmer) = (new double[7][], new double[7][], new double[7][]);
        for (var weekday = 0; weekday < 7; weekday++)
        {
            (mean[weekday], weights[weekday], calmer[weekday]) = (new double[hours], new double[hours], new double[hours]);
            for (var hour = 0; hour < hours; hour++) (mean[weekday][hour], weights[weekday][hour], calmer[weekday][hour]) = Slot(weekday, hour);
        }
        var (hourly, daily) = Spreads(history, scale, mean, calmer, unit, hours);
        for (var weekday = 0; weekday < 7; weekday++)
        {
            for (var hour = 0; hour < hours; hour++)
            {
                var own = mean[weekday][hour] = Math.Max(mean[weekday][hour], LeastMean);
                weights[weekday][hour] *= hourly + daily + 1 / Math.Max(own, 1);
            }
        }
        return new UsualProfile(mean, weights, unit, hourly, daily, history.Count);

        // The weight is the sum of the squares of what each value counts for; a value of the mean itself is so much calmer than a new one.
        (double Mean, double Weight, double Calmer) Slot(int weekday, int hour)
        {
            var (all, count, cap) = kinds[isOff[weekday] ? 1 : 0][hour];
            if (count == 0) (all, count, cap) = kinds[isOff[weekday] ? 0 : 1][hour];
            if (count == 0) return (0, 1, 1);
            double sum = 0;
            var n = 0;
            if (byWeek)
            {
                for (var i = 0; i < history.Count; i++)
                {
                    if (history[i].Weekday != weekday || !double.IsFinite(history[i].ByHour[hour])) continue;
                    sum += Math.Min(history[i].ByHour[hour] * scale[i] / unit, cap);
                    n++;
                }
            }
            if (n == 0) return (all, 1.0 / count, 1 - 1.0 / count);
            var (own, kindly) = (1 / (n + shrinkage), shrinkage / (n + shrinkage));
            var weight = n * own * own + kindly * kindly / count + 2 * n * own * kindly / count;
            return ((sum + shrinkage * all) * own, weight, 1 - 2 * (own + kindly / count) + weight);
        }
    }

    /// <summary>
    /// How much alike the weekdays of a kind are: their own means stray from that of their kind by chance, and by what they differ. The less they differ,
    /// the more they are drawn to it.
    /// </summary>
    private static double ShrinkageOf(
        IReadOnlyList<GridDay> history, double[] scale, bool[] isOff, (double Mean, int Count, double Cap)[][] kinds, double unit, int hours)
    {
        double apart = 0, chance = 0, slots = 0;
        for (var weekday = 0; weekday < 7; weekday++)
        {
            for (var hour = 0; hour < hours; hour++)
            {
                var (all, count, cap) = kinds[isOff[weekday] ? 1 : 0][hour];
                if (count == 0 || all < 1) continue;
                double sum = 0;
                var n = 0;
                for (var i = 0; i < history.Count; i++)
                {
                    if (history[i].Weekday != weekday || !double.IsFinite(history[i].ByHour[hour])) continue;
                    sum += Math.Min(history[i].ByHour[hour] * scale[i] / unit, cap);
                    n++;
                }
                if (n == 0 || n == count) continue;
                var away = sum / n / all - 1;
                apart += away * away;
                chance += (HourSpread + DaySpread + 1 / all) * (1.0 / n - 1.0 / count);
                slots++;
            }
        }
        if (slots == 0) return Shrinkage;
        var differ = Math.Max(0, (apart - chance) / slots);
        return Math.Clamp((HourSpread + DaySpread) / Math.Max(differ, 1e-9), Shrinkage, MostShrinkage);
    }

    /// <summary>A small one among those that are there.</summary>
    private static double PieceOf(IReadOnlyList<GridDay> history)
    {
        var there = history.SelectMany(d => d.ByHour).Where(v => double.IsFinite(v) && v > 0).ToArray();
        if (there.Length == 0) return 1;
        Array.Sort(there);
        return there[there.Length / 5];
    }

    private static bool[] OffDays(IReadOnlyList<GridDay> history, double[] scale)
    {
        // Two weeks tell which days are free; before that it is those of most people.
        if (history.Count < 2 * 7) return [false, false, false, false, false, true, true];
        var totals = new double[7];
        for (var weekday = 0; weekday < 7; weekday++)
        {
            var own = Enumerable.Range(0, history.Count).Where(i => history[i].Weekday == weekday).Select(i => history[i].Total * scale[i]).ToArray();
            totals[weekday] = own.Length == 0 ? 0 : Robust.MedianInPlace(own);
        }
        var busiest = totals.Max();
        return [.. totals.Select(t => t <= OffShare * busiest)];
    }

    private static (double Mean, int Count, double Cap)[] KindOf(
        IReadOnlyList<GridDay> history, double[] scale, bool[] isOff, bool off, double unit, int hours)
    {
        var kind = new (double, int, double)[hours];
        var values = new double[history.Count];
        for (var hour = 0; hour < hours; hour++)
        {
            var count = 0;
            for (var i = 0; i < history.Count; i++)
            {
                if (isOff[history[i].Weekday] == off && double.IsFinite(history[i].ByHour[hour])) values[count++] = history[i].ByHour[hour] * scale[i] / unit;
            }
            if (count == 0) continue;
            var sorted = values.AsSpan(0, count);
            sorted.Sort();
            var most = Math.Max(1, (int)(0.9 * count));
            double sum = 0;
            for (var i = 0; i < most; i++) sum += sorted[i];
            var cap = Wildest * sum / most + Wildest;
            for (var i = most; i < count; i++) sum += Math.Min(sorted[i], cap);
            kind[hour] = (sum / count, count, cap);
        }
        return kind;
    }

    /// <summary>
    /// By moments, from ratios to the usual: what hours vary by beyond chance, and what days vary by beyond their hours. The usual was told from the
    /// same values, which makes them look calmer than they are: their own weight in it is taken out.
    /// </summary>
    private static (double Hourly, double Daily) Spreads(
        IReadOnlyList<GridDay> history, double[] scale, double[][] mean, double[][] calmer, double unit, int hours)
    {
        double hourSum = 0, hourCount = 0, daySum = 0, dayCount = 0, chance = 0, share = 0;
        for (var i = 0; i < history.Count; i++)
        {
            var day = history[i];
            double got = 0, usual = 0, squares = 0, calm = 1;
            for (var hour = 0; hour < hours; hour++)
            {
                var own = mean[day.Weekday][hour];
                if (own < 1 || !double.IsFinite(day.ByHour[hour])) continue;
                var value = day.ByHour[hour] * scale[i] / unit;
                var ratio = Math.Min(value / own, Wildest + 1) - 1;
                var weight = Math.Min(1, own / 3);
                hourSum += weight * (DrawnIn * ratio * ratio / Math.Max(0.2, calmer[day.Weekday][hour]) - 1 / own);
                hourCount += weight;
                got += Math.Min(value, own * (Wildest + 1));
                usual += own;
                squares += own * own;
                calm = Math.Min(calm, calmer[day.Weekday][hour]);
            }
            if (usual < 5) continue;
            var away = Math.Min(got / usual, Wildest) - 1;
            daySum += away * away / Math.Max(0.2, calm);
            chance += 1 / usual;
            share += squares / (usual * usual);
            dayCount++;
        }
        var all = hourCount == 0 ? HourSpread + DaySpread : hourSum / hourCount;
        if (hours == 1) return (Math.Clamp((all * hourCount + HourSpread * DayWeight) / (hourCount + DayWeight), LeastSpread, 4), 0);
        var days = dayCount == 0 ? DaySpread : daySum / dayCount;
        double hourly = HourSpread, daily = DaySpread;
        for (var step = 0; step < 8; step++)
        {
            daily = dayCount == 0 ? DaySpread : Math.Max(0, days - chance / dayCount - share / dayCount * hourly);
            daily = (daily * dayCount + DaySpread * DayWeight) / (dayCount + DayWeight);
            hourly = Math.Max(0, (all - daily) / (1 + daily));
            hourly = (hourly * hourCount + HourSpread * HourWeight) / (hourCount + HourWeight);
        }
        return (Math.Clamp(hourly, LeastSpread, 4), Math.Clamp(daily, 0.02, 2));
    }
}
