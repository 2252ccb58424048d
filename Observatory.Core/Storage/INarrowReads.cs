using Observatory.Core.Accounts;
using Observatory.Core.Statistics;
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

    /// <summary>What is kept of rows that are gone, for figures that are no sums; in no order. Most databases have none.</summary>
    /// <param name="first">Days since 1970-01-01.</param>
    /// <param name="end">First day that is not asked for.</param>
    GoneRowsKept Gone(ObservatoryContext db, int first, int end);

    /// <summary>Rows of some day in the range are gone.</summary>
    /// <param name="first">Days since 1970-01-01.</param>
    /// <param name="end">First day that is not asked for.</param>
    bool HasGone(ObservatoryContext db, int first, int end);

    /// <summary>Tool calls, those included whose rows are gone.</summary>
    /// <param name="start">Unix ms.</param>
    IEnumerable<ToolUseRow> ToolUses(ObservatoryContext db, long start, long end, CancellationToken cancel);

    /// <summary>Instants of activity of users: prompts and main-chain answers, those included whose rows are gone.</summary>
    /// <param name="start">Unix ms.</param>
    IEnumerable<ActivityRow> Activity(ObservatoryContext db, long start, long end, CancellationToken cancel);

    /// <summary>Points of all series of a metric that was sent.</summary>
    /// <param name="start">Unix ms.</param>
    IEnumerable<SeriesPointRow> SeriesPoints(ObservatoryContext db, int metric, long start, long end, CancellationToken cancel);

    /// <summary>Sums of all series of a metric that have such.</summary>
    /// <param name="tier">Length of a bucket, seconds.</param>
    /// <param name="start">Unix ms; both ends lie on the border of a bucket.</param>
    /// <param name="hasValues">Distributions too.</param>
    IEnumerable<SeriesTierRow> SeriesTiers(
        ObservatoryContext db, int metric, int tier, long start, long end, bool hasValues, CancellationToken cancel);

    /// <summary>Tags that say whose values are, as JSON; null where there are none of that number.</summary>
    string? Identity(ObservatoryContext db, int id);

    /// <summary>Instants of a conversation's prompts, in order, Unix ms.</summary>
    List<long> PromptTimes(ObservatoryContext db, int conversation);

    /// <summary>Conversations by their creation.</summary>
    /// <param name="start">Unix ms.</param>
    List<CreatedRow> Created(ObservatoryContext db, long start, long end);

    /// <summary>Of the given conversations those with most messages, ties by title, then by session.</summary>
    List<LongestRow> Longest(ObservatoryContext db, IReadOnlySet<int> among, int limit);

    /// <summary>Makes <see cref="ObservatoryContext.IsWanted"/> ask for these: thousands of numbers are not told to the database one by one.</summary>
    void Want(ObservatoryContext db, IReadOnlySet<int> ids);

    /// <summary>Messages one by one: by time, those of an instant by their keys.</summary>
    /// <param name="start">Unix ms.</param>
    IEnumerable<MessageItem> Messages(ObservatoryContext db, long start, long end, ItemFilter wanted, CancellationToken cancel);

    /// <summary>Messages of one conversation that were written since, by time, with their numbers.</summary>
    /// <param name="firstPrompt">Prompts with smaller numbers are left out.</param>
    /// <param name="firstResponse">Answers with smaller numbers are left out.</param>
    IEnumerable<NumberedMessage> NewMessages(
        ObservatoryContext db, int conversation, int firstPrompt, int firstResponse, ItemFilter wanted, CancellationToken cancel);

    /// <summary>Reports of usage and what searches cost, one by one: by time, those of an instant by their keys.</summary>
    /// <param name="start">Unix ms.</param>
    IEnumerable<CallItem> Calls(ObservatoryContext db, long start, long end, ItemFilter wanted, CancellationToken cancel);

    /// <summary>Events that count in no figure of their own, one by one: by time, those of an instant by their keys.</summary>
    /// <param name="start">Unix ms.</param>
    IEnumerable<EventItem> StoredEvents(ObservatoryContext db, long start, long end, ItemFilter wanted, CancellationToken cancel);

    /// <summary>Calls that have tokens and no price, by model, most tokens first.</summary>
    IEnumerable<UnpricedRow> Unpriced(ObservatoryContext db, CancellationToken cancel);

    /// <summary>The last day of which rows were deleted, days since 1970-01-01; null = none of these.</summary>
    /// <param name="first">Days since 1970-01-01.</param>
    /// <param name="end">First day that is not asked for.</param>
    int? LastGone(ObservatoryContext db, int first, int end);

    /// <summary>Runs of the program by their start.</summary>
    List<RunEntity> Runs(ObservatoryContext db);

    /// <summary>The administrator's own prices: read before the start is over.</summary>
    List<PriceEntity> OwnPrices();

    /// <summary>A setting that people change while the program runs, null = nobody did.</summary>
    string? Setting(string name);

    /// <summary>Keys by their number: asked for by every request that brings one, and before the start is over.</summary>
    /// <param name="hash">SHA-256 of the one that is wanted; empty = all.</param>
    List<ApiKey> Keys(ReadOnlySpan<byte> hash);
}

public readonly record struct QuarterRow(QuarterKey Key, Measures Figures);

public readonly record struct ToolQuarterRow(ToolKey Key, ToolMeasures Sum);

public readonly record struct BinRow(ToolKey Key, int Bin, int Count);

/// <summary>A tool call.</summary>
/// <param name="At">Unix ms.</param>
/// <param name="Sources">Bit mask.</param>
public readonly record struct ToolUseRow(long At, int Tool, int User, int Project, int Model, int Sources, int Conversation);

/// <param name="At">Unix ms.</param>
/// <param name="Sources">Bit mask.</param>
public readonly record struct ActivityRow(long At, int User, int Project, int Model, int Sources);

/// <param name="CreatedAt">Unix ms.</param>
public readonly record struct CreatedRow(int Id, long CreatedAt);

/// <param name="CreatedAt">Unix ms.</param>
public sealed record LongestRow(string SessionId, string Title, long Messages, long CreatedAt);

/// <param name="Model">Number of its name, 0 = none.</param>
/// <param name="FirstAt">Unix ms.</param>
public readonly record struct UnpricedRow(int Model, long Calls, long Tokens, long FirstAt);

/// <param name="At">Unix ms.</param>
/// <param name="Gain">What counts of it.</param>
/// <param name="Identity">Whose it is, 0 = nobody said.</param>
public readonly record struct SeriesPointRow(int Series, long At, double Gain, int Identity);

/// <param name="Start">Of the bucket, Unix ms.</param>
/// <param name="Values">Distribution; empty where it was not asked for.</param>
public sealed record SeriesTierRow(int Series, long Start, long Count, double Sum, double Min, double Max, ValueSketch Values);
