using Observatory.Core.Exports.Tables;

namespace Observatory.Core.Exports;

/// <summary>A dataset as a file in one call: for attachments and jobs.</summary>
public static class Exporter
{
    /// <summary>Opens a dataset for a format: what the format shows beside the rows is there too. Dispose of what it gives.</summary>
    public static async Task<ExportTable> OpenAsync(AnalyticsEngine engine, ExportRequest request, ExportFormat format, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(format);
        var table = await Datasets.OpenAsync(engine, request, cancel).ConfigureAwait(false);
        try
        {
            if (format.HasSummary)
            {
                var dashboard = await engine.GetDashboardAsync(request.Query, cancel).ConfigureAwait(false);
                table.Summary = SummaryFigure.Of(dashboard.Overview, dashboard.Previous);
            }
            return table;
        }
        catch
        {
            await table.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Writes a dataset in the name of the engine's asker and leaves <paramref name="output"/> open.</summary>
    /// <returns>Rows that were written.</returns>
    /// <exception cref="Metrics.Query.UnknownMetricException">Of <c>timeseries</c>: there is no such metric.</exception>
    /// <exception cref="Metrics.WrongAggregationException">Of <c>timeseries</c>: the metric has another of its own.</exception>
    /// <exception cref="Metrics.TooManyValuesException">Of <c>timeseries</c>: more values than one answer may look at.</exception>
    public static async Task<long> WriteAsync(
        AnalyticsEngine engine, ExportRequest request, ExportFormat format, Stream output, CancellationToken cancel = default)
    {
        var table = await OpenAsync(engine, request, format, cancel).ConfigureAwait(false);
        await using (table.ConfigureAwait(false))
        {
            await format.WriteAsync(table, output, cancel).ConfigureAwait(false);
            return table.RowsRead;
        }
    }
}
