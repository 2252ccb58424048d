using Observatory.Core.Accounts;
using Observatory.Core.Storage.DaySums;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage;

/// <summary>
/// The reads behind every dashboard, each one statement that takes only the columns it needs: through entities the same rows cost about ten
/// times as much. All but <see cref="Keys"/> see the snapshot of the context that they are given. Ranges are half-open, rows
/// come in order of time. What is enumerable is read while it is enumerated, once, and ends before anything else is asked of the context.
/// </summary>
public interface INarrowReads
{
    /// <summary>
    /// Versions of UTC days, one each: in the snapshot, so that equal versions mean equal rows of that day, whichever snapshot they were
    /// read in. 0 = not written to since versions are kept.
    /// </summary>
    /// <param name="first">Days since 1970-01-01.</param>
    /// <param name="end">First day that is not asked for.</param>
    long[] DayVersions(ObservatoryContext db, int first, int end);

    /// <param name="start">Unix quarters of an hour.</param>
    IEnumerable<QuarterRow> Quarters(ObservatoryContext db, int start, int end, CancellationToken cancel);

    /// <param name="start">Unix quarters of an hour.</param>
    IEnumerable<ToolQuarterRow> Tools(ObservatoryContext db, int start, int end, CancellationToken cancel);

    /// <summary>Durations of tool calls, and times to the first answer (tool 0).</summary>
    /// <param name="start">Unix quarters of an hour.</param>
    IEnumerable<BinRow> Bins(ObservatoryContext db, int start, int end, CancellationToken cancel);

    /// <summary>
    /// Stored blocks of days, whatever version they are of; those of another form and damaged ones are left out. In order, and nothing else is asked of
    /// the context meanwhile.
    /// </summary>
    /// <param name="first">Days since 1970-01-01.</param>
    /// <param name="end">First day that is not asked for.</param>
    /// <param name="wanted">Says of a day and version whether its bytes are to be read.</param>
    void DaySums(ObservatoryContext db, DaySumPart part, int first, int end, Func<int, long, bool> wanted, DaySumReader each);

    /// <summary>Instants of activity of users: prompts and main-chain answers.</summary>
    /// <param name="start">Unix ms.</param>
    IEnumerable<ActivityRow> Activity(ObservatoryContext db, long start, long end, CancellationToken cancel);

    /// <summary>Instants of a conversation's prompts, in order, Unix ms.</summary>
    List<long> PromptTimes(ObservatoryContext db, int conversation);

    /// <summary>Conversations by their creation.</summary>
    /// <param name="start">Unix ms.</param>
    List<CreatedRow> Created(ObservatoryContext db, long start, long end);

    /// <summary>Of the given conversations those with most messages, ties by title, then by session.</summary>
    List<LongestRow> Longest(ObservatoryContext db, IReadOnlySet<int> among, int limit);

    /// <summary>Makes <see cref="ObservatoryContext.IsWanted"/> ask for these: thousands of numbers are not told to the database one by one.</summary>
    void Want(ObservatoryContext db, IReadOnlySet<int> ids);

    /// <summary>Runs of the program by their start.</summary>
    List<RunEntity> Runs(ObservatoryContext db);

    /// <summary>Keys by their number: asked for by every request that brings one, and before the start is over.</summary>
    /// <param name="hash">SHA-256 of the one that is wanted; empty = all.</param>
    List<ApiKey> Keys(ReadOnlySpan<byte> hash);
}

public readonly record struct QuarterRow(QuarterKey Key, Measures Figures);

public readonly record struct ToolQuarterRow(ToolKey Key, ToolMeasures Sum);

public readonly record struct BinRow(ToolKey Key, int Bin, int Count);

/// <param name="At">Unix ms.</param>
/// <param name="Sources">Bit mask.</param>
public readonly record struct ActivityRow(long At, int User, int Project, int Model, int Sources);

/// <param name="CreatedAt">Unix ms.</param>
public readonly record struct CreatedRow(int Id, long CreatedAt);

/// <param name="CreatedAt">Unix ms.</param>
public sealed record LongestRow(string SessionId, string Title, long Messages, long CreatedAt);
