using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage;

/// <summary>
/// What the writer tells of every row that a transaction adds or changes, so that roll-ups enter the same transaction as the
/// difference. <c>before</c> is null for a new row. Called by the writer only; <see cref="Flush"/> on the thread that
/// writes, while nothing else is asked of it.
/// </summary>
public interface IRollup
{
    void Changed(PromptEntity? before, PromptEntity after);

    void Changed(ResponseEntity? before, ResponseEntity after);

    void Changed(ToolCallEntity? before, ToolCallEntity after);

    void Changed(ApiErrorEntity? before, ApiErrorEntity after);

    void Changed(EventEntity? before, EventEntity after);

    /// <summary>Writes what has gathered since the last call and forgets it.</summary>
    void Flush(IRollupTables tables);

    /// <summary>What the last <see cref="Flush"/> changed, for those who hear of commits.</summary>
    CommitDeltas Deltas => CommitDeltas.None;

    /// <summary>Forgets what has gathered: the transaction failed.</summary>
    void Discard();
}

/// <summary>Adds differences to the stored roll-ups; a row whose figures are all 0 afterwards is gone.</summary>
public interface IRollupTables
{
    void Add(in QuarterKey key, in Measures delta);

    void Add(in HourKey key, in Measures delta);

    void Add(in ToolKey key, in ToolMeasures delta);

    void Add(in ToolKey key, int bin, long delta);

    /// <summary>Rows of a UTC day were added or changed, figures or not; days since 1970-01-01.</summary>
    void Touch(int day);
}

/// <param name="Bucket">Unix time in quarters of an hour.</param>
/// <param name="Sources">Bit mask.</param>
public readonly record struct QuarterKey(int Bucket, int ConversationId, int UserId, int ProjectId, int ModelId, int Sources);

/// <param name="Bucket">Unix time in hours.</param>
/// <param name="Sources">Bit mask.</param>
public readonly record struct HourKey(int Bucket, int UserId, int ProjectId, int ModelId, int Sources);

/// <param name="Bucket">Unix time in quarters of an hour.</param>
/// <param name="ToolId">0 = answers to prompts; other times have numbers of their own (<see cref="Timings"/>).</param>
/// <param name="Sources">Bit mask.</param>
public readonly record struct ToolKey(int Bucket, int ToolId, int UserId, int ProjectId, int ModelId, int Sources);

public readonly record struct ToolMeasures(long Calls, long Errors, long DurationMs, long DurationCount)
{
    public static ToolMeasures operator +(ToolMeasures a, ToolMeasures b) =>
        new(a.Calls + b.Calls, a.Errors + b.Errors, a.DurationMs + b.DurationMs, a.DurationCount + b.DurationCount);

    public static ToolMeasures operator -(ToolMeasures a) => new(-a.Calls, -a.Errors, -a.DurationMs, -a.DurationCount);

    public static ToolMeasures Add(ToolMeasures left, ToolMeasures right) => left + right;

    public static ToolMeasures Negate(ToolMeasures item) => -item;
}
