using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Metrics;

internal sealed partial class MetricsCalculator
{
    public async Task<ConversationTimeline?> GetTimelineAsync(string id, CancellationToken cancel = default)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var db = snapshot.Db;
        var row = await queries.Conversation(db, id).ConfigureAwait(false);
        if (row is null || row.UserMessages + row.AssistantMessages == 0) return null;
        return new TimelineBuilder(await ItemsAsync(db, row.Id, (long.MinValue, long.MaxValue), cancel).ConfigureAwait(false), names).Build(id);
    }

    public async Task<TimelinePart?> GetTimelinePartAsync(string id, TimelinePlace from, int limit, CancellationToken cancel = default)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var db = snapshot.Db;
        var row = await queries.Conversation(db, id).ConfigureAwait(false);
        if (row is null || row.UserMessages + row.AssistantMessages == 0) return null;
        // Turns begin where prompts do; what stands before the first is turn 0. Prompts of one instant stay together.
        var starts = reads.PromptTimes(db, row.Id);
        var first = Math.Clamp(from.Turn, 0, starts.Count + 1);
        // Often nothing stands before the first prompt.
        var end = Math.Min(Math.Max(first + limit, 2), starts.Count + 1);
        while (end <= starts.Count && end > 1 && starts[end - 1] == starts[end - 2]) end++;
        while (first > 1 && first <= starts.Count && starts[first - 1] == starts[first - 2]) first--;
        if (first > starts.Count && first > 0) return new TimelinePart(new ConversationTimeline { Id = id, Turns = [] }, null);
        var between = (first == 0 ? long.MinValue : starts[first - 1], end > starts.Count ? long.MaxValue : starts[end - 1]);
        var items = await ItemsAsync(db, row.Id, between, cancel).ConfigureAwait(false);
        var turns = new TimelineBuilder(items, names, Math.Max(0, first - 1)).Build(id).Turns.Where(t => t.Number >= from.Turn).ToList();
        var (taken, next) = TimelineCut.Take(turns, from, limit, end > starts.Count ? null : end);
        return new TimelinePart(new ConversationTimeline { Id = id, Turns = taken }, next);
    }

    /// <param name="between">Unix ms, half-open.</param>
    private static async Task<ConversationItems> ItemsAsync(ObservatoryContext db, int conversation, (long Start, long End) between, CancellationToken cancel)
    {
        var prompts = await Of(db.Prompts, conversation, between, cancel).ConfigureAwait(false);
        var calls = await Of(db.ToolCalls, conversation, between, cancel).ConfigureAwait(false);
        var errors = await Of(db.ApiErrors, conversation, between, cancel).ConfigureAwait(false);
        var textIds = prompts.Select(p => p.TextId).Concat(calls.SelectMany(c => new[] { c.TargetId, c.OutputId })).Concat(errors.Select(e => e.TextId))
            .OfType<int>().ToArray();
        return new ConversationItems(
            prompts,
            await Of(db.Responses, conversation, between, cancel).ConfigureAwait(false),
            calls,
            errors,
            await Of(db.Marks, conversation, between, cancel).ConfigureAwait(false),
            await db.Agents.Where(a => a.ConversationId == conversation).ToListAsync(cancel).ConfigureAwait(false),
            await db.Texts.Where(t => EF.Parameter(textIds).Contains(t.Id)).ToDictionaryAsync(t => t.Id, t => t.Body, cancel).ConfigureAwait(false));
    }

    private static Task<List<T>> Of<T>(DbSet<T> set, int conversation, (long Start, long End) between, CancellationToken cancel) where T : ItemEntity
    {
        var all = set.Where(x => x.ConversationId == conversation);
        var (start, end) = between;
        if (start > long.MinValue) all = all.Where(x => x.At >= start);
        if (end < long.MaxValue) all = all.Where(x => x.At < end);
        return all.ToListAsync(cancel);
    }
}
