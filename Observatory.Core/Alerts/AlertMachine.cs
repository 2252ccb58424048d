namespace Observatory.Core.Alerts;

/// <summary>From one look to the next: normal, pending, firing, recovering. Pure.</summary>
public static class AlertMachine
{
    /// <param name="now">Unix ms.</param>
    public static RuleState Next(RuleState before, AlertRule rule, Verdict verdict, long now)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(verdict);
        var seen = before with { FailingSince = null, Failure = null, CheckedAt = now, Value = verdict.Value, Reason = verdict.Reason };
        return (verdict.IsMet, rule.NoData) switch
        {
            (true, _) or (null, "alert") => Met(seen, rule, now),
            (false, _) or (null, "ok") => NotMet(seen, rule, now),
            (null, "resolve") => Normal(seen, now),
            // What it was about to do, or does, it goes on with.
            _ => seen.State is AlertStates.Normal ? seen with { State = AlertStates.NoData, Since = now }
                : seen with { Value = seen.Value ?? before.Value, Reason = $"{verdict.Reason} It stays as it was." },
        };
    }

    /// <summary>The look failed: what was found last stays, and that nobody can look is said apart.</summary>
    public static RuleState Failed(RuleState before, string reason, long now)
    {
        ArgumentNullException.ThrowIfNull(before);
        return before with { FailingSince = before.FailingSince ?? now, Failure = reason, CheckedAt = now };
    }

    private static RuleState Met(RuleState seen, AlertRule rule, long now)
    {
        if (seen.IsFiring) return seen with { State = AlertStates.Firing, RecoveringSince = null };
        var since = seen.State == AlertStates.Pending ? seen.Since : now;
        return now - since >= Durations.Of(rule.For).TotalMilliseconds
            ? seen with { State = AlertStates.Firing, Since = now, LastFiredAt = now, RecoveringSince = null }
            : seen with { State = AlertStates.Pending, Since = since };
    }

    private static RuleState NotMet(RuleState seen, AlertRule rule, long now)
    {
        if (!seen.IsFiring) return Normal(seen, now);
        var since = seen.RecoveringSince ?? now;
        return now - since >= Durations.Of(rule.KeepFiring).TotalMilliseconds ? Normal(seen, now)
            : seen with { State = AlertStates.Recovering, RecoveringSince = since };
    }

    private static RuleState Normal(RuleState seen, long now) =>
        seen.State == AlertStates.Normal ? seen : seen with { State = AlertStates.Normal, Since = now, RecoveringSince = null };
}
