using Microsoft.Extensions.Logging;
using Observatory.Core.Deliveries;

namespace Observatory.Core.Reports;

/// <summary>Something about a report that its owner should know.</summary>
/// <param name="Report">Id.</param>
public sealed record ReportTrouble(int Report, string Name, string What);

/// <summary>
/// Looks for what nobody came to: a time that passed without an occurrence, a delivery that is due and was never tried. It says so once, and pages show it
/// as long as it lasts. Thread-safe.
/// </summary>
public sealed class ReportWatch(IReports reports, IDeliveryLedger ledger, ReportRounds rounds, TimeProvider clock, ILogger<ReportWatch> log)
{
    /// <summary>From then on it is no longer a matter of a busy moment.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private HashSet<int> _said = [];

    /// <summary>As of the last look.</summary>
    public IReadOnlyList<ReportTrouble> Troubles { get; private set; } = [];

    public async Task LookAsync(CancellationToken cancel = default)
    {
        var limit = (clock.GetUtcNow() - Patience).ToUnixTimeMilliseconds();
        // Somebody must have had the time to come to it.
        var untried = rounds.AwakeSince > limit ? [] : await ledger.UntriedAsync(DeliveryKinds.Report, limit, cancel).ConfigureAwait(false);
        var troubles = new List<ReportTrouble>();
        if (untried.Count > 0 || await IsLateAsync(limit, cancel).ConfigureAwait(false))
        {
            foreach (var report in await reports.ListAsync(cancel).ConfigureAwait(false))
            {
                var source = ReportSource.IdOf(report.Id);
                if (untried.Any(d => d.SourceId == source)) troubles.Add(
                    new(report.Id, report.Definition.Name, "is due for more than five minutes, and no mail was tried"));
                else if (report.NextRun?.ToUnixTimeMilliseconds() < limit && rounds.AwakeSince <= limit)
                    troubles.Add(new(report.Id, report.Definition.Name, "should have gone out more than five minutes ago, and was not begun"));
            }
        }
        foreach (var trouble in troubles.Where(t => !_said.Contains(t.Report))) log.LogError("The report {Name} {What}", trouble.Name, trouble.What);
        _said = [.. troubles.Select(t => t.Report)];
        Troubles = troubles;
    }

    private async Task<bool> IsLateAsync(long limit, CancellationToken cancel) =>
        rounds.AwakeSince <= limit && await reports.NextDueAsync(cancel).ConfigureAwait(false) is { } next && next < limit;
}
