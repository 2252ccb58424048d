using Observatory.Core.Deliveries;
using Observatory.Core.Reports;

namespace Observatory.Web.Components.Pages.Reports;

/// <param name="Report">Null = it is a new one.</param>
/// <param name="IsGone">There is none of that id.</param>
public sealed record ReportModel(
    Report? Report, bool IsGone, IReadOnlyList<OccurrenceHistory> History, IReadOnlyList<string> Unsubscribed, int Useful, int NotUseful)
{
    private const int MostListed = 50;

    public static ReportModel New { get; } = new(null, false, [], [], 0, 0);

    public static async Task<ReportModel> LoadAsync(int id, IReports reports, IDeliveryLedger ledger, CancellationToken cancel)
    {
        if (await reports.FindAsync(id, cancel) is not { } report) return New with { IsGone = true };
        var source = id.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var (useful, not) = await reports.SaidAsync(id, cancel);
        return new ReportModel(
            report, false, await ledger.HistoryAsync(DeliveryKinds.Report, source, MostListed, cancel),
            [.. (await reports.SuppressedAsync(id, cancel)).Select(s => s.Recipient)], useful, not);
    }
}
