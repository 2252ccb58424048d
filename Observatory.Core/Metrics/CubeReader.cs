using System.Runtime.CompilerServices;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Rollups;
using Observatory.Core.Statistics;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

/// <summary>Reads the parts of a range that a <see cref="RangePlan"/> names: whole quarters from days, the ends from raw rows.</summary>
internal sealed class CubeReader(PageQueries queries, DayReader days)
{
    public async Task<Cube> ReadAsync(ObservatoryContext db, RangePlan plan, IdFilter filter, CancellationToken cancel)
    {
        var ends = new List<CubeRow>();
        foreach (var range in plan.Raw) await ReadRawAsync(db, range, filter, ends, cancel).ConfigureAwait(false);
        return new Cube(days.Of(db, DayParts.Quarters, plan.Quarters, cancel), plan, filter, ends);
    }

    /// <summary>Conversations with a message in the range that the filter lets through.</summary>
    public async Task<HashSet<int>> ConversationsAsync(ObservatoryContext db, RangePlan plan, IdFilter filter, CancellationToken cancel)
    {
        var cube = await ReadAsync(db, plan, filter, cancel).ConfigureAwait(false);
        return [.. cube.Rows.Where(r => r.Figures.Messages > 0 && r.Conversation != 0).Select(r => r.Conversation)];
    }

    private async Task ReadRawAsync(ObservatoryContext db, TimeRange range, IdFilter filter, List<CubeRow> rows, CancellationToken cancel)
    {
        await foreach (var row in queries.Prompts(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false)) Add(row, 0, Contributions.Of(row));
        await foreach (var row in queries.Responses(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false)) Add(row, row.ModelId, Contributions.Of(row));
        await foreach (var row in queries.ToolCalls(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false)) Add(row, row.ModelId, Contributions.Of(row));
        await foreach (var row in queries.ApiErrors(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false)) Add(row, 0, Contributions.Of(row));

        void Add(ItemEntity row, int model, in Measures measures)
        {
            if (!filter.Matches(row.UserId, row.ProjectId, model, row.Sources)) return;
            rows.Add(new CubeRow(row.At, row.ConversationId, filter.Person(row.UserId), row.ProjectId, model, row.Sources, measures));
        }
    }

    /// <summary>Distribution of answer times, milliseconds.</summary>
    public async Task<QuantileSketch> ReadAnswersAsync(ObservatoryContext db, RangePlan plan, IdFilter filter, CancellationToken cancel)
    {
        var sketch = new QuantileSketch();
        foreach (var row in Bins(db, DayParts.AnswerBins, plan, filter, cancel)) sketch.Add(row.Bin, row.Count);
        // The ends alone: there are thousands of bins, and each would cost a turn of an asynchronous loop.
        await foreach (var row in AnswersAsync(db, plan with { Quarters = (0, 0) }, filter, cancel).ConfigureAwait(false)) sketch.Add(row.Bin, row.Count);
        return sketch;
    }

    /// <summary>Times to the first answer, by instant (of a quarter of an hour, or of the prompt itself).</summary>
    public async IAsyncEnumerable<AnswerRow> AnswersAsync(
        ObservatoryContext db, RangePlan plan, IdFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var row in Bins(db, DayParts.AnswerBins, plan, filter, cancel))
        {
            yield return new AnswerRow(row.Key.Bucket * BucketClock.Quarter, FactsOf(row.Key, filter), row.Bin, row.Count);
        }
        foreach (var range in plan.Raw)
        {
            await foreach (var row in queries.Prompts(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false))
            {
                if (row.ResponseMs is not { } ms || !filter.Matches(row.UserId, row.ProjectId, 0, row.Sources)) continue;
                yield return new AnswerRow(row.At, new Facts(filter.Person(row.UserId), row.ProjectId, 0, row.Sources), QuantileSketch.BinOf(ms), 1);
            }
        }
    }

    /// <summary>Calls, failures and durations by tool.</summary>
    public async Task<Dictionary<int, (ToolMeasures Sum, QuantileSketch Durations)>> ReadToolsAsync(
        ObservatoryContext db, RangePlan plan, IdFilter filter, bool durations, CancellationToken cancel)
    {
        var tools = new Dictionary<int, (ToolMeasures Sum, QuantileSketch Durations)>();
        foreach (var row in Tools(db, plan, filter, cancel)) Add(row.Key.ToolId, row.Sum);
        if (durations)
        {
            foreach (var row in Bins(db, DayParts.ToolBins, plan, filter, cancel)) tools[row.Key.ToolId].Durations.Add(row.Bin, row.Count);
        }
        foreach (var range in plan.Raw)
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
    public async Task<List<ToolCallsRow>> ToolCallsAsync(ObservatoryContext db, RangePlan plan, IdFilter filter, CancellationToken cancel)
    {
        var calls = Tools(db, plan, filter, cancel)
            .Select(r => new ToolCallsRow(r.Key.Bucket * BucketClock.Quarter, FactsOf(r.Key, filter), r.Sum.Calls, r.Sum.Errors)).ToList();
        foreach (var range in plan.Raw)
        {
            await foreach (var row in queries.ToolCalls(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false))
            {
                if (!filter.Matches(row.UserId, row.ProjectId, row.ModelId, row.Sources)) continue;
                var facts = new Facts(filter.Person(row.UserId), row.ProjectId, row.ModelId, row.Sources, row.ToolId);
                calls.Add(new ToolCallsRow(row.At, facts, 1, row.IsError ? 1 : 0));
            }
        }
        return calls;
    }

    /// <summary>Activity in the range that the filter lets through, in order of time.</summary>
    public IEnumerable<ActivityRow> Activity(ObservatoryContext db, TimeRange range, IdFilter filter, CancellationToken cancel) =>
        days.Of(db, DayParts.Activity, range, cancel).SelectMany(day => day).Where(r => range.Contains(r.At) && filter.Matches(r.User, r.Project, r.Model, r.Sources))
            .Select(r => r with { User = filter.Person(r.User) });

    /// <summary>
    /// Moments at which conversations were active, by conversation and time: from a day before the range, so that the pause that ends first in it
    /// is known. All of them: which ones the filter lets through, each says.
    /// </summary>
    /// <exception cref="TooManyValuesException">More than one answer may look at.</exception>
    public async Task<List<Moment>> MomentsAsync(ObservatoryContext db, TimeRange range, IdFilter filter, CancellationToken cancel)
    {
        var moments = new List<Moment>();
        var start = range.Start - BucketClock.Day;
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
            var passes = filter.Matches(row.User, row.Project, 0, row.Sources);
            moments.Add(new Moment(row.Conversation, row.First, passes, facts));
            if (row.Last != row.First) moments.Add(new Moment(row.Conversation, row.Last, passes, facts));
        }
    }

    /// <summary>Events that count in no other figure.</summary>
    public IAsyncEnumerable<EventRow> EventsAsync(ObservatoryContext db, TimeRange range) => queries.Events(db, range.Start, range.End);

    private static Facts FactsOf(in ToolKey key, IdFilter filter) => new(filter.Person(key.UserId), key.ProjectId, key.ModelId, key.Sources, key.ToolId);

    private IEnumerable<ToolQuarterRow> Tools(ObservatoryContext db, RangePlan plan, IdFilter filter, CancellationToken cancel) =>
        days.Of(db, DayParts.Tools, plan.Quarters, cancel).SelectMany(day => day).Where(r => Passes(r.Key, plan, filter));

    private IEnumerable<BinRow> Bins(ObservatoryContext db, DayRows<BinRow> part, RangePlan plan, IdFilter filter, CancellationToken cancel) =>
        days.Of(db, part, plan.Quarters, cancel).SelectMany(day => day).Where(r => Passes(r.Key, plan, filter));

    private static bool Passes(in ToolKey key, RangePlan plan, IdFilter filter) =>
        key.Bucket >= plan.Quarters.Start && key.Bucket < plan.Quarters.End && filter.Matches(key.UserId, key.ProjectId, key.ModelId, key.Sources);
}

/// <param name="At">Unix ms.</param>
/// <param name="Bin">Of a <see cref="QuantileSketch"/> of milliseconds.</param>
internal readonly record struct AnswerRow(long At, Facts Facts, int Bin, int Count);

/// <param name="At">Unix ms.</param>
internal readonly record struct ToolCallsRow(long At, Facts Facts, long Calls, long Errors);
