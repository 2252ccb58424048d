using System.Text.Json;
using Observatory.Core.Events;
using Observatory.Core.Ingestion.Otlp;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Query;

/// <summary>
/// Reads metrics that were sent: whole buckets from the sums of their points, the coarsest on whose borders all buckets of the answer begin, and the points
/// themselves at the ends, in short buckets, and where it is asked whose they are.
/// </summary>
internal sealed class SeriesReader(SeriesQueries queries)
{
    /// <summary>Points that one answer may look at.</summary>
    public const int MaximumValues = 2_000_000;

    public static bool IsExact(Interval? interval) => interval is Interval.Minute or Interval.FiveMinutes;

    public async Task ReadAsync(QuerySession session, QueryStep step, MetricRequest request, TimeRange range, StepTarget into, CancellationToken cancel)
    {
        var metric = step.Metrics[0].Name;
        if (session.Names.Id(NameKind.Metric, metric) is not { } id) return;
        var found = await queries.SeriesOfAsync(session.Db, metric, cancel).ConfigureAwait(false);
        var all = found.ToDictionary(s => s.Id, s => new SeriesTags(s, session.Names));
        var reads = session.Reader.Reads;
        var (left, isOfIdentities) = (MaximumValues, UsesIdentities(request));
        var identities = new Dictionary<int, Dictionary<string, string>>();
        var places = new Dictionary<(int Series, int Identity), Dictionary<int, IMetricCell>?>();
        var isSummed = !isOfIdentities && all.Values.All(s => s.Entity.IsSummed);
        var shown = into.Filter.Mask?.ShownOf(range) ?? [range];
        foreach (var (tier, start, end) in shown.SelectMany(r => SeriesSegments.Of(r, into.Index.Buckets, isSummed && !IsExact(request.Interval))))
        {
            if (tier == 0)
            {
                foreach (var point in reads.SeriesPoints(session.Db, id, start, end, cancel))
                {
                    if (--left < 0) throw new TooManyValuesException();
                    Find(point.Series, isOfIdentities ? point.Identity : 0, point.At)?.Add(point.Gain);
                }
                continue;
            }
            foreach (var sum in reads.SeriesTiers(session.Db, id, tier, start, end, SeriesCell.IsPercentile(request.Aggregation), cancel))
                Find(sum.Series, 0, sum.Start)?.Add(sum);
        }

        SeriesCell? Find(int series, int identity, long at)
        {
            if (request.Interval is { } interval && !into.Filter.ShowsPoint(at, interval)) return null;
            if (!places.TryGetValue((series, identity), out var cells)) places[(series, identity)] = cells = CellsOf(series, identity);
            return cells is null ? null : (SeriesCell)into.Table.Cell(cells, into.Index.Of(at));
        }

        Dictionary<int, IMetricCell>? CellsOf(int series, int identity)
        {
            var (tags, whose) = (all[series], identity == 0 ? null : WhoseOf(identity));
            string? Of(string dimension) => tags.Find(dimension) ?? whose?.GetValueOrDefault(dimension);
            return Passes(request, Of) ? into.Table.Of(request.GroupBy is { } by ? Of(by) : null) : null;
        }

        Dictionary<string, string> WhoseOf(int identity) => identities.TryGetValue(identity, out var known) ? known
            : identities[identity] = JsonSerializer.Deserialize<Dictionary<string, string>>(reads.Identity(session.Db, identity) ?? "{}")!;
    }

    /// <summary>Names of the tags of all series of a metric, and what is known of a series beside them.</summary>
    public async Task<MetricDefinition> DescribeAsync(ObservatoryContext db, string metric, CancellationToken cancel)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal) { Dimensions.Source };
        foreach (var series in await queries.SeriesOfAsync(db, metric, cancel).ConfigureAwait(false))
        {
            names.UnionWith(IdentityTags.NamesOf(series.Tags));
            names.UnionWith(series.Identities.Split(',', StringSplitOptions.RemoveEmptyEntries));
        }
        return MetricCatalogue.OfSeries(metric, [.. names]);
    }

    private static bool UsesIdentities(MetricRequest request) =>
        request.GroupBy is { } by && IdentityTags.IsIdentity(by) || request.Tags.Keys.Any(IdentityTags.IsIdentity);

    private static bool Passes(MetricRequest request, Func<string, string?> valueOf)
    {
        var filter = request.Filter;
        // What has no project is in none of a list.
        if (filter.Sight?.Projects is { } seen && !(valueOf(Dimensions.Project) is { } project && seen.Contains(project))) return false;
        return Has(filter.Users, Dimensions.User) && Has(filter.Projects, Dimensions.Project) && Has(filter.Models, Dimensions.Model)
            && Has(filter.Sources, Dimensions.Source) && request.Tags.All(t => Has(t.Value, t.Key));

        bool Has(IReadOnlyList<string> values, string dimension) => values.Count == 0 || valueOf(dimension) is { } value && values.Contains(value);
    }

    /// <summary>A series with its tags by name; user and source are known of each, tag or not.</summary>
    private sealed class SeriesTags(SeriesEntity series, NameCatalog names)
    {
        private readonly Dictionary<string, string> _tags = JsonSerializer.Deserialize<Dictionary<string, string>>(series.Tags)!;

        public SeriesEntity Entity => series;

        public string? Find(string dimension) => dimension switch
        {
            _ when _tags.TryGetValue(dimension, out var value) => value,
            Dimensions.User => names.PersonText(series.UserId),
            Dimensions.Source => SourceNames.Of((EventSource)series.Source),
            _ => null,
        };
    }
}
