using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

/// <summary>What is asked: a half-open range, the zone that cuts it into days, and filters. Empty filters let everything through.</summary>
public sealed record MetricsQuery
{
    public required TimeRange Range { get; init; }

    public required TimeZoneInfo Zone { get; init; }

    public MetricsFilter Filter { get; init; } = MetricsFilter.None;

    /// <summary>Bucket length; null = hours up to 48 hours, else days.</summary>
    public Interval? Interval { get; init; }

    /// <summary>What draws a readable chart of any range: at most some 120 days, 150 weeks, or months.</summary>
    public static Time.Interval Readable(TimeRange range) =>
        range.Length <= 48 * BucketClock.Hour ? Time.Interval.Hour : range.Length <= 121 * BucketClock.Day ? Time.Interval.Day
        : range.Length <= 3 * 366 * BucketClock.Day ? Time.Interval.Week : Time.Interval.Month;

    /// <summary>The period to compare with; of an asker who sees groups only, whole weeks.</summary>
    /// <param name="now">Unix ms.</param>
    public TimeRange Before(long now) => Filter.Before(Range, now);

    public Time.Interval EffectiveInterval => Interval ?? Intervals.DefaultFor(Range);
}

/// <summary>Values of one field are alternatives; fields narrow each other.</summary>
/// <param name="Users">User ids.</param>
/// <param name="Projects">Full paths.</param>
/// <param name="Models">Raw model ids.</param>
/// <param name="Sources"><c>transcript|otlp|api|hook|demo</c>.</param>
public sealed record MetricsFilter(
    IReadOnlyList<string> Users, IReadOnlyList<string> Projects, IReadOnlyList<string> Models, IReadOnlyList<string> Sources)
{
    public static MetricsFilter None { get; } = new([], [], [], []);

    /// <summary>What the asker may see of it; null = everything.</summary>
    public Crowds.Sight? Sight { get; init; }

    /// <summary>The period before a range, as the asker may see it.</summary>
    /// <param name="now">Unix ms.</param>
    public TimeRange Before(TimeRange range, long now) =>
        Sight is { IsCrowd: true } ? Crowds.CrowdWeeks.Around(range.Before(now)) : range.Before(now);

    public bool IsEmpty => Users.Count + Projects.Count + Models.Count + Sources.Count == 0;
}

/// <summary>A page of the conversation list.</summary>
public sealed record ConversationListQuery
{
    /// <summary>Fields that the list can be sorted by, as the API names them.</summary>
    public static IReadOnlyList<string> Sorts { get; } =
    [
        "title", "createdAt", "lastActivity", "duration", "activeSeconds", "messageCount", "userMessages", "assistantMessages", "totalTokens",
        "inputTokens", "outputTokens", "cacheCreationTokens", "cacheReadTokens", "cost", "toolCalls", "toolErrors", "averageResponseTime",
        "userEngagement", "tokenEfficiency", "cacheHitRate", "id", "project", "userId",
    ];

    public required MetricsQuery Metrics { get; init; }

    /// <summary>Part of a title, an id or a project path; null = all.</summary>
    public string? Search { get; init; }

    /// <summary>A field of <see cref="ConversationRow"/> in camelCase, with <c>-</c> in front for descending.</summary>
    public string Sort { get; init; } = "-lastActivity";

    /// <summary>1–500.</summary>
    public int Limit { get; init; } = 50;

    public int Skip { get; init; }
}
