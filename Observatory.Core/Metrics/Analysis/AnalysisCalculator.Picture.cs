using Observatory.Core.Statistics.Anomalies;

namespace Observatory.Core.Metrics.Analysis;

internal sealed partial class AnalysisCalculator
{
    public async Task<SeriesPicture> GetPictureAsync(AnalysisQuery query, CancellationToken cancel = default)
    {
        var expected = await Expectations.LoadAsync(marks, daysOff, cancel).ConfigureAwait(false);
        var known = await JudgedAsync(query, query.Range, expected, cancel).ConfigureAwait(false);
        var now = _loader.Now;
        var range = query.Range with { End = Math.Max(query.Range.Start, Math.Min(query.Range.End, now)) };
        var answer = (await queries.AskAsync([SeriesLoader.Request(query, range, query.Metric, query.Interval)], cancel).ConfigureAwait(false))[0];
        IReadOnlyList<double?> values = answer.Groups.Count == 0 ? new double?[answer.Buckets.Count] : answer.Groups[0].Values[0];
        var band = new Dictionary<long, UsualBucket>();
        if (known.Series is { } series && known.CompleteDays >= FewestDays)
        {
            foreach (var usual in AnomalyLadder.Band(series, range.Start)) band[series.Buckets[usual.Bucket].Range.Start] = usual;
        }
        var isAdditive = known.Loaded.IsAdditive;
        return new SeriesPicture(known.Loaded.Metric, isAdditive, [.. answer.Buckets.Select((bucket, i) =>
        {
            var usual = band.GetValueOrDefault(bucket.Start);
            var value = values[i] ?? (isAdditive ? 0 : null);
            return new PictureBucket(bucket, value, CompleteBuckets.IsComplete(bucket, query.Interval, now), usual?.Usual, usual?.Low, usual?.High);
        })]);
    }
}
