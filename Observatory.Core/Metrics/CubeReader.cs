using System.Runtime.CompilerServices;
using Observatory.Core.Metrics.Crowds;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Privacy.Crowds;
using Observatory.Core.Rollups;
using Observatory.Core.Statistics;
using Observatory.Core.Storage;
using Observatory.Core.Storage.DaySums;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

/// <summary>Reads the parts of a range that a <see cref="RangePlan"/> names: whole quarters from days, the ends from raw rows.</summary>
internal sealed class CubeReader(PageQueries queries, DayReader days)
{
    private readonly CrowdReader _crowds = new(days);

    /// <summary>What is read without days.</summary>
    public INarrowReads Reads => days.Reads;

    /// <summary>The filter of a question in numbers, with what its asker is shown of these ranges.</summary>
    public IdFilter FilterOf(
        ObservatoryContext db, MetricsFilter filter, NameCatalog names, TimeZoneInfo zone, CancellationToken cancel, params IReadOnlyList<TimeRange> ranges) =>
        _crowds.FilterOf(db, filter, names, zone, ranges, cancel);

    /// <summary>Who sees groups only is shown whole days at least.</summary>
    private static IReadOnlyList<TimeRange> EndsOf(RangePlan plan, IdFilter filter) => filter.Mask is null ? plan.Raw : [];

    /// <summary>Within the snapshot of the context, which must stay open while the cube is looked at.</summary>
    public async Task<Cube> ReadAsync(ObservatoryContext db, RangePlan plan, IdFilter filter, CancellationToken cancel)
    {
        var ends = new List<CubeRow>();
        foreach (var range in EndsOf(plan, filter)) await ReadRawAsync(db, range, filter, ends, cancel).ConfigureAwait(false);
        return new Cube(days, db, plan, filter, ends, cancel);
    }

    /// <summary>Conversations with a message in the range that the filter lets through.</summary>
    public async Task<HashSet<int>> ConversationsAsync(ObservatoryContext db, RangePlan plan, IdFilter filter, CancellationToken cancel) =>
        (await ReadAsync(db, plan, filter, cancel).ConfigureAwait(false)).Conversations();

    private Task ReadRawAsync(ObservatoryContext db, TimeRange range, IdFilter filter, List<CubeRow> rows, CancellationToken cancel) =>
        RowsAsync(db, range, filter, (_, in row) => rows.Add(row), cancel);

    /// <summary>Each row that counts in figures and that the filter lets through, with what it gives. A mask is not asked.</summary>
    public async Task RowsAsync(ObservatoryContext db, TimeRange range, IdFilter filter, RowVisitor visit, CancellationToken cancel)
    {
        await foreach (var row in queries.Prompts(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false)) Add(row, 0,
            Contributions.Of(row));
        await foreach (var row in queries.Responses(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false)) Add(row, row.ModelId,
            Contributions.Of(row));
        await foreach (var row in queries.ToolCalls(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false)) Add(row, row.ModelId,
            Contributions.Of(row));
        await foreach (var row in queries.ApiErrors(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false)) Add(row, 0,
            Contributions.Of(row));

        void Add(ItemEntity row, int model, in Measures measures)
        {
            if (!filter.Matches(row.UserId, row.ProjectId, model, row.Sources)) return;
            visit(row, new CubeRow(row.At, row.ConversationId, filter.Person(row.UserId), row.ProjectId, model, row.Sources, measures));
        }
    }

    /// <summary>Distribution of answer times, milliseconds.</summary>
    public async Task<QuantileSketch> ReadAnswersAsync(ObservatoryContext db, RangePlan plan, IdFilter filter, CancellationToken cancel)
    {
        var sketch = new QuantileSketch();
        var (parts, whole) = Split(plan, filter);
        days.Visit(db, DaySumPart.ToolTotals, whole, (_, block) => ToolTotals.Read(block, (_, _) => { }, tool => tool == 0 ? sketch : null), cancel);
        foreach (var part in parts)
        {
            EachTool(db, part, filter, (in reader, sum, bins) =>
            {
                foreach (var (bin, count) in bins) sketch.Add(bin, count);
            }, tool => tool == 0, cancel);
        }
        foreach (var range in EndsOf(plan, filter))
        {
            await foreach (var row in AnswersAsync(db, range, filter, cancel).ConfigureAwait(false)) sketch.Add(row.Bin, row.Count);
        }
        return sketch;
    }

    /// <summary>Times to the first answer, by instant (of a quarter of an hour, or of the prompt itself).</summary>
    public async Task AnswersAsync(ObservatoryContext db, RangePlan plan, IdFilter filter, Action<AnswerRow> each, CancellationToken cancel)
    {
        EachTool(db, plan.Quarters, filter, (in at, sum, bins) =>
        {
            foreach (var (bin, count) in bins) each(new AnswerRow(at.At, at.Facts with { Tool = 0 }, bin, checked((int)count)));
        }, tool => tool == 0, cancel);
        foreach (var range in EndsOf(plan, filter))
        {
            await foreach (var row in AnswersAsync(db, range, filter, cancel).ConfigureAwait(false)) each(row);
        }
    }

    private async IAsyncEnumerable<AnswerRow> AnswersAsync(
        ObservatoryContext db, TimeRange range, IdFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in queries.Prompts(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false))
        {
            if (row.ResponseMs is not { } ms || !filter.Matches(row.UserId, row.ProjectId, 0, row.Sources)) continue;
            yield return new AnswerRow(row.At, FactsOf(row, filter.Person(row.UserId), 0), QuantileSketch.BinOf(ms), 1);
        }
    }

    /// <summary>All that is known of a row.</summary>
    public static Facts FactsOf(ItemEntity row, int person, int model)
    {
        var facts = new Facts(person, row.ProjectId, model, row.Sources, (row as ToolCallEntity)?.ToolId ?? 0, Branch: row.BranchId);
        return row is PromptEntity prompt ? facts with { Code = prompt.HasCode ? 2 : 1, Length = prompt.Length } : facts;
    }

    /// <summary>Calls, failures and durations by tool.</summary>
    public async Task<Dictionary<int, (ToolMeasures Sum, QuantileSketch Durations)>> ReadToolsAsync(
        ObservatoryContext db, RangePlan plan, IdFilter filter, bool durations, CancellationToken cancel)
    {
        var tools = new Dictionary<int, (ToolMeasures Sum, QuantileSketch Durations)>();
        var (parts, whole) = Split(plan, filter);
        days.Visit(db, DaySumPart.ToolTotals, whole, (_, block) => ToolTotals.Read(
            block, (tool, sum) =>
            {
                if (Timings.IsTool(tool)) Add(tool, sum);
            },
            tool => durations && tool != 0 && Timings.IsTool(tool) ? tools[tool].Durations : null), cancel);
        foreach (var part in parts)
        {
            EachTool(db, part, filter, (in at, sum, bins) =>
            {
                if (!filter.ShowsRow((int)BucketClock.DayOf(at.At), CrowdDimension.Tool, at.Facts.Tool)) return;
                Add(at.Facts.Tool, sum);
                if (!durations || at.Facts.Tool == 0) return;
                foreach (var (bin, count) in bins) tools[at.Facts.Tool].Durations.Add(bin, count);
            }, Timings.IsTool, cancel);
        }
        foreach (var range in EndsOf(plan, filter))
        {
            await foreach (var row in queries.ToolCalls(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false))
            {
                if (!filter.Matches(row.UserId, row.ProjectId, row.ModelId, row.Sources)) continue;
                var ms = Contributions.Duration(row);
                Add(row.ToolId, new ToolMeasures(1, row.IsError ? 1 : 0, ms ?? 0, ms is null ? 0 : 1));
                if (ms is { } known) tools[row.ToolId].Durations.Add(QuantileSketch.BinOf(known), 1);
            }
        }
        return tools;

        void Add(int tool, ToolMeasures sum)
        {
            var known = tools.GetValueOrDefault(tool);
            tools[tool] = (known.Sum + sum, known.Durations ?? new QuantileSketch());
        }
    }

    /// <summary>Calls and failures by tool and instant (of a quarter of an hour, or of the call itself).</summary>
    public async Task ToolCallsAsync(ObservatoryContext db, RangePlan plan, IdFilter filter, Action<ToolCallsRow> each, CancellationToken cancel)
    {
        EachTool(db, plan.Quarters, filter, (in at, sum, _) =>
        {
            if (sum.Calls != 0) each(new ToolCallsRow(at.At, at.Facts, sum.Calls, sum.Errors));
        }, Timings.IsTool, cancel);
        foreach (var range in EndsOf(plan, filter))
        {
            await foreach (var row in queries.ToolCalls(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false))
            {
                if (!filter.Matches(row.UserId, row.ProjectId, row.ModelId, row.Sources)) continue;
                var facts = new Facts(filter.Person(row.UserId), row.ProjectId, row.ModelId, row.Sources, row.ToolId);
                each(new ToolCallsRow(row.At, facts, 1, row.IsError ? 1 : 0));
            }
        }
    }

    /// <summary>Who used each tool, and when last.</summary>
    public async Task<Dictionary<int, ToolUse>> ToolUsesAsync(ObservatoryContext db, RangePlan plan, IdFilter filter, CancellationToken cancel)
    {
        var uses = new Dictionary<int, ToolUse>();
        ToolUse? use = null;
        var (useOf, userOf) = (0, 0);
        days.Visit(db, DaySumPart.ToolUse, plan.Quarters, (day, block) =>
        {
            if (!filter.ShowsDay(day, plan.Quarters)) return;
            var first = DayReader.FirstQuarter(day);
            var reader = new ToolUseReader(block, day);
            while (reader.NextRun())
            {
                if (!filter.Matches(reader.User, reader.Project, reader.Model, reader.Sources)) continue;
                if (!filter.ShowsRow(day, CrowdDimension.Tool, reader.Tool)) continue;
                if (reader.LastCall(plan.Quarters.Start - first, plan.Quarters.End - first) is { } last)
                    Add(reader.Tool, reader.User, reader.Conversation, last);
            }
        }, cancel);
        foreach (var range in EndsOf(plan, filter))
        {
            await foreach (var row in queries.ToolCalls(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false))
            {
                if (filter.Matches(row.UserId, row.ProjectId, row.ModelId, row.Sources)) Add(row.ToolId, row.UserId, row.ConversationId, row.At);
            }
        }
        return uses;

        void Add(int tool, int user, int conversation, long last)
        {
            // Runs of one tool, and of one user of it, follow each other.
            if (use is null || tool != useOf)
            {
                if (!uses.TryGetValue(tool, out use)) uses[tool] = use = new ToolUse();
                (useOf, userOf) = (tool, 0);
            }
            if (user != userOf && user != 0) use.Users.Add(filter.Person(user));
            userOf = user;
            if (conversation != 0) use.AddConversation(conversation);
            use.Last = Math.Max(use.Last, last);
        }
    }

    /// <summary>How long things of a kind took, by instant (of a quarter of an hour, or of the thing itself).</summary>
    public async Task TimesAsync(
        ObservatoryContext db, RangePlan plan, IdFilter filter, TimingKind kind, Action<TimesRow> each, CancellationToken cancel)
    {
        EachTool(db, plan.Quarters, filter, (in at, sum, bins) =>
        {
            each(new TimesRow(at.At, at.Facts with { Tool = Timings.ToolOf(at.Facts.Tool) }, sum.DurationCount, sum.DurationMs, bins));
        }, key => Timings.KindOf(key) == kind, cancel);
        var one = new List<(int Bin, long Count)>();
        foreach (var range in EndsOf(plan, filter))
        {
            await foreach (var row in queries.Spans(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false))
            {
                foreach (var (key, model, ms) in Contributions.Times(row))
                {
                    if (Timings.KindOf(key) != kind || !filter.Matches(row.UserId, row.ProjectId, model, row.Sources)) continue;
                    one.Clear();
                    one.Add((QuantileSketch.BinOf(ms), 1));
                    each(new TimesRow(
                        row.At, new Facts(filter.Person(row.UserId), row.ProjectId, model, row.Sources, Timings.ToolOf(key)), 1, ms, one));
                }
            }
        }
    }

    /// <summary>Runs of activity that the filter lets through, of whole UTC days that meet the range, by person; each person's in no order.</summary>
    public Dictionary<int, List<ActiveSpan>> Activity(ObservatoryContext db, TimeRange range, IdFilter filter, CancellationToken cancel)
    {
        var spans = new Dictionary<int, List<ActiveSpan>>();
        if (range.Length == 0) return spans;
        var (first, end) = ((int)BucketClock.DayOf(range.Start), (int)BucketClock.DayOf(range.End - 1) + 1);
        days.Visit(db, DaySumPart.Activity, first, end, (day, block) =>
        {
            if (filter.Mask is { } mask && !mask.ShowsWeek(CrowdWeeks.OfDay(day))) return;
            if (filter.IsOfUsersAlone) ActivityDay.ReadUsers(block, day, user => filter.Matches(user, 0, 0, 0) ? Of(user) : null);
            else ActivityDay.ReadParts(block, day, (user, project, model, sources) => filter.Matches(user, project, model, sources) ? Of(user) : null);
        }, cancel);
        return spans;

        List<ActiveSpan> Of(int user)
        {
            var person = filter.Person(user);
            return spans.TryGetValue(person, out var own) ? own : spans[person] = [];
        }
    }

    /// <summary>
    /// Moments at which conversations were active, by conversation and time: from a day before the range, so that the pause that ends first in it
    /// is known. All of them: which ones the filter lets through, each says.
    /// </summary>
    /// <exception cref="TooManyValuesException">More than one answer may look at.</exception>
    public async Task<List<Moment>> MomentsAsync(ObservatoryContext db, TimeRange range, IdFilter filter, CancellationToken cancel)
    {
        var moments = new List<Moment>();
        var start = range.Start - BucketClock.Day;
        foreach (var row in GoneIn(db, start, range.End).Moments)
        {
            if (row.At >= start && row.At < range.End) Add(new MomentRow(row.Conversation, row.User, row.Project, row.Sources, row.First, row.Last));
        }
        await foreach (var row in queries.PromptMoments(db, start, range.End).WithCancellation(cancel).ConfigureAwait(false)) Add(row);
        await foreach (var row in queries.ResponseMoments(db, start, range.End).WithCancellation(cancel).ConfigureAwait(false)) Add(row);
        await foreach (var row in queries.ResultMoments(db, start, range.End).WithCancellation(cancel).ConfigureAwait(false)) Add(row);
        moments.Sort();
        return moments;

        void Add(MomentRow row)
        {
            // What has no session is no conversation.
            if (row.Conversation == 0) return;
            if (moments.Count >= Moment.Most) throw new TooManyValuesException();
            var facts = new Facts(filter.Person(row.User), row.Project, 0, row.Sources);
            var passes = filter.Matches(row.User, row.Project, 0, row.Sources) && filter.Shows(row.First);
            moments.Add(new Moment(row.Conversation, row.First, passes, facts));
            if (row.Last != row.First) moments.Add(new Moment(row.Conversation, row.Last, passes, facts));
        }
    }

    /// <summary>Events that count in no other figure, those included whose rows are gone.</summary>
    public async IAsyncEnumerable<EventRow> EventsAsync(
        ObservatoryContext db, TimeRange range, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var row in GoneIn(db, range.Start, range.End).Events)
        {
            if (range.Contains(row.At)) yield return new EventRow(row.At, row.User, row.Project, row.Sources, row.Type);
        }
        await foreach (var row in queries.Events(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false)) yield return row;
    }

    private GoneRowsKept GoneIn(ObservatoryContext db, long start, long end) =>
        days.Reads.Gone(db, (int)BucketClock.DayOf(start), (int)BucketClock.DayOf(end - 1) + 1);

    /// <summary>Where nothing is filtered, whole days have sums of their own; the rest of the quarters is before and behind them.</summary>
    private static ((int Start, int End)[] Parts, (int Start, int End) Whole) Split(RangePlan plan, IdFilter filter)
    {
        var (start, end) = plan.Quarters;
        var first = DayReader.FirstQuarter(DayReader.DayOf(start + DayBlock.Quarters - 1));
        var last = DayReader.FirstQuarter(DayReader.DayOf(end));
        return !filter.IsEmpty || filter.Mask is not null || first >= last ? ([plan.Quarters], (0, 0)) : ([(start, first), (last, end)], (first, last));
    }

    /// <param name="wanted">Says of a tool, or of another kind of times (<see cref="Timings"/>), whether it is looked at.</param>
    private void EachTool(
        ObservatoryContext db, (int Start, int End) quarters, IdFilter filter, ToolVisitor each, Func<int, bool> wanted, CancellationToken cancel)
    {
        var bins = new List<(int Bin, long Count)>();
        days.Visit(db, DaySumPart.Tools, quarters, (day, block) =>
        {
            if (!filter.ShowsDay(day, quarters)) return;
            var first = DayReader.FirstQuarter(day);
            var reader = new ToolReader(block);
            while (reader.NextRun())
            {
                if (!wanted(reader.Tool) || !filter.Matches(reader.User, reader.Project, reader.Model, reader.Sources)) continue;
                var facts = new Facts(filter.Person(reader.User), reader.Project, reader.Model, reader.Sources, reader.Tool);
                while (reader.NextCell())
                {
                    var sum = reader.ReadSum();
                    bins.Clear();
                    reader.ReadBins(bins);
                    var quarter = first + reader.Quarter;
                    if (quarter >= quarters.Start && quarter < quarters.End) each(new ToolCell(quarter * BucketClock.Quarter, facts), sum, bins);
                }
            }
        }, cancel);
    }

    private delegate void ToolVisitor(in ToolCell at, ToolMeasures sum, List<(int Bin, long Count)> bins);

    /// <param name="At">Start of a quarter of an hour, Unix ms.</param>
    private readonly record struct ToolCell(long At, Facts Facts);
}

internal delegate void RowVisitor(ItemEntity row, in CubeRow figures);

/// <param name="At">Unix ms.</param>
/// <param name="Bin">Of a <see cref="QuantileSketch"/> of milliseconds.</param>
internal readonly record struct AnswerRow(long At, Facts Facts, int Bin, int Count);

/// <param name="At">Unix ms.</param>
/// <param name="Bins">Their distribution; the list is used again.</param>
internal readonly record struct TimesRow(long At, Facts Facts, long Count, long Ms, List<(int Bin, long Count)> Bins);

/// <param name="At">Unix ms.</param>
internal readonly record struct ToolCallsRow(long At, Facts Facts, long Calls, long Errors);

/// <summary>Who used a tool.</summary>
internal sealed class ToolUse
{
    public HashSet<int> Users { get; } = [];

    /// <summary>Bit n set = conversation n: their numbers have no gaps.</summary>
    private ulong[] _conversations = [];

    public long Conversations => _conversations.Sum(word => (long)System.Numerics.BitOperations.PopCount(word));

    public void AddConversation(int id)
    {
        if (id >> 6 >= _conversations.Length) Array.Resize(ref _conversations, Math.Max((id >> 6) + 1, 2 * _conversations.Length));
        _conversations[id >> 6] |= 1UL << id;
    }

    /// <summary>Time of the last call, Unix ms.</summary>
    public long Last { get; set; } = long.MinValue;
}
