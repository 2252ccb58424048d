namespace Observatory.Core.Alerts;

/// <summary>A rule as it is kept.</summary>
/// <param name="Secrets">Of webhooks, by address.</param>
public sealed record KeptRule(
    int Id, AlertRule Rule, RuleState State, IReadOnlyDictionary<string, string> Secrets, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt);

/// <param name="Id">Number.</param>
public sealed record AlertRuleName(int Id, string Name);

/// <summary>Something that is not normal, or was until a short while ago.</summary>
/// <param name="State">Of <see cref="AlertStates"/>.</param>
/// <param name="Since">Of that state.</param>
/// <param name="Link">Leads to it.</param>
public sealed record AlertItem(
    int Id, AlertRuleName Rule, string State, DateTimeOffset Since, double? Value, string Reason, string Link, string? AcknowledgedBy,
    DateTimeOffset? SilencedUntil)
{
    public string Severity { get; init; } = "warning";

    public string Kind { get; init; } = "";

    public DateTimeOffset? AcknowledgedAt { get; init; }
}

/// <summary>Looks that follow each other and found the same.</summary>
/// <param name="Late">It should have been made while nothing ran.</param>
public sealed record AlertCheck(DateTimeOffset At, string State, double? Value, bool Late, DateTimeOffset Until, int Count);

/// <param name="Total">Null = not counted.</param>
public sealed record AlertPage<T>(IReadOnlyList<T> Items, string? NextCursor, long Total);

/// <summary>A message and what became of it.</summary>
/// <param name="State"><c>due|sending|sent|failed|uncertain|held</c>.</param>
public sealed record AlertDelivery(
    DateTimeOffset At, AlertRuleName Rule, string Channel, string? To, string State, int Attempts, string? Error, string Told);

/// <summary>What a message says; webhooks get it as it is.</summary>
public sealed record AlertMessage(AlertRuleName Rule, string State, DateTimeOffset Since, double? Value, string Reason, string Link);
