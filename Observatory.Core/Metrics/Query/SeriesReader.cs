using System.Text.Json;
using Observatory.Core.Events;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Query;

/// <summary>Reads metrics that were sent from their values, so every figure is exact in every zone.</summary>
internal sealed class SeriesReader(SeriesQueries queries)
{
    /// <summary>Values that one answer may look at.</summary>
    public const int MaximumValues = 2_000_000;

    public async Task ReadAsync(QuerySession session, QueryStep step, MetricRequest request, TimeRange range, StepTarget into, CancellationToken cancel)
    {
        var left = MaximumValues;
        foreach (var series in await queries.SeriesOfAsync(session.Db, step.Metrics[0].Name, cancel).ConfigureAwait(false))
        {
            var tags = TagsOf(series);
            string? Of(string dimension) => ValueOf(dimension, series, tags, session.Names);
            if (!Passes(request, Of)) continue;
            var cells = into.Table.Of(request.GroupBy is { } by ? Of(by) : null);
            await foreach (var (at, value) in ValuesAsync(session.Db, series.Id, range, cancel).ConfigureAwait(false))
            {
                if (--left < 0) throw new TooManyValuesException();
                ((SeriesCell)into.Table.Cell(cells, into.Index.Of(at))).Add(value);
            }
        }
    }

    /// <summary>Names of the tags of all series of a metric, and what is known of a series beside them.</summary>
    public async Task<MetricDefinition> DescribeAsync(ObservatoryContext db, string metric, CancellationToken cancel)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal) { Dimensions.Source };
        foreach (var series in await queries.SeriesOfAsync(db, metric, cancel).ConfigureAwait(false)) names.UnionWith(TagsOf(series).Keys);
        return MetricCatalogue.OfSeries(metric, [.. names]);
    }

    /// <summary>A tag by its name; user and source are known of each series, tag or not.</summary>
    private static string? ValueOf(string dimension, SeriesEntity series, Dictionary<string, string> tags, NameCatalog names) => dimension switch
    {
        _ when tags.TryGetValue(dimension, out var value) => value,
        Dimensions.User => names.PersonText(series.UserId),
        Dimensions.Source => SourceNames.Of((EventSource)series.Source),
        _ => null,
    };

    private static bool Passes(MetricRequest request, Func<string, string?> valueOf)
    {
        var filter = request.Filter;
        return Has(filter.Users, Dimensions.User) && Has(filter.Projects, Dimensions.Project) && Has(filter.Models, Dimensions.Model)
            && Has(filter.Sources, Dimensions.Source) && request.Tags.All(t => Has(t.Value, t.Key));

        bool Has(IReadOnlyList<string> values, string dimension) => values.Count == 0 || valueOf(dimension) is { } value && values.Contains(value);
    }

    private async IAsyncEnumerable<(long At, double Value)> ValuesAsync(
        ObservatoryContext db, int series, TimeRange range, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        PointEntity? before = null;
        var isFirst = true;
        await foreach (var point in queries.Points(db, series, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false))
        {
            var value = point.Value;
            if (point.StartAt != 0)
            {
                // A running total: what counts is its growth since the last point of the same run.
                if (isFirst) before = await queries.LastBefore(db, series, range.Start).ConfigureAwait(false);
                if (before is not null && before.StartAt == point.StartAt && before.Value <= value) value -= before.Value;
            }
            (before, isFirst) = (point, false);
            yield return (point.At, value);
        }
    }

    private static Dictionary<string, string> TagsOf(SeriesEntity series) => JsonSerializer.Deserialize<Dictionary<string, string>>(series.Tags)!;
}
