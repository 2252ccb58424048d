namespace Observatory.Core.Storage.Maintenance;

/// <summary>How far a job is. The numbers are stored: never change one.</summary>
public enum MaintenanceState
{
    /// <summary>It was asked for; others go first.</summary>
    Waiting = 0,

    /// <summary>Begun and not ended, also where the program was killed meanwhile: it goes on.</summary>
    Running = 1,
    Done = 2,
    Cancelled = 3,

    /// <summary>It failed as often as it may: <see cref="MaintenanceJob.Reason"/> says why.</summary>
    Failed = 4,
}

/// <summary>One piece of work on what is stored, from the order to its end.</summary>
/// <param name="Id">Its number; later ones are larger.</param>
/// <param name="Step">The kind of work: name of an <see cref="IMaintenanceStep"/>.</param>
/// <param name="Arguments">What the step was asked to do, in the step's own words.</param>
/// <param name="State">How far it is.</param>
/// <param name="Place">Where it goes on, in the step's own words; null = at its beginning.</param>
/// <param name="Done">What is done so far, in the step's own unit (rows, texts, conversations).</param>
/// <param name="Total">Of how many, about; 0 = not known.</param>
/// <param name="Failures">Tries that failed since the last piece that did not.</param>
/// <param name="Reason">Why the last try failed.</param>
/// <param name="AskedAt">Unix ms.</param>
/// <param name="StartedAt">Unix ms, null = not yet.</param>
/// <param name="EndedAt">Unix ms, null = not yet.</param>
public sealed record MaintenanceJob(
    int Id, string Step, string Arguments, MaintenanceState State, string? Place, long Done, long Total, int Failures, string? Reason, long AskedAt,
    long? StartedAt, long? EndedAt)
{
    public bool IsOpen => State is MaintenanceState.Waiting or MaintenanceState.Running;
}

/// <summary>Orders work on what is stored, and says how far it is. Orders stand in the database: they outlive the program.</summary>
public interface IMaintenance
{
    /// <param name="step">Name of a step.</param>
    /// <param name="arguments">As the step wants them.</param>
    /// <param name="cancel">Gives up before the order is stored.</param>
    /// <returns>Number of the job; that of one that is open and was asked for the same where there is one.</returns>
    /// <exception cref="ArgumentException">There is no such step.</exception>
    Task<int> AskAsync(string step, string arguments = "", CancellationToken cancel = default);

    /// <summary>The job ends behind the piece that it is at; what is done stays done.</summary>
    /// <returns>False = there is no open job of that number.</returns>
    Task<bool> CancelAsync(int id, CancellationToken cancel = default);

    /// <summary>Null = there is none of that number.</summary>
    Task<MaintenanceJob?> FindAsync(int id, CancellationToken cancel = default);

    /// <summary>The newest first, at most 100.</summary>
    Task<IReadOnlyList<MaintenanceJob>> ListAsync(CancellationToken cancel = default);
}
