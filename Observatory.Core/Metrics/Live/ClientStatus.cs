namespace Observatory.Core.Metrics.Live;

/// <summary>What a client's status line last said of its session.</summary>
/// <param name="Session">Session id.</param>
/// <param name="Model">Id or name.</param>
/// <param name="ContextPercent">0–100, null where it did not say.</param>
/// <param name="Cost">The client's own figure, USD.</param>
public sealed record SessionStatus(string Session, DateTimeOffset At, string? Model, double? ContextPercent, decimal? Cost);

/// <summary>The newest status of each session, from memory. Implemented where status lines arrive.</summary>
public interface ISessionStatuses
{
    IReadOnlyList<SessionStatus> Latest();
}

public enum QuotaKind
{
    FiveHour,
    SevenDay,
}

/// <summary>How much of a limit is used, as a client said it.</summary>
/// <param name="User">Whose, null = not said.</param>
/// <param name="UsedPercent">0–100.</param>
/// <param name="ResetsAt">When it begins anew, null = not said.</param>
/// <param name="At">When it was said.</param>
public sealed record QuotaWindow(string? User, QuotaKind Kind, double UsedPercent, DateTimeOffset? ResetsAt, DateTimeOffset At)
{
    public TimeSpan Length => Kind == QuotaKind.FiveHour ? TimeSpan.FromHours(5) : TimeSpan.FromDays(7);

    /// <summary>It still runs. One that does not say its end runs no longer than its length.</summary>
    public bool IsRunning(DateTimeOffset now) => (ResetsAt ?? At + Length) > now;

    /// <summary>Percent of the window's time that is over: where an even pace would stand; null where its end is not known.</summary>
    public double? PacePercent(DateTimeOffset now) => ResetsAt is { } end ? Math.Clamp(100 * (1 - (end - now) / Length), 0, 100) : null;

    /// <summary>Percent at the reset if it goes on as until now; null without a reset, and in the window's first hundredth.</summary>
    public double? ForecastPercent => PacePercent(At) is >= 1 and var pace ? UsedPercent * 100 / pace : null;

    /// <summary>When it is full at this rate, or null where it is not before the reset.</summary>
    public DateTimeOffset? FullAt
    {
        get
        {
            if (UsedPercent >= 100) return At;
            if (ResetsAt is not { } end || ForecastPercent is not { } forecast || forecast <= 100) return null;
            var begun = end - Length;
            return begun + (At - begun) * (100 / UsedPercent);
        }
    }
}

/// <summary>The latest windows. Implemented where the points of quota windows are kept.</summary>
public interface IQuotaSource
{
    Task<IReadOnlyList<QuotaWindow>> LatestAsync(CancellationToken cancel);
}
