namespace Observatory.Core.Alerts;

/// <summary>Words of states.</summary>
public static class AlertStates
{
    public const string Normal = "normal";
    public const string Pending = "pending";
    public const string Firing = "firing";
    public const string Recovering = "recovering";
    public const string NoData = "noData";
    public const string Error = "error";

    /// <summary>Of the list of alerts, and of messages.</summary>
    public const string Resolved = "resolved";
}

/// <summary>Where a rule stands. Kept with it: restarts and edits change nothing of it.</summary>
public sealed record RuleState
{
    /// <summary>What was found last; a failed look leaves it.</summary>
    public string State { get; init; } = AlertStates.Normal;

    /// <summary>Unix ms of the beginning of the state; of recovering, of the firing before.</summary>
    public long Since { get; init; }

    /// <summary>When what it waits for was first no longer so.</summary>
    public long? RecoveringSince { get; init; }

    public double? Value { get; init; }

    public string Reason { get; init; } = "";

    /// <summary>Since when it cannot be looked at, null = it can.</summary>
    public long? FailingSince { get; init; }

    public string? Failure { get; init; }

    /// <summary>The last look, null = there was none.</summary>
    public long? CheckedAt { get; init; }

    public long? SilencedUntil { get; init; }

    public string? SilencedBy { get; init; }

    public long? LastFiredAt { get; init; }

    /// <summary>What each channel was told last, by its key; a channel that is not there knows of nothing.</summary>
    public IReadOnlyDictionary<string, string>? Told { get; init; }

    /// <summary>What channels are to be told later, because they were told too often.</summary>
    public IReadOnlyDictionary<string, string>? Held { get; init; }

    /// <summary>Fires, as far as messages go.</summary>
    public bool IsFiring => State is AlertStates.Firing or AlertStates.Recovering;

    /// <summary>As answers show it.</summary>
    public string Shown => FailingSince is not null ? AlertStates.Error : State;

    public bool IsSilenced(long now) => SilencedUntil > now;
}

/// <summary>What one look found.</summary>
/// <param name="IsMet">Null = there is nothing to judge.</param>
/// <param name="Reason">A sentence.</param>
public sealed record Verdict(bool? IsMet, double? Value, string Reason)
{
    /// <summary>Steps of a budget that are reached: percent, and <c>forecast</c>.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];

    /// <summary>Of a budget: the start of its period, Unix ms.</summary>
    public long PeriodStart { get; init; }
}
