using Observatory.Core.Exports.Tables;

namespace Observatory.Core.Exports.Jobs;

/// <summary>One export in work: how far it is, and how it is stopped. Thread-safe.</summary>
internal sealed class ExportRun : IDisposable
{
    private readonly CancellationTokenSource _cancelled = new();
    private volatile ExportTable? _table;
    private volatile Stream? _file;
    private int _isOver;

    /// <summary>Somebody wants it no more.</summary>
    public CancellationToken Cancelled { get; private init; }

    public ExportRun() => Cancelled = _cancelled.Token;

    public long Rows => _table?.RowsRead ?? 0;

    public long Bytes
    {
        get
        {
            try
            {
                return _file?.Position ?? 0;
            }
            catch (ObjectDisposedException)
            {
                return 0;
            }
        }
    }

    public double Progress => _table?.Place ?? 0;

    public void Begin(ExportTable table, Stream file) => (_table, _file) = (table, file);

    public Task CancelAsync() => Volatile.Read(ref _isOver) == 0 ? _cancelled.CancelAsync() : Task.CompletedTask;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0) _cancelled.Dispose();
    }
}
