using Hangfire;
using Hangfire.Server;
using Hangfire.Storage;
using Hangfire.Storage.SQLite;
using SQLite;

namespace Observatory.Web.Jobs;

/// <summary>
/// Hangfire's storage, in a file of its own that may be damaged, removed or made anew at any time: our tables hold the truth, and this is the alarm clock.
/// It is opened when the program serves, not before. Thread-safe.
/// </summary>
internal sealed class JobStore(string path, ILogger<JobStore> log) : JobStorage, IDisposable
{
    /// <summary>Of a queue that is looked at in turns: a job waits at most so long.</summary>
    private static readonly TimeSpan s_poll = TimeSpan.FromSeconds(5);

    private readonly ManualResetEventSlim _open = new();
    private volatile SQLiteStorage? _inner;
    private int _isOver;

    /// <summary>Who asks in the first moment of the program waits so long for it.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    public string Path => path;

    public bool IsOpen => _inner is not null;

    /// <summary>Jobs can be read and written from here on. One that is damaged is made anew; what may pass is thrown.</summary>
    /// <exception cref="SQLiteException">A lock or a full disk.</exception>
    public void Open()
    {
        try
        {
            Check();
        }
        catch (SQLiteException damaged) when (damaged.Result is SQLite3.Result.Corrupt or SQLite3.Result.NonDBFile)
        {
            log.LogWarning("The file of jobs {Path} is damaged ({Reason}) and is made anew. Nothing is lost: what is due stands in the database", path,
                damaged.Message);
            Remove();
        }
        var options = new SQLiteStorageOptions
        {
            QueuePollInterval = s_poll, JournalMode = SQLiteStorageOptions.JournalModes.WAL, AutoVacuumSelected = SQLiteStorageOptions.AutoVacuum.INCREMENTAL,
            InvisibilityTimeout = TimeSpan.FromMinutes(30), PoolSize = 8,
        };
        _inner = new SQLiteStorage(path, options);
        _open.Set();
    }

    /// <summary>The file is there and is the one that was opened.</summary>
    public bool IsThere => File.Exists(path);

    public void Close()
    {
        _open.Reset();
        _inner?.Dispose();
        _inner = null;
    }

    public override IStorageConnection GetConnection() => Inner.GetConnection();

    public override IStorageConnection GetReadOnlyConnection() => Inner.GetReadOnlyConnection();

    public override IMonitoringApi GetMonitoringApi() => Inner.GetMonitoringApi();

    // Hangfire asks for its components by this.
#pragma warning disable CS0618, CS0672
    public override IEnumerable<IServerComponent> GetComponents() => Inner.GetComponents();
#pragma warning restore CS0618, CS0672

    public override bool HasFeature(string featureId) => _inner?.HasFeature(featureId) ?? base.HasFeature(featureId);

    public override string ToString() => $"SQLite in {path}";

    /// <summary>It stands twice in the container, under two names.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0) return;
        Close();
        _open.Dispose();
    }

    private SQLiteStorage Inner => _inner ?? (_open.Wait(Patience) ? _inner : null) ?? throw new JobsNotReadyException();

    private void Check()
    {
        if (!File.Exists(path)) return;
        using var connection = new SQLiteConnection(path, SQLiteOpenFlags.ReadWrite | SQLiteOpenFlags.NoMutex) { BusyTimeout = TimeSpan.FromSeconds(2) };
        if (connection.ExecuteScalar<string>("PRAGMA quick_check(1)") is var said && said != "ok") throw SQLiteException.New(SQLite3.Result.Corrupt, said);
        // Whoever cannot write now finds out here.
        connection.Execute("BEGIN IMMEDIATE");
        connection.Execute("ROLLBACK");
    }

    private void Remove()
    {
        foreach (var ending in new[] { "", "-wal", "-shm", "-journal" }) File.Delete(path + ending);
    }
}

/// <summary>The jobs' file is not open yet, or not at the moment.</summary>
internal sealed class JobsNotReadyException()
    : Exception("The job server is not ready yet. It begins a moment after the program, and again when its file can be opened.");
