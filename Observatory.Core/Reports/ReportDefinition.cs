using Observatory.Core.Metrics;

namespace Observatory.Core.Reports;

/// <summary>What is sent to whom, how often, and of which time.</summary>
public sealed record ReportDefinition
{
    public required string Name { get; init; }

    /// <summary>Of <see cref="ReportWords.Sections"/>, in order.</summary>
    public IReadOnlyList<string> Sections { get; init; } = ReportWords.UsualSections;

    public MetricsFilter Filters { get; init; } = MetricsFilter.None;

    /// <summary><c>yesterday|last7days|lastWeek|lastMonth|lastDays:N</c>.</summary>
    public string Period { get; init; } = "lastWeek";

    public required ReportSchedule Schedule { get; init; }

    /// <summary>Plain addresses, each once; the domain in small letters.</summary>
    public required IReadOnlyList<string> Recipients { get; init; }

    /// <summary>Of <see cref="ReportWords.Attachments"/>.</summary>
    public IReadOnlyList<string> Attachments { get; init; } = [];

    /// <summary><c>always|ifData|ifFindings</c>.</summary>
    public string Condition { get; init; } = "always";

    /// <summary>BCP 47 tag of a culture that this machine knows.</summary>
    public string Locale { get; init; } = "en-US";

    /// <summary><c>once|skip</c>: what of a time that passed while no server ran.</summary>
    public string Missed { get; init; } = "once";

    public bool Paused { get; init; }

    /// <summary>Address of the account in whose name figures are read; null = there is no account.</summary>
    public string? Owner { get; init; }
}

/// <param name="Cron">Five fields.</param>
/// <param name="Timezone">IANA name.</param>
public sealed record ReportSchedule(string Cron, string Timezone);

/// <summary>Words that a definition may use.</summary>
public static class ReportWords
{
    public static IReadOnlyList<string> Sections { get; } =
        ["summary", "changes", "trends", "projects", "users", "models", "tools", "anomalies", "errors", "budgets", "topics", "data"];

    public static IReadOnlyList<string> UsualSections { get; } = ["summary", "changes", "anomalies", "trends", "projects", "models", "data"];

    public static IReadOnlyList<string> Attachments { get; } = ["xlsx", "csv", "pdf", "json"];

    public static IReadOnlyList<string> Conditions { get; } = ["always", "ifData", "ifFindings"];

    public static IReadOnlyList<string> Missed { get; } = ["once", "skip"];

    public static IReadOnlyList<string> Sources { get; } = ["transcript", "otlp", "api", "hook", "demo"];
}
