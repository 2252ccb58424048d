namespace Observatory.Core.Statistics.Anomalies;

/// <summary>
/// One day of counts or amounts against what is usual. A bucket is held against its hour of this kind of day at the level that the day has shown
/// until then, so that a busy morning is no cause for an alarm in the afternoon.
/// </summary>
internal sealed class CountJudge(DayGrid grid, GridDay day, UsualProfile usual, Thresholds thresholds)
{
    private const int WholeDay = 24;

    /// <summary>A bucket says no more about the level of its day than this.</summary>
    private const double WildestRatio = 3;

    /// <summary>A day with less than this share of the usual is dead.</summary>
    public const double DeadShare = 0.15;

    /// <summary>Nothing is known of a day before it began but how days spread.</summary>
    private readonly double _trust = usual.Daily > 0 ? 1 / usual.Daily : double.PositiveInfinity;

    /// <summary>One a bucket of the day, in order.</summary>
    public Expected[] Expectations { get; } = new Expected[day.Last - day.First + 1];

    public IReadOnlyList<Flag> Judge()
    {
        Expect();
        var flags = new List<Flag>();
        var left = Expectations.Select(e => e.Value).ToArray();
        Points(flags, left);
        if (grid.Hours == 1) return flags;
        foreach (var width in (ReadOnlySpan<int>)[3, 6]) Windows(flags, left, width);
        if (!day.IsOpen) Whole(flags, left);
        return flags;
    }

    private void Expect()
    {
        double seen = 0, weight = 0;
        for (var i = 0; i < Expectations.Length; i++)
        {
            var hour = grid.Series.Buckets[day.First + i].Hour;
            var mean = usual.Mean(day.Weekday, hour);
            var value = grid.Value(day.First + i) / usual.Unit;
            var level = double.IsInfinity(_trust) ? 1 : (_trust + seen) / (_trust + weight);
            Expectations[i] = new Expected(value, mean, level, _trust + weight, usual.Doubt(day.Weekday, hour));
            // What an hour tells of its day: little where it is noisy or nothing is expected.
            var own = 1 / (usual.Hourly + 1 / mean);
            seen += own * Math.Min(value / mean, WildestRatio * level);
            weight += own;
        }
    }

    private void Points(List<Flag> flags, double[] left)
    {
        for (var i = 0; i < left.Length; i++)
        {
            var (mean, shape) = Over(i, i);
            var (high, low) = (CountModel.AtLeast(left[i], mean, shape), CountModel.AtMost(left[i], mean, shape));
            if (high <= thresholds.Point && Matters(left[i], mean)) flags.Add(new Flag(day.First + i, day.First + i, true, high));
            else if (low <= thresholds.Point && Matters(left[i], mean)) flags.Add(new Flag(day.First + i, day.First + i, false, low));
            else continue;
            // What is a spike for itself is no part of a run.
            left[i] = mean;
        }
    }

    private void Windows(List<Flag> flags, double[] left, int width)
    {
        for (var first = 0; first + width <= left.Length; first++) Judge(flags, left, first, first + width - 1, thresholds.Window, isDay: false);
    }

    private void Whole(List<Flag> flags, double[] left)
    {
        if (left.Length < WholeDay - 1) return;
        Judge(flags, left, 0, left.Length - 1, thresholds.Day, isDay: true);
    }

    private void Judge(List<Flag> flags, double[] left, int first, int last, double threshold, bool isDay)
    {
        var (mean, shape) = Over(first, last);
        double value = 0;
        for (var i = first; i <= last; i++) value += left[i];
        if (!Matters(value, mean)) return;
        var high = value > mean;
        var probability = high ? CountModel.AtLeast(value, mean, shape) : CountModel.AtMost(value, mean, shape);
        if (probability > threshold) return;
        // Hours at the ends that are as usual are no part of it.
        while (first < last && !Leans(first)) first++;
        while (last > first && !Leans(last)) last--;
        flags.Add(new Flag(day.First + first, day.First + last, high, probability, isDay));

        bool Leans(int i) => high ? left[i] > Expectations[i].Mean * Expectations[i].Level : Expectations[i].Mean >= 0.5 && left[i] < Expectations[i].Mean;
    }

    /// <summary>Mean and shape of the sum of some buckets, at the level that the day had before the first of them.</summary>
    public (double Mean, double Shape) Over(int first, int last)
    {
        var start = Expectations[first];
        double mean = 0, hourly = 0, doubt = 0;
        for (var i = first; i <= last; i++)
        {
            var own = Expectations[i].Mean;
            mean += own;
            hourly += own * own * usual.Hourly;
            doubt += own * own * Expectations[i].Doubt;
        }
        var spread = (hourly + doubt) / (mean * mean) + (double.IsInfinity(start.Trust) ? 0 : 1 / start.Trust);
        return (mean * start.Level, 1 / spread);
    }

    private bool Matters(double value, double mean)
    {
        var away = Math.Abs(value - mean);
        return away >= (grid.Series.Floor is { } floor ? floor / usual.Unit : Thresholds.Pieces) && away >= Thresholds.Relative * mean;
    }
}
