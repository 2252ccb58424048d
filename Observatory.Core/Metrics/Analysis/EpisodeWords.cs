using System.Globalization;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Statistics.Anomalies;

namespace Observatory.Core.Metrics.Analysis;

/// <summary>An episode in a sentence: what was there, what is usual, and when.</summary>
internal static class EpisodeWords
{
    public static string Of(Episode episode, MetricDefinition metric, SeriesToJudge series)
    {
        var (value, low, high) = (Number(episode.Value, metric), Number(episode.Low, metric), Number(episode.High, metric));
        var usual = low == high ? $"{low} {(low == "1" ? "is" : "are")} usual" : $"{low} to {high} are usual";
        if (episode.Kind == AnomalyKind.LevelShift)
        {
            return $"{Amount(value, metric)} since {Date(series.Buckets[episode.First].Date)} where {Number(episode.Usual, metric)} were usual: a new level.";
        }
        return $"{Amount(value, metric)} where {usual} {When(episode, series)}.";
    }

    /// <summary>"The model nova-9 was not there in the 41 days before: 36 messages."</summary>
    public static string OfNew(string dimension, string name, double value, MetricDefinition metric, int days) => string.Create(
        CultureInfo.InvariantCulture,
        $"The {dimension} {name} was not there in the {days} days before: {Amount(Number(value, metric), metric)} on its first day.");

    /// <summary>"48 messages", "$41.20", "a cache hit rate of 12 %".</summary>
    public static string Amount(string value, MetricDefinition metric) => metric switch
    {
        { Unit: Units.Usd } => value,
        { Aggregation: MetricAggregation.Ratio or MetricAggregation.Percentile or MetricAggregation.Mean } =>
            $"{Article(metric.Title)} {Noun(metric)} of {value}",
        { Unit: Units.Seconds } => $"{value} of {Noun(metric)}",
        _ => $"{value} {Noun(metric)}",
    };

    public static string Noun(MetricDefinition metric) =>
        metric.Title.Length > 1 && char.IsUpper(metric.Title[1]) ? metric.Title : char.ToLowerInvariant(metric.Title[0]) + metric.Title[1..];

    private static string Article(string title) => "AEIOaeio".Contains(title[0], StringComparison.Ordinal) ? "an" : "a";

    private static string When(Episode episode, SeriesToJudge series)
    {
        var (first, last) = (series.Buckets[episode.First], series.Buckets[episode.Last]);
        var weekday = first.Date.DayOfWeek.ToString();
        if (!series.Hourly) return episode.First == episode.Last ? $"on a {weekday}" : $"from {Date(first.Date)} to {Date(last.Date)}";
        if (episode.First == episode.Last) return $"at {Hour(first.Hour)} on a {weekday}";
        if (first.Hour == 0 && last.Hour == 23 && first.Date == last.Date) return $"on a {weekday}";
        return $"from {Hour(first.Hour)} to {Hour((last.Hour + 1) % 24)} on a {weekday}";
    }

    private static string Hour(int hour) => string.Create(CultureInfo.InvariantCulture, $"{hour:D2}:00");

    private static string Date(DateOnly date) => date.ToString("d MMMM", CultureInfo.InvariantCulture);

    public static string Number(double value, MetricDefinition metric) => metric.Unit switch
    {
        Units.Usd => string.Create(CultureInfo.InvariantCulture, $"${value:N2}"),
        Units.Rate => string.Create(CultureInfo.InvariantCulture, $"{value * 100:0.#} %"),
        Units.Seconds => string.Create(CultureInfo.InvariantCulture, $"{value:N0} s"),
        _ => value.ToString(Math.Abs(value) < 10 && value != Math.Floor(value) ? "0.#" : "N0", CultureInfo.InvariantCulture),
    };
}
