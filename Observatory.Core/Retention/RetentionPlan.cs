using Observatory.Core.Storage.Writing;

namespace Observatory.Core.Retention;

/// <summary>Exactly what is to go, as it was found when somebody asked.</summary>
/// <param name="Cutoff">Unix ms: the start of the first day of raw rows that is kept; null = raw rows are kept for ever.</param>
/// <param name="Raw">Which events.</param>
/// <param name="Texts">Of which events the texts.</param>
/// <param name="LettersBefore">Unix ms; null = they are kept for ever.</param>
/// <param name="Marks">Rows that came later are not meant.</param>
/// <param name="LastLetter">Greatest number of a letter that is meant.</param>
/// <param name="Tables">What that is.</param>
/// <param name="Shares">Part of each table that goes, 0 to 1, by dataset.</param>
/// <param name="Archive">It is written to archives first.</param>
internal sealed record RetentionPlan(
    long? Cutoff, IReadOnlyList<RowFilter> Raw, IReadOnlyList<RowFilter> Texts, long? LettersBefore, RowMarks Marks, int LastLetter,
    IReadOnlyList<PlannedTable> Tables, IReadOnlyDictionary<string, double> Shares, bool Archive = false);

/// <param name="Dataset">A name of <see cref="RetentionDatasets.Planned"/>.</param>
/// <param name="Rows">How many go.</param>
/// <param name="Bytes">About what they take on disk.</param>
/// <param name="Oldest">The oldest of them; null = none goes.</param>
/// <param name="Newest">The newest of them.</param>
public sealed record PlannedTable(string Dataset, long Rows, long Bytes, DateTimeOffset? Oldest, DateTimeOffset? Newest);

/// <summary>What was asked for and what would go.</summary>
/// <param name="PlanId">Runs exactly this, within the hour, once.</param>
/// <param name="Cutoff">Start of the first UTC day of raw rows that is kept.</param>
public sealed record RetentionPreview(string PlanId, DateTimeOffset? Cutoff, IReadOnlyList<PlannedTable> Tables);

/// <param name="Dataset">A name of <see cref="RetentionDatasets.Planned"/>.</param>
/// <param name="Rows">Gone so far.</param>
/// <param name="Bytes">About what they took on disk.</param>
public sealed record RemovedTable(string Dataset, long Rows, long Bytes);

/// <summary>How far a run is.</summary>
/// <param name="Id">Its number.</param>
/// <param name="State"><c>queued, running, paused, done, cancelled, failed</c>.</param>
/// <param name="Progress">0 to 1.</param>
/// <param name="Tables">What is gone.</param>
/// <param name="BytesFreed">Given back to the disk.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Actor">Who ran it.</param>
public sealed record RetentionRun(
    int Id, string PlanId, string State, double Progress, IReadOnlyList<RemovedTable> Tables, long BytesFreed, string? Error, DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt, DateTimeOffset? Cutoff, string? Actor, IReadOnlyList<PlannedTable> Planned);

/// <summary>Why a plan is not run.</summary>
public enum RunRefusal
{
    None,

    /// <summary>There is no such plan.</summary>
    Unknown,

    /// <summary>It is older than an hour.</summary>
    Expired,

    /// <summary>It was run.</summary>
    Ran,

    /// <summary>It takes much, and the clock jumped: somebody has to say that it is meant.</summary>
    Unconfirmed,
}
