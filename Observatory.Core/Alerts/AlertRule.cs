using Observatory.Core.Metrics;

namespace Observatory.Core.Alerts;

/// <summary>What is watched, and who is told. Lengths of time are texts, as they were written.</summary>
public sealed record AlertRule
{
    public required string Name { get; init; }

    /// <summary>Of <see cref="AlertWords.Kinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Null where the kind has none.</summary>
    public string? Metric { get; init; }

    public MetricsFilter Filters { get; init; } = MetricsFilter.None;

    public required AlertCondition Condition { get; init; }

    /// <summary>How long it must be so before it fires.</summary>
    public string For { get; init; } = "0s";

    /// <summary>How long it goes on firing after it is no longer so.</summary>
    public string KeepFiring { get; init; } = "0s";

    /// <summary><c>ok|keep|alert|resolve</c>: what is to be thought where there is nothing to judge.</summary>
    public string NoData { get; init; } = "keep";

    /// <summary><c>info|warning|critical</c>.</summary>
    public string Severity { get; init; } = "warning";

    public IReadOnlyList<AlertChannel> Channels { get; init; } = [new(AlertWords.Page, null)];

    public bool Enabled { get; init; } = true;
}

/// <summary>Each kind has some of them.</summary>
public sealed record AlertCondition
{
    public string? Op { get; init; }
    public double? Value { get; init; }
    /// <summary>Length of time; of a quota the id of a window, or <c>any</c>.</summary>
    public string? Window { get; init; }
    public double? Percent { get; init; }
    /// <summary><c>previous|week</c>.</summary>
    public string? Against { get; init; }
    /// <summary><c>low|medium|high</c>.</summary>
    public string? Severity { get; init; }
    public double? Amount { get; init; }
    /// <summary><c>day|week|month</c>.</summary>
    public string? Period { get; init; }
    public string? Timezone { get; init; }
    /// <summary>Percent, growing.</summary>
    public IReadOnlyList<double>? Steps { get; init; }
    public bool? Forecast { get; init; }
    public string? Lag { get; init; }
    public double? Errors { get; init; }
    public double? DeadLetters { get; init; }
    public double? FreePercent { get; init; }
    public double? Days { get; init; }
    public double? P95Ms { get; init; }
}

/// <param name="Kind">Of <see cref="AlertWords.Channels"/>.</param>
/// <param name="To">Address; null = the page.</param>
public sealed record AlertChannel(string Kind, string? To);

/// <summary>Words of rules.</summary>
public static class AlertWords
{
    public const string Threshold = "threshold";
    public const string Change = "change";
    public const string Anomaly = "anomaly";
    public const string NoData = "noData";
    public const string Budget = "budget";
    public const string Quota = "quota";
    public const string Pipeline = "pipeline";
    public const string Storage = "storage";
    public const string SlowQueries = "slowQueries";

    public const string Page = "page";
    public const string Mail = "mail";
    public const string Webhook = "webhook";
    public const string Slack = "slack";
    public const string Teams = "teams";
    public const string Discord = "discord";

    /// <summary>Any window of a quota.</summary>
    public const string Any = "any";

    public static IReadOnlyList<string> Kinds { get; } = [Threshold, Change, Anomaly, NoData, Budget, Quota, Pipeline, Storage, SlowQueries];

    public static IReadOnlyList<string> Channels { get; } = [Page, Mail, Webhook, Slack, Teams, Discord];

    public static IReadOnlyList<string> Ops { get; } = [">", ">=", "<", "<="];

    public static IReadOnlyList<string> Severities { get; } = ["info", "warning", "critical"];

    public static IReadOnlyList<string> NoDataModes { get; } = ["ok", "keep", "alert", "resolve"];

    public static IReadOnlyList<string> Against { get; } = ["previous", "week"];

    public static IReadOnlyList<string> AnomalySeverities { get; } = ["low", "medium", "high"];

    public static IReadOnlyList<string> Periods { get; } = ["day", "week", "month"];

    /// <summary>Kinds that look at a metric.</summary>
    public static bool HasMetric(string kind) => kind is Threshold or Change or Anomaly or NoData or Budget;

    /// <summary>"above", "at least".</summary>
    public static string Words(string? op) => op switch { ">" => "above", ">=" => "at least", "<" => "below", _ => "at most" };

    /// <summary>It is true of two numbers.</summary>
    public static bool Holds(string op, double value, double limit) => op switch
    {
        ">" => value > limit, ">=" => value >= limit, "<" => value < limit, "<=" => value <= limit,
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, "No such comparison."),
    };
}
