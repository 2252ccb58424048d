using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>Gives each metric with one set of tags its number, and writes its points. Writer only.</summary>
internal sealed class SeriesTable(IFactRows facts, NameTable names)
{
    /// <summary>Sets of tags one metric may have: what has more is an id in a tag, and would grow for ever.</summary>
    public const int SeriesPerMetric = 1_000;

    private const string Overflow = """{"overflow":"true"}""";

    private readonly Dictionary<(int Metric, int Source, int User, string Tags), int> _ids = [];
    private readonly Dictionary<int, int> _counts = [];
    private int _nextId = 1;

    public void Load()
    {
        foreach (var series in facts.Series())
        {
            _ids[(series.MetricId, series.Source, series.UserId, series.Tags)] = series.Id;
            _counts[series.MetricId] = _counts.GetValueOrDefault(series.MetricId) + 1;
            _nextId = Math.Max(_nextId, series.Id + 1);
        }
    }

    /// <summary>
    /// Writes the batch's points; returns how many were known. Beyond the limit of a metric or of a sender, telemetry goes on in one series marked as overflow
    /// (its sender cannot be told), and a team's own points are refused.
    /// </summary>
    public int Write(EventBatch batch, int user)
    {
        var known = 0;
        for (var i = 0; i < batch.Points.Count; i++)
        {
            var point = batch.Points[i];
            var metric = names.Id(NameKind.Metric, point.Metric);
            // Values of different metrics under one name mean nothing: whoever can be told is told.
            if (batch.Source == EventSource.Api && names.IsBeyond(metric, point.Metric))
            {
                batch.Refused.Add((i, $"This key has brought {NewNames.MostOf(NameKind.Metric)} new metrics today already: does a name hold an id?"));
                continue;
            }
            if (IdOf(metric, batch.Source, user, point.Tags) is not { } series)
            {
                batch.Refused.Add((i, IsFull(metric) ? $"The metric has {SeriesPerMetric} sets of tags already: does a tag hold an id?"
                    : $"This key has brought {NewNames.MostTagSets} new sets of tags today already: does a tag hold an id?"));
                continue;
            }
            if (!facts.WritePoint(series, point)) known++;
        }
        return known;
    }

    private bool IsFull(int metric) => _counts.GetValueOrDefault(metric) >= SeriesPerMetric;

    private int? IdOf(int metric, EventSource source, int user, string tags)
    {
        if (_ids.TryGetValue((metric, (int)source, user, tags), out var id)) return id;
        if (tags != Overflow && (IsFull(metric) || !names.MayAddSeries(metric, tags)))
            return source == EventSource.Api ? null : IdOf(metric, source, user, Overflow);
        id = _nextId++;
        _ids[(metric, (int)source, user, tags)] = id;
        _counts[metric] = _counts.GetValueOrDefault(metric) + 1;
        facts.Write(new SeriesEntity { Id = id, MetricId = metric, Source = (int)source, UserId = user, Tags = tags });
        return id;
    }
}
