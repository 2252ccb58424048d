using System.Globalization;
using Observatory.Core.Storage;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

/// <summary>A range that has been read, and the ways to add it up. Buckets and hours are those of the reader's zone.</summary>
internal sealed class RangeFigures
{
    private readonly BucketClock _clock;
    private readonly Interval _interval;
    private readonly Cube _cube;
    private readonly Dictionary<int, long> _created;

    public RangeFigures(TimeRange range, RangePlan plan, TimeZoneInfo zone, Interval interval, Cube cube, Dictionary<int, long> created)
    {
        (Range, Plan, _interval, _cube, _created) = (range, plan, interval, cube, created);
        _clock = new BucketClock(zone);
        foreach (var row in cube.Rows) Total.Add(row);
    }

    public TimeRange Range { get; }

    public RangePlan Plan { get; }

    public FigureSum Total { get; } = new();

    public Dictionary<int, FigureSum> By(Func<CubeRow, int> key)
    {
        var groups = new Dictionary<int, FigureSum>();
        foreach (var row in _cube.Rows) Of(key(row)).Add(row);
        return groups;

        FigureSum Of(int id) => groups.TryGetValue(id, out var sum) ? sum : groups[id] = new FigureSum();
    }

    /// <summary>One entry a bucket, empty ones included. Conversations are counted in the bucket of their creation.</summary>
    public List<UsageBucket> Usage(long now)
    {
        var buckets = _clock.Buckets(Range, _interval);
        var sums = new FigureSum[buckets.Count];
        for (var i = 0; i < sums.Length; i++) sums[i] = new FigureSum();
        var created = new long[buckets.Count];
        foreach (var row in _cube.Rows) sums[IndexOf(buckets, row.At)].Add(row);
        foreach (var id in Total.Conversations)
        {
            if (_created.TryGetValue(id, out var at) && Range.Contains(at)) created[IndexOf(buckets, at)]++;
        }
        return [.. buckets.Select((bucket, i) => new UsageBucket
        {
            Start = bucket.StartTime,
            End = bucket.EndTime,
            Partial = IsPartial(bucket, Range, now),
            InputTokens = sums[i].Sum[Measure.Input],
            OutputTokens = sums[i].Sum[Measure.Output],
            CacheCreationTokens = sums[i].CacheWrites,
            CacheReadTokens = sums[i].Sum[Measure.CacheRead],
            Cost = Money.Dollars(sums[i].Sum[Measure.Cost]),
            Messages = sums[i].Messages,
            Conversations = created[i],
            ActiveUsers = sums[i].Users,
            ToolCalls = sums[i].Sum[Measure.ToolCalls],
            ToolErrors = sums[i].Sum[Measure.ToolErrors],
            AverageResponseTime = sums[i].AverageResponse,
        })];
    }

    public List<ModelSeries> ModelSeries(NameCatalog names) =>
        [.. Series(r => r.Model, names).Select(s => new ModelSeries(names.Text(s.Id), MetricsCalculator.ColorOf(names.Ordinal(s.Id)), s.Tokens, s.Cost))];

    public List<ProjectSeries> ProjectSeries(NameCatalog names) =>
        [.. Series(r => r.Project, names).Select(s => new ProjectSeries(names.Tail(names.Text(s.Id)), MetricsCalculator.ColorOf(names.Ordinal(s.Id)), s.Tokens, s.Cost))];

    private List<(int Id, long[] Tokens, decimal[] Cost)> Series(Func<CubeRow, int> key, NameCatalog names)
    {
        var buckets = _clock.Buckets(Range, _interval);
        var groups = new Dictionary<int, (long[] Tokens, decimal[] Cost)>();
        foreach (var row in _cube.Rows)
        {
            var tokens = row.Figures.Tokens;
            if (tokens == 0 && row.Figures[Measure.Cost] == 0) continue;
            if (!groups.TryGetValue(key(row), out var series)) groups[key(row)] = series = (new long[buckets.Count], new decimal[buckets.Count]);
            var at = IndexOf(buckets, row.At);
            series.Tokens[at] += tokens;
            series.Cost[at] += Money.Dollars(row.Figures[Measure.Cost]);
        }
        return [.. groups.OrderByDescending(g => g.Value.Cost.Sum()).ThenBy(g => names.Text(g.Key), StringComparer.Ordinal).Select(g => (g.Key, g.Value.Tokens, g.Value.Cost))];
    }

    /// <summary>Start of the last bucket with a message, Unix ms, by group: exact to the tier that was read.</summary>
    public Dictionary<int, long> LastActivity(Func<CubeRow, int> key)
    {
        var last = new Dictionary<int, long>();
        foreach (var row in _cube.Rows)
        {
            if (row.Figures.Messages > 0) last[key(row)] = Math.Max(last.GetValueOrDefault(key(row)), row.At);
        }
        return last;
    }

    public long[][] HeatMap()
    {
        var map = Enumerable.Range(0, 7).Select(_ => new long[24]).ToArray();
        foreach (var row in _cube.Rows)
        {
            var messages = row.Figures.Messages;
            if (messages > 0) map[_clock.WeekdayOf(row.At)][_clock.HourOf(row.At)] += messages;
        }
        return map;
    }

    /// <summary>Messages by hour of day, 24 values.</summary>
    public long[] MessagesByHour(int? user = null)
    {
        var hours = new long[24];
        foreach (var row in _cube.Rows)
        {
            if (user is null || row.User == user) hours[_clock.HourOf(row.At)] += row.Figures.Messages;
        }
        return hours;
    }

    /// <summary>Hours of day with messages, most first, ties by hour.</summary>
    public IEnumerable<PeakHour> PeakHours()
    {
        var conversations = new HashSet<int>[24];
        foreach (var row in _cube.Rows)
        {
            if (row.Figures.Messages > 0 && row.Conversation != 0) (conversations[_clock.HourOf(row.At)] ??= []).Add(row.Conversation);
        }
        return MessagesByHour().Select((messages, hour) => (messages, hour)).Where(h => h.messages > 0)
            .OrderByDescending(h => h.messages).ThenBy(h => h.hour)
            .Select(h => new PeakHour(HourName(h.hour), h.messages, conversations[h.hour]?.Count ?? 0));
    }

    public static string HourName(int hour) => string.Create(CultureInfo.InvariantCulture, $"{hour:00}:00");

    /// <summary>It still runs, or the range cuts it.</summary>
    public static bool IsPartial(TimeRange bucket, TimeRange range, long now) =>
        bucket.Start < range.Start || bucket.End > range.End || bucket.Contains(now);

    public static int IndexOf(IReadOnlyList<TimeRange> buckets, long at)
    {
        var (low, high) = (0, buckets.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (buckets[middle].Start <= at) low = middle;
            else high = middle - 1;
        }
        return low;
    }
}
