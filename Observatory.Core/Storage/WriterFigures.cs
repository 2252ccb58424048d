using Observatory.Core.Statistics;

namespace Observatory.Core.Storage;

/// <summary>What the writer did since the program started. Thread-safe.</summary>
public sealed class WriterFigures(TimeProvider clock)
{
    private const int Seconds = 60;

    private readonly Lock _gate = new();
    private readonly QuantileSketch _latency = new();
    private readonly long[] _perSecond = new long[Seconds];
    private long _second;
    private WriterCounts _counts;
    private int _queue;
    private bool _failing;

    public WriterCounts Counts
    {
        get { lock (_gate) return _counts; }
    }

    /// <summary>The last try to write failed (full disk, lock) and the batch waits for the next: senders are asked to come again.</summary>
    public bool IsFailing { get => Volatile.Read(ref _failing); internal set => Volatile.Write(ref _failing, value); }

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

    /// <summary>Milliseconds from queue to commit; quantile 0–1. 0 before the first batch.</summary>
    public double Latency(double q)
    {
        lock (_gate) return _latency.Quantile(q) ?? 0;
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
            _counts = new WriterCounts(_counts.Processed + events + rejected, _counts.Accepted + events - known, _counts.Duplicates + known, _counts.Rejected + rejected);
            _latency.Add(QuantileSketch.BinOf((long)Math.Ceiling(latencyMs)), 1);
        }
    }

    private void Advance()
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000;
        for (var at = Math.Max(_second + 1, now - Seconds + 1); at <= now; at++) _perSecond[at % Seconds] = 0;
        _second = Math.Max(_second, now);
    }
}

/// <param name="Processed">Events and lines set aside.</param>
/// <param name="Accepted">Events that added or changed something.</param>
/// <param name="Duplicates">Events that were known.</param>
/// <param name="Rejected">Lines set aside.</param>
public readonly record struct WriterCounts(long Processed, long Accepted, long Duplicates, long Rejected);
