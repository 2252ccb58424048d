using Observatory.Core.Events;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Rollups;

/// <summary>
/// What one row adds to its bucket. Roll-ups are nothing but sums of these: a change enters as what the row gives now minus what it
/// gave before, a rebuild is the sum over all rows, and the raw ends of a range use the same function.
/// </summary>
internal static class Contributions
{
    public static Measures Of(PromptEntity row)
    {
        var m = new Measures();
        if (row.IsVoid) return m;
        m[Measure.UserMessages] = 1;
        if (row.ResponseMs is { } ms)
        {
            m[Measure.ResponseCount] = 1;
            m[Measure.ResponseMs] = ms;
        }
        return m;
    }

    public static Measures Of(ResponseEntity row)
    {
        var m = new Measures();
        if (row.IsVoid) return m;
        if (!row.IsAuxiliary) m[Measure.AssistantMessages] = 1;
        m[Measure.Input] = row.Input;
        m[Measure.Output] = row.Output;
        m[Measure.CacheWrite5m] = row.CacheWrite5m;
        m[Measure.CacheWrite1h] = row.CacheWrite1h;
        m[Measure.CacheRead] = row.CacheRead;
        m[Measure.Cost] = row.Cost ?? 0;
        m[Measure.UncachedCost] = row.UncachedCost;
        if (row.Cost is null) m[Measure.UnpricedTokens] = row.Tokens.Total;
        return m;
    }

    public static Measures Of(ToolCallEntity row)
    {
        var m = new Measures();
        if (!row.IsCalled || row.IsVoid) return m;
        m[Measure.ToolCalls] = 1;
        if (row.IsError) m[Measure.ToolErrors] = 1;
        m[Measure.Cost] = row.Cost;
        return m;
    }

    public static Measures Of(ApiErrorEntity row)
    {
        var m = new Measures();
        if (row.IsVoid) return m;
        m[Measure.ApiErrors] = row.Attempts;
        return m;
    }

    /// <summary>Milliseconds as the source measured it, else from call to result; null while either is missing.</summary>
    public static long? Duration(ToolCallEntity row) => !row.IsCalled ? null : row.MeasuredMs
        ?? (row.ResultAt is { } result ? Math.Max(0, result - row.At) : null);

    /// <summary>How long what a span tells of took, milliseconds, under the key and model that it is rolled up by.</summary>
    public static IEnumerable<(int Key, int Model, long Ms)> Times(EventEntity row)
    {
        var kind = (SpanKind)row.SpanKind;
        if ((kind & SpanKind.Call) != 0)
        {
            if (row.CountedMs is { } all) yield return (Timings.KeyOf(TimingKind.Latency, 0), row.ModelId, all);
            if (row.FirstTokenMs is { } first) yield return (Timings.KeyOf(TimingKind.FirstToken, 0), row.ModelId, first);
        }
        else if (row.CountedMs is { } ms && kind != SpanKind.None)
        {
            yield return (Timings.KeyOf((kind & SpanKind.Wait) != 0 ? TimingKind.Wait : TimingKind.Work, row.ToolId), 0, ms);
        }
    }

    public static int QuarterOf(long at) => (int)(BucketClock.Floor(at, BucketClock.Quarter) / BucketClock.Quarter);

    /// <summary>UTC day of a quarter of an hour, days since 1970-01-01.</summary>
    public static int DayOf(int quarter) => (int)BucketClock.DayOf(quarter * BucketClock.Quarter);

    /// <summary>Hour of a quarter of an hour, since 1970-01-01.</summary>
    public static int HourOf(int quarter) => (int)(BucketClock.Floor(quarter * BucketClock.Quarter, BucketClock.Hour) / BucketClock.Hour);
}
