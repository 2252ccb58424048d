namespace Observatory.Core.Storage.Entities;

// Rules that are watched, what came of watching, and who was told. Instants are Unix milliseconds UTC.

/// <summary>A rule with its state, which outlives edits.</summary>
public sealed class AlertRuleEntity
{
    public int Id { get; set; }
    /// <summary>JSON of <see cref="Alerts.AlertRule"/>.</summary>
    public string Definition { get; set; } = "{}";
    /// <summary>JSON object: secrets of webhooks by address.</summary>
    public string Secrets { get; set; } = "{}";
    /// <summary>JSON of <see cref="Alerts.RuleState"/>.</summary>
    public string State { get; set; } = "{}";
    public bool Enabled { get; set; }
    public long CreatedAt { get; set; }
    public long ChangedAt { get; set; }
}

/// <summary>One time that a rule was not normal, from its beginning to its end.</summary>
public sealed class AlertEntity
{
    public int Id { get; set; }
    public int RuleId { get; set; }
    /// <summary>The rule could not be looked at: that is told apart from what it found last.</summary>
    public bool IsFailure { get; set; }
    /// <summary>It fired, and was not only about to.</summary>
    public bool HasFired { get; set; }
    public string State { get; set; } = "";
    public long Since { get; set; }
    public double? Value { get; set; }
    public string Reason { get; set; } = "";
    public string? AcknowledgedBy { get; set; }
    public long? AcknowledgedAt { get; set; }
    /// <summary>Null = it lasts.</summary>
    public long? EndedAt { get; set; }
}

/// <summary>Looks at a rule that follow each other and found the same.</summary>
public sealed class AlertCheckEntity
{
    public int Id { get; set; }
    public int RuleId { get; set; }
    public long At { get; set; }
    /// <summary>The last of them.</summary>
    public long Until { get; set; }
    public int Count { get; set; }
    public string State { get; set; } = "";
    public double? Value { get; set; }
    /// <summary>It should have been made while nothing ran.</summary>
    public bool Late { get; set; }
}

/// <summary>A step of a budget that was told in a period: never again in it.</summary>
public sealed class AlertStepEntity
{
    public int RuleId { get; set; }
    public long PeriodStart { get; set; }
    /// <summary>Percent, or <c>forecast</c>.</summary>
    public string Step { get; set; } = "";
    public long At { get; set; }
}

/// <summary>One message of one rule to one channel.</summary>
public sealed class AlertNoticeEntity
{
    public int Id { get; set; }
    public int RuleId { get; set; }
    /// <summary>As it was called then.</summary>
    public string RuleName { get; set; } = "";
    public string Channel { get; set; } = "";
    public string To { get; set; } = "";
    /// <summary>What is told: <c>firing</c>, <c>resolved</c>, <c>error</c>.</summary>
    public string Told { get; set; } = "";
    /// <summary>Of a budget's step, which is not counted with the others.</summary>
    public bool IsStep { get; set; }
    /// <summary>JSON as webhooks get it.</summary>
    public string Body { get; set; } = "{}";
    public long CreatedAt { get; set; }
    /// <summary>Not to be sent before: what comes together goes together.</summary>
    public long ReadyAt { get; set; }
    public NoticeState State { get; set; }
    public int Attempts { get; set; }
    public string? Error { get; set; }
    public long? EndedAt { get; set; }
    /// <summary>Of a mail: its occurrence in the ledger of deliveries.</summary>
    public string? Occurrence { get; set; }
}

/// <summary>The numbers are stored: never change one.</summary>
public enum NoticeState
{
    Due = 1,
    Sending = 2,
    Sent = 3,
    Failed = 4,
    Uncertain = 5,
    /// <summary>Too many in an hour: told later, if it is still so.</summary>
    Held = 6,
}
