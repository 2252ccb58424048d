using Observatory.Core.Accounts;
using Observatory.Core.Charts;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Presentation;
using Observatory.Core.Time;

namespace Observatory.Core.Alerts;

/// <summary>What rules read, through the front door: they are watched in the name of the program, for all who made them.</summary>
internal sealed class AlertFigures(AnalyticsReads reads, AnalyticsTracker tracker)
{
    private static readonly Formats s_format = new(System.Globalization.CultureInfo.GetCultureInfo("en-US"));

    public AnalyticsEngine Engine { get; } = new(new Program(), reads, tracker);

    /// <summary>The metric over a range. Counts, sums and cost are 0 where nothing came; of others null says that there is none.</summary>
    public async Task<(double? Value, MetricDefinition Metric)> ValueAsync(
        string metric, MetricsFilter filter, TimeRange range, CancellationToken cancel, SeriesAggregation aggregation = SeriesAggregation.Sum)
    {
        var answer = (await Engine.AskAsync([new MetricRequest
        {
            Metrics = [metric], Range = range, Zone = TimeZoneInfo.Utc, Filter = filter, Aggregation = aggregation,
        }], cancel).ConfigureAwait(false))[0];
        var (definition, value) = (answer.Metrics[0], answer.Value(0));
        return (value is { } v && !double.IsFinite(v) ? null : value ?? (IsCount(definition) ? 0 : null), definition);
    }

    /// <summary>It always has data: nothing is 0 of it.</summary>
    public static bool IsCount(MetricDefinition metric) =>
        metric.Aggregation is MetricAggregation.Sum or MetricAggregation.Distinct && metric.Source != MetricSource.Series;

    public static string Text(double? value, MetricDefinition metric) => MetricText.Of(value, metric, s_format);

    public static string Number(double value) => s_format.Exact(value);

    public static string Percent(double value) => s_format.Percent(value);

    public static string Money(double value) => s_format.Money((decimal)value);

    private sealed class Program : IAskerSource
    {
        public Asker Current => Asker.Program;
    }
}
