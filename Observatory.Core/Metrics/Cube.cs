using System.Runtime.CompilerServices;
using Observatory.Core.Rollups;
using Observatory.Core.Statistics;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

/// <summary>Figures of one bucket and one set of names. <paramref name="At"/> is an instant inside the bucket, Unix ms.</summary>
internal readonly record struct CubeRow(long At, int User, int Project, int Model, int Sources, Measures Figures);

/// <summary>A conversation's messages in one bucket.</summary>
internal readonly record struct PresentRow(long At, int Conversation, int User, int Project, int Model, long UserMessages, long AssistantMessages);

/// <summary>What a range holds after filtering, read in one snapshot.</summary>
internal sealed class Cube
{
    public List<CubeRow> Rows { get; } = [];

    public List<PresentRow> Present { get; } = [];
}

/// <summary>Reads ranges from the tiers that a <see cref="RangePlan"/> names.</summary>
internal sealed class CubeReader(PageQueries queries)
{
    public async Task<Cube> ReadAsync(ObservatoryContext db, RangePlan plan, IdFilter filter, CancellationToken cancel)
    {
        var cube = new Cube();
        if (plan.Hours.Start < plan.Hours.End)
        {
            await foreach (var row in queries.Hours(db, plan.Hours.Start, plan.Hours.End).WithCancellation(cancel).ConfigureAwait(false))
            {
                if (filter.Matches(row.UserId, row.ProjectId, row.ModelId, row.Sources))
                {
                    cube.Rows.Add(new CubeRow(row.Bucket * BucketClock.Hour, filter.Person(row.UserId), row.ProjectId, row.ModelId, row.Sources, Measures.Of(row)));
                }
            }
        }
        foreach (var (start, end) in plan.Quarters)
        {
            await foreach (var row in queries.Quarters(db, start, end).WithCancellation(cancel).ConfigureAwait(false))
            {
                if (filter.Matches(row.UserId, row.ProjectId, row.ModelId, row.Sources))
                {
                    cube.Rows.Add(new CubeRow(row.Bucket * BucketClock.Quarter, filter.Person(row.UserId), row.ProjectId, row.ModelId, row.Sources, Measures.Of(row)));
                }
            }
        }
        await ReadPresenceAsync(db, plan, filter, cube, cancel).ConfigureAwait(false);
        foreach (var range in plan.Raw) await ReadRawAsync(db, range, filter, cube, cancel).ConfigureAwait(false);
        return cube;
    }

    private async Task ReadPresenceAsync(ObservatoryContext db, RangePlan plan, IdFilter filter, Cube cube, CancellationToken cancel)
    {
        var (start, end) = plan.AllQuarters;
        if (start >= end) return;
        // By hour only where the hours are whole; a slot that the range cuts is filtered by the quarters asked for, so it stays exact.
        var quarters = plan.ByHour ? 4 : 1;
        await foreach (var row in queries.Presence(db, start, end, quarters).WithCancellation(cancel).ConfigureAwait(false))
        {
            if (filter.Matches(row.UserId, row.ProjectId, row.ModelId, row.Sources))
            {
                cube.Present.Add(new PresentRow(row.Slot * quarters * BucketClock.Quarter, row.ConversationId, filter.Person(row.UserId), row.ProjectId, row.ModelId, row.UserMessages, row.AssistantMessages));
            }
        }
    }

    /// <summary>Conversations with a message in the range that the filter lets through.</summary>
    public async Task<HashSet<int>> ConversationsAsync(ObservatoryContext db, RangePlan plan, IdFilter filter, CancellationToken cancel)
    {
        var cube = new Cube();
        await ReadPresenceAsync(db, plan, filter, cube, cancel).ConfigureAwait(false);
        foreach (var range in plan.Raw) await ReadRawAsync(db, range, filter, cube, cancel).ConfigureAwait(false);
        return [.. cube.Present.Select(p => p.Conversation).Where(id => id != 0)];
    }

    private async Task ReadRawAsync(ObservatoryContext db, TimeRange range, IdFilter filter, Cube cube, CancellationToken cancel)
    {
        await foreach (var row in queries.Prompts(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false))
        {
            if (Add(row, 0, Contributions.Of(row))) cube.Present.Add(new PresentRow(row.At, row.ConversationId, filter.Person(row.UserId), row.ProjectId, 0, 1, 0));
        }
        await foreach (var row in queries.Responses(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false))
        {
            if (Add(row, row.ModelId, Contributions.Of(row)) && !row.IsAuxiliary) cube.Present.Add(new PresentRow(row.At, row.ConversationId, filter.Person(row.UserId), row.ProjectId, row.ModelId, 0, 1));
        }
        await foreach (var row in queries.ToolCalls(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false)) Add(row, row.ModelId, Contributions.Of(row));
        await foreach (var row in queries.ApiErrors(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false)) Add(row, 0, Contributions.Of(row));

        bool Add(ItemEntity row, int model, in Measures measures)
        {
            if (!filter.Matches(row.UserId, row.ProjectId, model, row.Sources)) return false;
            cube.Rows.Add(new CubeRow(row.At, filter.Person(row.UserId), row.ProjectId, model, row.Sources, measures));
            return true;
        }
    }

    /// <summary>Distribution of answer times, milliseconds.</summary>
    public async Task<QuantileSketch> ReadAnswersAsync(ObservatoryContext db, RangePlan plan, IdFilter filter, CancellationToken cancel)
    {
        var sketch = new QuantileSketch();
        var bins = filter.IsEmpty ? queries.AllAnswerBins : queries.AnswerBins;
        await foreach (var row in bins(db, plan.AllQuarters.Start, plan.AllQuarters.End).WithCancellation(cancel).ConfigureAwait(false))
        {
            if (filter.Matches(row.UserId, row.ProjectId, row.ModelId, row.Sources)) sketch.Add(row.Bin, row.Count);
        }
        foreach (var range in plan.Raw)
        {
            await foreach (var row in queries.Prompts(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false))
            {
                if (row.ResponseMs is { } ms && filter.Matches(row.UserId, row.ProjectId, 0, row.Sources)) sketch.Add(QuantileSketch.BinOf(ms), 1);
            }
        }
        return sketch;
    }

    /// <summary>Calls, failures and durations by tool.</summary>
    public async Task<Dictionary<int, (ToolMeasures Sum, QuantileSketch Durations)>> ReadToolsAsync(
        ObservatoryContext db, RangePlan plan, IdFilter filter, bool durations, CancellationToken cancel)
    {
        var tools = new Dictionary<int, (ToolMeasures Sum, QuantileSketch Durations)>();
        var (start, end) = plan.AllQuarters;
        if (filter.IsEmpty)
        {
            await foreach (var row in queries.AllTools(db, start, end).WithCancellation(cancel).ConfigureAwait(false))
            {
                Add(row.ToolId, new ToolMeasures(row.Calls, row.Errors, row.DurationMs, row.DurationCount));
            }
        }
        else await foreach (var row in queries.Tools(db, start, end).WithCancellation(cancel).ConfigureAwait(false))
        {
            if (filter.Matches(row.UserId, row.ProjectId, row.ModelId, row.Sources))
            {
                Add(row.ToolId, new ToolMeasures(row.Calls, row.Errors, row.DurationMs, row.DurationCount));
            }
        }
        if (durations)
        {
            var bins = filter.IsEmpty ? queries.AllBins : queries.Bins;
            await foreach (var row in bins(db, start, end).WithCancellation(cancel).ConfigureAwait(false))
            {
                if (row.ToolId != 0 && filter.Matches(row.UserId, row.ProjectId, row.ModelId, row.Sources)) tools[row.ToolId].Durations.Add(row.Bin, row.Count);
            }
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
            var known = tools.GetValueOrDefault(tool, (default, new QuantileSketch()));
            tools[tool] = (known.Item1 + sum, known.Item2);
        }
    }

    /// <summary>Calls and failures by tool and instant (of a quarter of an hour, or of the call itself).</summary>
    public async IAsyncEnumerable<(long At, int Tool, long Calls, long Errors)> ToolCallsAsync(
        ObservatoryContext db, RangePlan plan, IdFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in queries.Tools(db, plan.AllQuarters.Start, plan.AllQuarters.End).WithCancellation(cancel).ConfigureAwait(false))
        {
            if (filter.Matches(row.UserId, row.ProjectId, row.ModelId, row.Sources)) yield return (row.Bucket * BucketClock.Quarter, row.ToolId, row.Calls, row.Errors);
        }
        foreach (var range in plan.Raw)
        {
            await foreach (var row in queries.ToolCalls(db, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false))
            {
                if (filter.Matches(row.UserId, row.ProjectId, row.ModelId, row.Sources)) yield return (row.At, row.ToolId, 1, row.IsError ? 1 : 0);
            }
        }
    }
}
