using Observatory.Core.Deliveries;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Reports;

/// <summary>A report as it is kept.</summary>
/// <param name="PausedBecause">Why the program paused it itself, null = a person did, or it is not paused.</param>
/// <param name="NextRun">Null = it is paused.</param>
public sealed record Report(int Id, ReportDefinition Definition, string? PausedBecause, DateTimeOffset? NextRun, DateTimeOffset CreatedAt,
    DateTimeOffset ChangedAt)
{
    /// <summary>Something to know that stops nothing: its zone is not known to this machine any more.</summary>
    public string? Warning => IanaZones.Find(Definition.Schedule.Timezone) is null
        ? $"This machine does not know the zone {Definition.Schedule.Timezone} any more; times are UTC until another one is chosen." : null;
}

/// <summary>Reports and their occurrences. Every change is one transaction. Thread-safe, also over several processes.</summary>
public interface IReports
{
    /// <summary>By name.</summary>
    Task<IReadOnlyList<Report>> ListAsync(CancellationToken cancel = default);

    Task<Report?> FindAsync(int id, CancellationToken cancel = default);

    Task<Report> CreateAsync(ReportDefinition definition, CancellationToken cancel = default);

    /// <summary>Null = there is none. A schedule that stays keeps its next time.</summary>
    Task<Report?> ReplaceAsync(int id, ReportDefinition definition, CancellationToken cancel = default);

    /// <summary>With its history. False = there is none.</summary>
    Task<bool> DeleteAsync(int id, CancellationToken cancel = default);

    /// <param name="because">Why, where the program does it itself.</param>
    Task<Report?> PauseAsync(int id, string? because = null, CancellationToken cancel = default);

    /// <summary>From now on; what would have been due meanwhile is no occurrence.</summary>
    Task<Report?> ResumeAsync(int id, CancellationToken cancel = default);

    /// <summary>A paused copy.</summary>
    Task<Report?> DuplicateAsync(int id, CancellationToken cancel = default);

    /// <summary>An occurrence of its own, due now. Null = there is no such report.</summary>
    /// <param name="range">What it tells of, null = what one of the schedule would.</param>
    Task<string?> RunAsync(int id, TimeRange? range, CancellationToken cancel = default);

    /// <summary>Opens every occurrence whose time has come, each once, whoever else looks at the same moment.</summary>
    /// <param name="awakeSince">Unix ms since when servers ran: what was due before is late.</param>
    /// <returns>Occurrences that were opened.</returns>
    Task<int> OpenDueAsync(long awakeSince, CancellationToken cancel = default);

    /// <summary>When the next report is due, Unix ms; null = none.</summary>
    Task<long?> NextDueAsync(CancellationToken cancel = default);

    /// <summary>Who wants nothing more of it, with when they said so.</summary>
    Task<IReadOnlyList<SuppressionEntity>> SuppressedAsync(int id, CancellationToken cancel = default);

    /// <summary>From the next occurrence on. False = there is no such report.</summary>
    Task<bool> SuppressAsync(int id, string recipient, CancellationToken cancel = default);

    /// <summary>False = the recipient was not suppressed.</summary>
    Task<bool> UnsuppressAsync(int id, string recipient, CancellationToken cancel = default);

    /// <summary>One word a recipient and occurrence; the last one counts.</summary>
    Task SayAsync(int id, string occurrence, string recipient, bool isUseful, CancellationToken cancel = default);

    /// <summary>How many said that it was useful, and how many that it was not.</summary>
    Task<(int Useful, int NotUseful)> SaidAsync(int id, CancellationToken cancel = default);

    Task<KeptMail?> FindMailAsync(int occurrenceId, string audience, CancellationToken cancel = default);

    /// <summary>Of two who render it at once the first one's is kept, and given back.</summary>
    Task<KeptMail> KeepMailAsync(int occurrenceId, string audience, KeptMail mail, CancellationToken cancel = default);
}

internal static class ReportSource
{
    public static string IdOf(int report) => report.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static NewOccurrence Occurrence(ReportEntity row, string name, long due, ReportPeriod period) => new(
        DeliveryKinds.Report, IdOf(row.Id), name, due, period.Range.Start, period.Range.End,
            row.CreatedAt.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
