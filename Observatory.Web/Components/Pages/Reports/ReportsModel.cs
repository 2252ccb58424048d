using Observatory.Core.Deliveries;
using Observatory.Core.Reports;
using Observatory.Core.Storage.Entities;

namespace Observatory.Web.Components.Pages.Reports;

/// <summary>One report of the list with what became of it last.</summary>
public sealed record ReportRow(Report Report, OccurrenceHistory? Last)
{
    /// <summary>Deliveries of the last occurrence that need somebody.</summary>
    public int Troubled => Last?.Deliveries.Count(d => d.State is DeliveryState.Failed or DeliveryState.Uncertain) ?? 0;
}

/// <param name="Troubles">What nobody came to.</param>
public sealed record ReportsModel(IReadOnlyList<ReportRow> Rows, IReadOnlyList<ReportTrouble> Troubles)
{
    public static async Task<ReportsModel> LoadAsync(IReports reports, IDeliveryLedger ledger, ReportWatch watch, CancellationToken cancel)
    {
        var rows = new List<ReportRow>();
        foreach (var report in await reports.ListAsync(cancel))
        {
            var source = report.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
            rows.Add(new ReportRow(report, await ledger.HistoryAsync(DeliveryKinds.Report, source, 1, cancel) is [var last, ..] ? last : null));
        }
        return new ReportsModel(rows, watch.Troubles);
    }
}
