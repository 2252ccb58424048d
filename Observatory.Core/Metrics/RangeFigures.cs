using System.Globalization;
using Observatory.Core.Metrics.Crowds;
using Observatory.Core.Privacy.Crowds;
using Observatory.Core.Storage;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

/// <summary>What of a range is added up beside the whole: what is not asked for is not kept.</summary>
[Flags]
internal enum RangeParts
{
    None = 0,
    Users = 1,
    Projects = 2,
    Models = 4,

    /// <summary>The buckets of the interval.</summary>
    Usage = 8,

    /// <summary>Conversations by hour of day.</summary>
    PeakHours = 16,
    ModelSeries = 32,
    ProjectSeries = 64,

    /// <summary>Messages of each user by hour of day.</summary>
    UserHours = 128,
}

/// <summary>A range that has been added up in one pass over its rows (<see cref="RangePass"/>). Buckets and hours are those of the reader's zone.</summary>
internal sealed class RangeFigures(TimeRange range, RangePlan plan, IReadOnlyList<TimeRange> buckets)
{
    public TimeRange Range => range;

    public RangePlan Plan => plan;

    /// <summary>That the rows passed; what it withholds is not in the sums.</summary>
    public required IdFilter Filter { get; init; }

    /// <summary>Length of the buckets.</summary>
    public required Interval Interval { get; init; }

    /// <summary>The figures of the whole; nothing but the word where none of its weeks is shown.</summary>
    public OverviewFigures Overview => Filter.Mask?.IsNothingLeft(range) == true ? OverviewFigures.Withheld : Total.ToOverview();

    /// <summary>Values of a dimension of which no week is shown, though there are rows.</summary>
    public IEnumerable<int> Hidden(CrowdDimension dimension) => Filter.Mask?.Hidden(range, dimension) ?? Enumerable.Empty<int>();

    /// <summary>Of the interval, in order.</summary>
    public IReadOnlyList<TimeRange> Buckets => buckets;

    public FigureSum Total { get; } = new();

    public Dictionary<int, FigureSum> Users { get; } = [];

    public Dictionary<int, FigureSum> Projects { get; } = [];

    public Dictionary<int, FigureSum> Models { get; } = [];

    /// <summary>Start of the last quarter of an hour with a message, or the message itself at the ends of the range, Unix ms, by project.</summary>
    public Dictionary<int, long> LastOfProject { get; } = [];

    /// <summary>Sums of the buckets; conversations are not told apart.</summary>
    internal FigureSum[] BucketSums { get; } = new FigureSum[buckets.Count];

    /// <summary>Conversations by the instant of their creation.</summary>
    internal Dictionary<int, long> Created { get; set; } = [];

    /// <summary>Messages by hour of day, 24 values.</summary>
    public long[] Hours { get; } = new long[24];

    /// <summary>Of each conversation the hours of day in which it has a message, as bits.</summary>
    internal Dictionary<int, uint> HoursOfConversation { get; } = [];

    /// <summary>Messages by hour of day, 24 values, by user.</summary>
    internal Dictionary<int, long[]> HoursOfUser { get; } = [];

    /// <summary>Messages by weekday (Monday first) and hour: 7 × 24.</summary>
    public long[][] HeatMap { get; } = [.. Enumerable.Range(0, 7).Select(_ => new long[24])];

    internal Dictionary<int, SeriesSum> SeriesOfModel { get; } = [];

    internal Dictionary<int, SeriesSum> SeriesOfProject { get; } = [];

    /// <summary>One entry a bucket, empty ones included. Conversations are counted in the bucket of their creation.</summary>
    public List<UsageBucket> Usage(long now)
    {
        var created = new long[buckets.Count];
        foreach (var id in Total.Conversations)
        {
            if (Created.TryGetValue(id, out var at) && range.Contains(at) && Filter.ShowsPoint(at, Interval)) created[IndexOf(buckets, at)]++;
        }
        return [.. buckets.Select((bucket, i) => ToUsage(bucket, BucketSums[i] ?? new FigureSum(), created[i], now))];
    }

    private UsageBucket ToUsage(TimeRange bucket, FigureSum sum, long created, long now) => new()
    {
        Start = bucket.StartTime,
        End = bucket.EndTime,
        Partial = IsPartial(bucket, range, now),
        Withheld = Filter.Mask?.StateOf(Within(bucket), Interval) == Shown.None,
        InputTokens = sum.Sum[Measure.Input],
        OutputTokens = sum.Sum[Measure.Output],
        CacheCreationTokens = sum.CacheWrites,
        CacheReadTokens = sum.Sum[Measure.CacheRead],
        Cost = Money.Dollars(sum.Sum[Measure.Cost]),
        Messages = sum.Messages,
        Conversations = created,
        ActiveUsers = sum.Users,
        ToolCalls = sum.Sum[Measure.ToolCalls],
        ToolErrors = sum.Sum[Measure.ToolErrors],
        AverageResponseTime = sum.AverageResponse,
    };

    private TimeRange Within(TimeRange bucket) => new(Math.Max(bucket.Start, range.Start), Math.Min(bucket.End, range.End));

    public List<ModelSeries> ModelSeries(NameCatalog names) =>
        [.. Ordered(SeriesOfModel, names).Select(s => new ModelSeries(names.Text(s.Id), MetricsCalculator.ColorOf(names.Ordinal(s.Id)), s.Tokens, s.Cost))];

    public List<ProjectSeries> ProjectSeries(NameCatalog names) =>
    [
        .. Ordered(SeriesOfProject, names)
            .Select(s => new ProjectSeries(names.Tail(names.Text(s.Id)), MetricsCalculator.ColorOf(names.Ordinal(s.Id)), s.Tokens, s.Cost)),
    ];

    private static IEnumerable<(int Id, long[] Tokens, decimal[] Cost)> Ordered(Dictionary<int, SeriesSum> all, NameCatalog names) => all
        .Select(s => (Id: s.Key, s.Value.Tokens, Cost: s.Value.Dollars()))
        .OrderByDescending(s => s.Cost.Sum()).ThenBy(s => names.Text(s.Id), StringComparer.Ordinal);

    /// <summary>Messages of a user by hour of day, 24 values.</summary>
    public long[] MessagesByHour(int user) => HoursOfUser.TryGetValue(user, out var own) ? own : new long[24];

    /// <summary>Hours of day with messages, most first, ties by hour.</summary>
    public IEnumerable<PeakHour> PeakHours()
    {
        var conversations = new long[24];
        foreach (var hours in HoursOfConversation.Values)
        {
            for (var rest = hours; rest != 0; rest &= rest - 1) conversations[System.Numerics.BitOperations.TrailingZeroCount(rest)]++;
        }
        return Hours.Select((messages, hour) => (messages, hour)).Where(h => h.messages > 0)
            .OrderByDescending(h => h.messages).ThenBy(h => h.hour)
            .Select(h => new PeakHour(HourName(h.hour), h.messages, conversations[h.hour]));
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
