using Observatory.Core.Storage.Writing;

namespace Observatory.Core.Storage.Maintenance;

/// <summary>
/// A kind of work on what is stored: to delete, to rewrite, to price anew, to sum anew, to restore. It is cut into pieces, each so small that batches
/// can wait for it, and it can be killed between any two of them.
/// </summary>
internal interface IMaintenanceStep
{
    /// <summary>Stored with its jobs: never change it.</summary>
    string Name { get; }

    /// <summary>Jobs of a smaller number go first, also before the rest of one that has begun; of equal ones the earlier order.</summary>
    int Order { get; }

    /// <summary>Asked once when the program has started: there is something to do that nobody has to order.</summary>
    Task<bool> IsDueAsync(CancellationToken cancel) => Task.FromResult(false);

    /// <summary>
    /// What is left to do, piece by piece: the next is asked for when the one before is on disk. It is begun anew, from <see cref="MaintenanceJob.Place"/>,
    /// after
    /// an end of the program and wherever a piece has failed: a place that lags behind must do no harm.
    /// </summary>
    IAsyncEnumerable<MaintenancePiece> PiecesAsync(MaintenanceJob job, CancellationToken cancel);
}

/// <summary>A small part of a job.</summary>
internal sealed class MaintenancePiece
{
    private MaintenancePiece(Action<WriterState>? work, Action? standstill) => (Work, Standstill) = (work, standstill);

    /// <summary>In a transaction of the writer. Null = it needs none.</summary>
    public Action<WriterState>? Work { get; }

    /// <summary>While the writer stands still. Null = it does not have to.</summary>
    public Action? Standstill { get; }

    /// <summary>Where the job goes on behind it. It may be set by the work itself, and is stored in the same transaction.</summary>
    public string? Place { get; set; }

    /// <summary>What this piece did, in the unit of the step.</summary>
    public long Done { get; set; }

    /// <summary>Of how many the job is, about; 0 = as it was said before.</summary>
    public long Total { get; set; }

    /// <summary>
    /// Work with the writer's memory: rows that it takes from there and changes are judged, summed and written as those of a batch. Some tens of
    /// milliseconds.
    /// </summary>
    public static MaintenancePiece InTransaction(Action<WriterState> work) => new(work, null);

    /// <summary>
    /// Work over a connection of the step's own on what the writer also keeps in memory, which it reads anew behind it: that takes long where much is stored,
    /// so
    /// there are to be few such pieces.
    /// </summary>
    public static MaintenancePiece AtStandstill(Action work) => new(null, work);

    /// <summary>Nothing was to be done in the writer's turn: the step has looked, or written beside it.</summary>
    public static MaintenancePiece Beside() => new(null, null);
}
