using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Metrics;

/// <summary>The compiled queries over values of metrics. Held by a singleton, as <see cref="PageQueries"/> are.</summary>
public sealed class SeriesQueries(NameCatalog names)
{
    private readonly Func<ObservatoryContext, int, IAsyncEnumerable<SeriesEntity>> _series =
        EF.CompileAsyncQuery((ObservatoryContext db, int metric) => db.Series.AsNoTracking().Where(s => s.MetricId == metric));

    /// <summary>The newest of one series before an instant.</summary>
    public Func<ObservatoryContext, int, long, Task<PointEntity?>> LastBefore { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, int series, long end) => db.Points.AsNoTracking()
            .Where(p => p.SeriesId == series && p.At < end).OrderByDescending(p => p.At).ThenByDescending(p => p.Key).FirstOrDefault());

    /// <summary>Points of a series from a moment on, newest first, at most so many.</summary>
    public Func<ObservatoryContext, int, long, int, IAsyncEnumerable<PointEntity>> LatestFrom { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, int series, long from, int most) => db.Points.AsNoTracking()
            .Where(p => p.SeriesId == series && p.At >= from).OrderByDescending(p => p.At).ThenByDescending(p => p.Key).Take(most));

    /// <summary>Every set of tags of a metric; none where nobody sent it.</summary>
    public async Task<List<SeriesEntity>> SeriesOfAsync(ObservatoryContext db, string metric, CancellationToken cancel)
    {
        await names.RefreshAsync(db, cancel).ConfigureAwait(false);
        var found = new List<SeriesEntity>();
        if (names.Id(NameKind.Metric, metric) is not { } id) return found;
        await foreach (var series in _series(db, id).WithCancellation(cancel).ConfigureAwait(false)) found.Add(series);
        return found;
    }
}
