using Microsoft.EntityFrameworkCore;
using Observatory.Core.Statistics;
using Observatory.Core.Storage;
using Observatory.Core.Time;

namespace Observatory.Core.Rollups;

/// <param name="Tool">0 = answers to prompts.</param>
internal readonly record struct RawToolKey(int Bucket, int Tool, int User, int Project, int Model, int Sources);

/// <summary>Tool calls and answer times of raw rows, by quarter of an hour.</summary>
internal static class RawTools
{
    /// <returns>By tool: calls, failed ones, milliseconds, calls with a duration. By tool and bin of its distribution: how many.</returns>
    public static async Task<(Dictionary<RawToolKey, long[]> Tools, Dictionary<(RawToolKey Key, int Bin), long[]> Bins)> ReadAsync(
        ObservatoryContext db, TimeRange range, CancellationToken cancel)
    {
        var tools = new Dictionary<RawToolKey, long[]>();
        var bins = new Dictionary<(RawToolKey, int), long[]>();
        var (start, end) = (range.Start, range.End);
        var calls = db.ToolCalls.Where(x => x.At >= start && x.At < end && x.IsCalled).Select(x => new
        {
            Bucket = x.At / BucketClock.Quarter, x.ToolId, x.UserId, x.ProjectId, x.ModelId, x.Sources, x.IsError,
            Ms = x.MeasuredMs ?? (x.ResultAt == null ? null : x.ResultAt > x.At ? x.ResultAt - x.At : 0),
        });
        await foreach (var call in calls.AsAsyncEnumerable().WithCancellation(cancel).ConfigureAwait(false))
        {
            var key = new RawToolKey((int)call.Bucket, call.ToolId, call.UserId, call.ProjectId, call.ModelId, call.Sources);
            RawSums.Add(tools, key, [1, call.IsError ? 1 : 0, call.Ms ?? 0, call.Ms is null ? 0 : 1]);
            if (call.Ms is { } ms) RawSums.Add(bins, (key, QuantileSketch.BinOf(ms)), [1]);
        }
        var answers = db.Prompts.Where(x => x.At >= start && x.At < end && x.ResponseMs != null)
            .Select(x => new { Bucket = x.At / BucketClock.Quarter, x.UserId, x.ProjectId, x.Sources, Ms = x.ResponseMs!.Value });
        await foreach (var answer in answers.AsAsyncEnumerable().WithCancellation(cancel).ConfigureAwait(false))
        {
            var key = new RawToolKey((int)answer.Bucket, 0, answer.UserId, answer.ProjectId, 0, answer.Sources);
            RawSums.Add(bins, (key, QuantileSketch.BinOf(answer.Ms)), [1]);
        }
        await AddSpansAsync(db, range, tools, bins, cancel).ConfigureAwait(false);
        return (tools, bins);
    }

    private static async Task AddSpansAsync(
        ObservatoryContext db, TimeRange range, Dictionary<RawToolKey, long[]> tools, Dictionary<(RawToolKey, int), long[]> bins, CancellationToken cancel)
    {
        var (start, end) = (range.Start, range.End);
        var spans = db.Events.Where(x => x.At >= start && x.At < end && x.SpanKind != 0).Select(x => new
        {
            Bucket = x.At / BucketClock.Quarter, x.UserId, x.ProjectId, x.ModelId, x.ToolId, x.Sources, x.CountedMs, x.FirstTokenMs,
            IsCall = (x.SpanKind & 1) != 0, IsWait = (x.SpanKind & 8) != 0,
        });
        await foreach (var span in spans.AsAsyncEnumerable().WithCancellation(cancel).ConfigureAwait(false))
        {
            var kind = span.IsCall ? TimingKind.Latency : span.IsWait ? TimingKind.Wait : TimingKind.Work;
            if (span.CountedMs is { } ms) Add(kind, span.IsCall ? 0 : span.ToolId, ms);
            if (span.IsCall && span.FirstTokenMs is { } first) Add(TimingKind.FirstToken, 0, first);

            void Add(TimingKind kind, int tool, long ms)
            {
                var model = span.IsCall ? span.ModelId : 0;
                var key = new RawToolKey((int)span.Bucket, Timings.KeyOf(kind, tool), span.UserId, span.ProjectId, model, span.Sources);
                RawSums.Add(tools, key, [1, 0, ms, 1]);
                RawSums.Add(bins, (key, QuantileSketch.BinOf(ms)), [1]);
            }
        }
    }
}
