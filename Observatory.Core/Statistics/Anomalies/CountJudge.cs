namespace Observatory.Core.Statistics.Anomalies;

/// <summary>
/// One day of counts or amounts against what is usual. Buckets are held against their hours of this kind of day at the level that the rest of the day
/// shows, as far as it is known: a busy day is no row of alarms, and a run stands out from the hours around it.
/// </summary>
internal sealed class CountJudge
{
    private const int Short = 3;
    private const int Long = 7;
    private const int WholeDay = 24;

    /// <summary>A bucket says no more about the level of its day than this.</summary>
    private const double WildestRatio = 3;

    /// <summary>A day with less than this share of the usual is dead.</summary>
    public const double DeadShare = 0.15;

    private readonly DayGrid _grid;
    private readonly GridDay _day;
    private readonly UsualProfile _usual;
    private readonly Thresholds _thresholds;
    private readonly double _busiest;
    private readonly double[] _values;
    private readonly double[] _means;

    // Sums up to each bucket, so that any part of the day can be left out.
    private readonly double[] _seen;
    private readonly double[] _trust;

    public CountJudge(DayGrid grid, GridDay day, UsualProfile usual, Thresholds thresholds)
    {
        (_grid, _day, _usual, _thresholds) = (grid, day, usual, thresholds);
        // And what chance alone makes of it: a small series has to show more.
        _busiest = usual.Busiest + 2 * Math.Sqrt(usual.Busiest);
        var count = day.Last - day.First + 1;
        (_values, _means, _seen, _trust) = (new double[count], new double[count], new double[count + 1], new double[count + 1]);
        for (var i = 0; i < count; i++)
        {
            _values[i] = grid.Value(day.First + i) / usual.Unit;
            _means[i] = usual.Mean(day.Weekday, HourOf(i));
            var level = LevelWithout(i, i, known: i).Level;
            // What an hour tells of its day: little where it is noisy or nothing is expected.
            var own = 1 / (usual.Hourly + 1 / _means[i]);
            _seen[i + 1] = _seen[i] + own * Math.Min(_values[i] / _means[i], WildestRatio * level);
            _trust[i + 1] = _trust[i] + own;
        }
    }

    public IReadOnlyList<Flag> Judge()
    {
        var flags = new List<Flag>();
        var left = (double[])_values.Clone();
        for (var i = 0; i < left.Length; i++)
        {
            if (!Judge(flags, left, i, i, _thresholds.Point, Thresholds.PointSize)) continue;
            // What is a spike for itself is no part of a run.
            left[i] = _means[i];
        }
        if (_grid.Hours == 1) return flags;
        for (var first = 0; first + Short <= left.Length; first++) Judge(flags, left, first, first + Short - 1, _thresholds.ThreeBuckets, Thresholds.ShortSize);
        for (var first = 0; first + Long <= left.Length; first++) Judge(flags, left, first, first + Long - 1, _thresholds.SevenBuckets, Thresholds.LongSize);
        if (!_day.IsOpen && left.Length >= WholeDay - 1) Judge(flags, left, 0, left.Length - 1, _thresholds.Day, 0, isDay: true);
        return flags;
    }

    /// <summary>
    /// Mean and shape of the sum of some buckets, at the level of the rest of the day; and how well that mean is known, as a variance of its ratio.
    /// </summary>
    public (double Mean, double Shape, double Doubt) Over(int first, int last)
    {
        var (level, trust) = LevelWithout(first, last, _means.Length);
        double mean = 0, hourly = 0, doubt = 0;
        for (var i = first; i <= last; i++)
        {
            mean += _means[i];
            hourly += _means[i] * _means[i] * _usual.Hourly;
            doubt += _means[i] * _means[i] * _usual.Doubt(_day.Weekday, HourOf(i));
        }
        return (mean * level, mean * mean / hourly, doubt / (mean * mean) + (double.IsInfinity(trust) ? 0 : 1 / trust));
    }

    private int HourOf(int bucket) => _grid.Series.Buckets[_day.First + bucket].Hour;

    /// <summary>What the known buckets beside some say of the level of the day, as a share of the usual. Nothing is known before but how days spread.</summary>
    private (double Level, double Trust) LevelWithout(int first, int last, int known)
    {
        if (_usual.Daily <= 0) return (1, double.PositiveInfinity);
        var end = Math.Min(last + 1, known);
        var seen = _seen[known] - (_seen[end] - _seen[Math.Min(first, end)]);
        var weight = _trust[known] - (_trust[end] - _trust[Math.Min(first, end)]);
        var before = 1 / _usual.Daily;
        return ((before + seen) / (before + weight), before + weight);
    }

    private bool Judge(List<Flag> flags, double[] left, int first, int last, double threshold, double size, bool isDay = false)
    {
        var (mean, shape, doubt) = Over(first, last);
        double value = 0;
        for (var i = first; i <= last; i++) value += left[i];
        if (!Matters(value, mean)) return false;
        var high = value > mean;
        var probability = CountModel.Tail(value, mean, shape, doubt, high);
        if (probability > (high || isDay || _grid.Hours == 1 ? threshold : _thresholds.Dip)) return false;
        // What is only just unlikely has to be large in the eyes of this series.
        if (high && !isDay && _grid.Hours > 1 && probability > Thresholds.Medium && value - mean < size * _busiest) return false;
        // Hours at the ends that are as usual are no part of it.
        while (first < last && !Leans(first)) first++;
        while (last > first && !Leans(last)) last--;
        flags.Add(new Flag(_day.First + first, _day.First + last, high, probability, isDay));
        return true;

        bool Leans(int i) => high ? left[i] > _means[i] : _means[i] >= 0.5 && left[i] < _means[i];
    }

    private bool Matters(double value, double mean)
    {
        var away = Math.Abs(value - mean);
        return away >= (_grid.Series.Floor is { } floor ? floor / _usual.Unit : Thresholds.Pieces) && away >= Thresholds.Relative * mean;
    }
}
