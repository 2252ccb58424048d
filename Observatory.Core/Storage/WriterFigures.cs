using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Statistics;
using Observatory.Core.Time;

namespace Observatory.Core.Storage;

/// <summary>What the writer did since the program started. Thread-safe.</summary>
public sealed class WriterFigures(TimeProvider clock)
{
    private const int Seconds = 60;
    private const long OldMs = BucketClock.Minute;

    private readonly Lock _gate = new();
    private readonly QuantileSketch _latency = new();
    private readonly long[] _perSecond = new long[Seconds];
    private long _second;
    private readonly Dictionary<EventSource, Share> _sources = [];
    private WriterCounts _counts;
    private int _queue;
    private WriterFault? _fault;
    private long _faultAt;
    private TaskCompletionSource _standstill = NewStandstill();

    /// <summary>What senders may add to lists, and what went beyond.</summary>
    public NewNames Names { get; } = new(clock);

    public WriterCounts Counts
    {
        get { lock (_gate) return _counts; }
    }

    /// <summary>
    /// Nothing can be written: the last try failed. Null = it can. What was given up says no more of the store after a minute without another try.
    /// </summary>
    public WriterFault? Fault
    {
        get
        {
            lock (_gate) return _fault is { IsHeld: false } && clock.GetUtcNow().ToUnixTimeMilliseconds() - _faultAt >= OldMs ? null : _fault;
        }
    }

    public bool IsFailing => Fault is not null;

    /// <summary>Ends when it is known that what waits cannot be written until someone mends the store.</summary>
    public Task Standstill => Volatile.Read(ref _standstill).Task;

    private static TaskCompletionSource NewStandstill() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Batches that wait. A batch may be committed before its sender has counted it in.</summary>
    public int QueueDepth => Math.Max(0, Volatile.Read(ref _queue));

    /// <summary>Events a second over the last minute.</summary>
    public double Throughput
    {
        get
        {
            lock (_gate)
            {
                Advance();
                return _perSecond.Sum() / (double)Seconds;
            }
        }
    }

    /// <summary>The same by source, for those that brought something.</summary>
    public IReadOnlyList<SourceCounts> Sources
    {
        get
        {
            lock (_gate)
            {
                Advance();
                return [.. _sources.OrderBy(s => s.Key).Select(s => s.Value.ToCounts(s.Key))];
            }
        }
    }

    /// <summary>Milliseconds from queue to commit; quantile 0–1. 0 before the first batch.</summary>
    public double Latency(double q)
    {
        lock (_gate) return _latency.Quantile(q) ?? 0;
    }

    /// <summary>True = it is news: until now it could be written.</summary>
    internal bool Failed(string reason, bool mayPass, bool isHeld = true)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_gate)
        {
            var before = Fault;
            _fault = new WriterFault(reason, mayPass, before?.Since ?? now, (before?.Tries ?? 0) + 1, isHeld);
            _faultAt = now;
            if (isHeld && !mayPass) _standstill.TrySetResult();
            return before is null;
        }
    }

    /// <summary>The fault that is over, null = there was none.</summary>
    internal WriterFault? Worked()
    {
        // Asked after every transaction: mostly there is nothing to take back.
        if (Volatile.Read(ref _fault) is null) return null;
        lock (_gate)
        {
            var fault = _fault;
            _fault = null;
            if (_standstill.Task.IsCompleted) Volatile.Write(ref _standstill, NewStandstill());
            return fault;
        }
    }

    internal void Queued() => Interlocked.Increment(ref _queue);

    internal void Dropped(int batches) => Interlocked.Add(ref _queue, -batches);

    internal void Committed(int batches, int events, int known, int rejected, double latencyMs)
    {
        Interlocked.Add(ref _queue, -batches);
        lock (_gate)
        {
            Advance();
            _perSecond[_second % Seconds] += events;
            _counts = new WriterCounts(_counts.Processed + events + rejected, _counts.Accepted + events - known, _counts.Duplicates + known, _counts.Rejected
                + rejected);
            _latency.Add(QuantileSketch.BinOf((long)Math.Ceiling(latencyMs)), 1);
        }
    }

    /// <summary>One batch of a commit. Called once a batch, before the commit as a whole is counted.</summary>
    internal void Committed(EventBatch batch, int rejected, double latencyMs)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var events = batch.Events.Count + batch.Points.Count - batch.Refused.Count;
        lock (_gate)
        {
            Advance();
            if (!_sources.TryGetValue(batch.Source, out var share)) _sources[batch.Source] = share = new Share();
            share.PerSecond[_second % Seconds] += events;
            share.Counts = new WriterCounts(
                share.Counts.Processed + events + rejected, share.Counts.Accepted + events - batch.Duplicates, share.Counts.Duplicates + batch.Duplicates,
                    share.Counts.Rejected + rejected);
            share.Latency.Add(QuantileSketch.BinOf((long)Math.Ceiling(latencyMs)), 1);
            share.CommittedAt = now;
            var newest = long.MinValue;
            foreach (var item in batch.Events) newest = Math.Max(newest, item.At);
            foreach (var point in batch.Points) newest = Math.Max(newest, point.At);
            if (newest == long.MinValue) return;
            share.NewestEventAt = Math.Max(share.NewestEventAt ?? newest, newest);
            // What is read or sent long after it happened says how old it is, not how fast the road is.
            if (now - newest is >= 0 and < OldMs) share.Lag.Add(QuantileSketch.BinOf(now - newest), 1);
        }
    }

    private void Advance()
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000;
        for (var at = Math.Max(_second + 1, now - Seconds + 1); at <= now; at++)
        {
            _perSecond[at % Seconds] = 0;
            foreach (var share in _sources.Values) share.PerSecond[at % Seconds] = 0;
        }
        _second = Math.Max(_second, now);
    }

    private sealed class Share
    {
        public WriterCounts Counts { get; set; }
        public QuantileSketch Latency { get; } = new();
        public QuantileSketch Lag { get; } = new();
        public long[] PerSecond { get; } = new long[Seconds];
        public long? NewestEventAt { get; set; }
        public long CommittedAt { get; set; }

        public SourceCounts ToCounts(EventSource source) => new(
            source, Counts, PerSecond.Sum() / (double)Seconds, Latency.Quantile(0.5) ?? 0, Latency.Quantile(0.99) ?? 0, Lag.Quantile(0.5),
                Lag.Quantile(0.99), NewestEventAt, CommittedAt);
    }
}

/// <param name="Throughput">Events a second over the last minute.</param>
/// <param name="LatencyP50">Milliseconds from queue to commit.</param>
/// <param name="LagP50">Milliseconds from the newest event of a batch to its commit, where the event was less than a minute old; null before the first.</param>
/// <param name="NewestEventAt">Unix ms of the newest event, as its source dates it.</param>
/// <param name="CommittedAt">Unix ms.</param>
public sealed record SourceCounts(
    EventSource Source, WriterCounts Counts, double Throughput, double LatencyP50, double LatencyP99, double? LagP50, double? LagP99, long? NewestEventAt,
        long CommittedAt);

/// <param name="Processed">Events and lines set aside.</param>
/// <param name="Accepted">Events that added or changed something.</param>
/// <param name="Duplicates">Events that were known.</param>
/// <param name="Rejected">Lines set aside.</param>
public readonly record struct WriterCounts(long Processed, long Accepted, long Duplicates, long Rejected);
