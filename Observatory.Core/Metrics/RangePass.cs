using System.Runtime.InteropServices;
using Observatory.Core.Privacy.Crowds;
using Observatory.Core.Storage;
using Observatory.Core.Storage.DaySums;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

/// <summary>
/// One pass over a range, for all figures of an answer. A day comes as runs of one conversation, user, project and model: groups take the sum of a run,
/// what goes by time takes the sums of the day's quarters of an hour, each once. One answer's; not thread-safe.
/// </summary>
internal sealed class RangePass
{
    private readonly RangeFigures _into;
    private readonly RangeParts _parts;
    private readonly BucketClock _clock;
    private readonly Cube _cube;
    private readonly Measures[] _quarters = new Measures[DayBlock.Quarters];
    private readonly int[] _bucketOf = new int[DayBlock.Quarters];
    private readonly byte[] _hourOf = new byte[DayBlock.Quarters];
    private readonly byte[] _weekdayOf = new byte[DayBlock.Quarters];
    /// <summary>Quarters that count in a bucket; all where nothing is withheld.</summary>
    private readonly bool[] _isPoint = new bool[DayBlock.Quarters];
    /// <summary>Quarters of the day in which a person had a prompt.</summary>
    private readonly Dictionary<int, UInt128> _prompts = [];

    private readonly IdFilter _filter;
    private readonly Interval _interval;

    private RangePass(RangeFigures into, RangeParts parts, BucketClock clock, Cube cube, Interval interval) =>
        (_into, _parts, _clock, _cube, _filter, _interval) = (into, parts, clock, cube, cube.Filter, interval);

    /// <summary>Adds up what the cube holds.</summary>
    public static RangeFigures Run(TimeRange range, Cube cube, TimeZoneInfo zone, Interval interval, RangeParts parts)
    {
        var clock = new BucketClock(zone);
        const RangeParts Bucketed = RangeParts.Usage | RangeParts.ModelSeries | RangeParts.ProjectSeries;
        var figures = new RangeFigures(range, cube.Plan, (parts & Bucketed) != 0 ? clock.Buckets(range, interval) : [])
        {
            Filter = cube.Filter, Interval = interval,
        };
        var pass = new RangePass(figures, parts, clock, cube, interval);
        cube.VisitDays(pass.Day);
        foreach (var row in cube.Ends) pass.Row(row);
        return figures;
    }

    private void Day(int day, ReadOnlySpan<byte> block)
    {
        var first = DayReader.FirstQuarter(day);
        var (start, end) = (Math.Max(0, _cube.Plan.Quarters.Start - first), Math.Min(DayBlock.Quarters, _cube.Plan.Quarters.End - first));
        Begin(first, start, end);
        var reader = new UsageReader(block);
        var filter = _cube.Filter;
        // Quarters of the day in which the conversation that is being told had a message.
        var (conversation, active) = (0, UInt128.Zero);
        while (reader.NextRun())
        {
            if (!filter.Matches(reader.User, reader.Project, reader.Model, reader.Sources)) continue;
            if (reader.Conversation != conversation)
            {
                HoursOf(conversation, active);
                (conversation, active) = (reader.Conversation, UInt128.Zero);
            }
            active |= Run(ref reader, filter.Person(reader.User), start, end, day);
        }
        HoursOf(conversation, active);
        End(first, start, end);
    }

    /// <returns>Quarters with a message, as bits.</returns>
    private UInt128 Run(ref UsageReader reader, int person, int start, int end, int day)
    {
        var first = DayReader.FirstQuarter(day);
        var sum = default(Measures);
        var (active, prompts) = (UInt128.Zero, UInt128.Zero);
        var isAny = false;
        var hours = Wants(RangeParts.UserHours) ? HoursOf(person) : null;
        (SeriesSum? models, SeriesSum? projects) = (null, null);
        while (reader.NextCell())
        {
            var quarter = reader.Quarter;
            if (quarter < start || quarter >= end)
            {
                reader.SkipFigures();
                continue;
            }
            isAny = true;
            var cell = reader.AddFigures(ref _quarters[quarter], ref sum);
            if (reader.CellHasMessages) active |= UInt128.One << quarter;
            if (reader.CellHasPrompts) prompts |= UInt128.One << quarter;
            if (hours is not null) hours[_hourOf[quarter]] += cell.Messages;
            if (cell.Tokens == 0 && cell.Cost == 0) continue;
            if (Wants(RangeParts.ModelSeries) && IsPoint(first + quarter, CrowdDimension.Model, reader.Model))
                (models ??= SeriesOf(_into.SeriesOfModel, reader.Model)).Add(_bucketOf[quarter], cell.Tokens, cell.Cost);
            if (Wants(RangeParts.ProjectSeries) && IsPoint(first + quarter, CrowdDimension.Project, reader.Project))
                (projects ??= SeriesOf(_into.SeriesOfProject, reader.Project)).Add(_bucketOf[quarter], cell.Tokens, cell.Cost);
        }
        if (!isAny) return active;
        var at = new RunOf(reader.Conversation, person, reader.Project, reader.Model, active != 0, prompts != 0, day);
        Add(at, sum);
        if (active != 0 && _filter.ShowsRow(day, CrowdDimension.Project, reader.Project))
            Last(reader.Project, (first + 127 - (int)UInt128.LeadingZeroCount(active)) * BucketClock.Quarter);
        if (prompts != 0 && Wants(RangeParts.Usage)) CollectionsMarshal.GetValueRefOrAddDefault(_prompts, person, out _) |= prompts;
        return active;
    }

    /// <summary>A row of the raw ends.</summary>
    private void Row(in CubeRow row)
    {
        var figures = row.Figures;
        var (messages, hour) = (figures.Messages, _clock.HourOf(row.At));
        Add(new RunOf(row.Conversation, row.User, row.Project, row.Model, messages > 0, figures[Measure.UserMessages] > 0,
            (int)BucketClock.DayOf(row.At)), figures);
        _into.Total.Sum.Add(figures);
        _into.Hours[hour] += messages;
        if (messages > 0)
        {
            _into.HeatMap[_clock.WeekdayOf(row.At)][hour] += messages;
            Last(row.Project, row.At);
            if (Wants(RangeParts.PeakHours) && row.Conversation != 0) HoursOfConversation(row.Conversation) |= 1u << hour;
        }
        if (Wants(RangeParts.UserHours)) HoursOf(row.User)[hour] += messages;
        if (_into.Buckets.Count == 0) return;
        var bucket = RangeFigures.IndexOf(_into.Buckets, row.At);
        BucketSum(bucket).Sum.Add(figures);
        if (figures[Measure.UserMessages] > 0) BucketSum(bucket).AddUser(row.User);
        if (figures.Tokens == 0 && figures[Measure.Cost] == 0) return;
        if (Wants(RangeParts.ModelSeries)) SeriesOf(_into.SeriesOfModel, row.Model).Add(bucket, figures.Tokens, figures[Measure.Cost]);
        if (Wants(RangeParts.ProjectSeries)) SeriesOf(_into.SeriesOfProject, row.Project).Add(bucket, figures.Tokens, figures[Measure.Cost]);
    }

    /// <summary>Groups and what is told apart; the figures of the whole come by quarters, or with the row.</summary>
    private void Add(in RunOf run, in Measures sum)
    {
        if (run.HasPrompts) _into.Total.AddUser(run.User);
        if (run.HasMessages) _into.Total.AddConversation(run.Conversation);
        if (Wants(RangeParts.Users)) Add(_into.Users, run.User, run, sum);
        if (Wants(RangeParts.Projects) && _filter.ShowsRow(run.Day, CrowdDimension.Project, run.Project)) Add(_into.Projects, run.Project, run, sum);
        if (Wants(RangeParts.Models) && _filter.ShowsRow(run.Day, CrowdDimension.Model, run.Model)) Add(_into.Models, run.Model, run, sum);
    }

    private static void Add(Dictionary<int, FigureSum> groups, int key, in RunOf run, in Measures sum)
    {
        if (!groups.TryGetValue(key, out var group)) groups[key] = group = new FigureSum();
        group.Sum.Add(sum);
        if (run.HasPrompts) group.AddUser(run.User);
        if (run.HasMessages) group.AddConversation(run.Conversation);
    }

    /// <summary>Where the quarters of the day lie in the reader's zone.</summary>
    private void Begin(int first, int start, int end)
    {
        Array.Clear(_quarters);
        _prompts.Clear();
        for (var i = start; i < end; i++)
        {
            var at = (first + i) * BucketClock.Quarter;
            if (_into.Buckets.Count > 0)
            {
                var before = i > start ? _bucketOf[i - 1] : -1;
                _bucketOf[i] = before >= 0 && _into.Buckets[before].Contains(at) ? before : RangeFigures.IndexOf(_into.Buckets, at);
            }
            (_hourOf[i], _weekdayOf[i]) = ((byte)_clock.HourOf(at), (byte)_clock.WeekdayOf(at));
            _isPoint[i] = _into.Buckets.Count == 0 || _filter.ShowsPoint(at, _interval);
        }
    }

    private void End(int first, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            ref readonly var sum = ref _quarters[i];
            if (sum.IsZero) continue;
            _into.Total.Sum.Add(sum);
            if (_into.Buckets.Count > 0 && _isPoint[i]) BucketSum(_bucketOf[i]).Sum.Add(sum);
            if (sum.Messages == 0) continue;
            _into.Hours[_hourOf[i]] += sum.Messages;
            _into.HeatMap[_weekdayOf[i]][_hourOf[i]] += sum.Messages;
        }
        if (_prompts.Count == 0) return;
        for (var i = start; i < end;)
        {
            var (bucket, mask) = (_bucketOf[i], UInt128.Zero);
            for (; i < end && _bucketOf[i] == bucket; i++) if (_isPoint[i]) mask |= UInt128.One << i;
            foreach (var (person, quarters) in _prompts)
            {
                if ((quarters & mask) != 0) BucketSum(bucket).AddUser(person);
            }
        }
    }

    private void HoursOf(int conversation, UInt128 active)
    {
        if (conversation == 0 || active == 0 || !Wants(RangeParts.PeakHours)) return;
        var hours = 0u;
        for (; active != 0; active &= active - 1) hours |= 1u << _hourOf[(int)UInt128.TrailingZeroCount(active)];
        HoursOfConversation(conversation) |= hours;
    }

    private ref uint HoursOfConversation(int conversation) => ref CollectionsMarshal.GetValueRefOrAddDefault(_into.HoursOfConversation, conversation, out _);

    private long[] HoursOf(int person) => _into.HoursOfUser.TryGetValue(person, out var own) ? own : _into.HoursOfUser[person] = new long[24];

    private SeriesSum SeriesOf(Dictionary<int, SeriesSum> all, int key) =>
        all.TryGetValue(key, out var own) ? own : all[key] = new SeriesSum(_into.Buckets.Count);

    private bool IsPoint(int quarter, CrowdDimension dimension, int value) =>
        _filter.ShowsPoint(quarter * BucketClock.Quarter, _interval, dimension, value);

    private bool Wants(RangeParts part) => (_parts & part) != 0;

    private FigureSum BucketSum(int bucket) => _into.BucketSums[bucket] ??= new FigureSum();

    private void Last(int project, long at)
    {
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_into.LastOfProject, project, out _);
        last = Math.Max(last, at);
    }

    /// <summary>What a run, or a row, belongs to.</summary>
    private readonly record struct RunOf(int Conversation, int User, int Project, int Model, bool HasMessages, bool HasPrompts, int Day);
}
