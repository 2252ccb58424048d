using Microsoft.EntityFrameworkCore;
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
        var prompts = await Of(db.Prompts, row.Id, cancel).ConfigureAwait(false);
        var calls = await Of(db.ToolCalls, row.Id, cancel).ConfigureAwait(false);
        var errors = await Of(db.ApiErrors, row.Id, cancel).ConfigureAwait(false);
        var textIds = prompts.Select(p => p.TextId).Concat(calls.SelectMany(c => new[] { c.TargetId, c.OutputId })).Concat(errors.Select(e => e.TextId)).OfType<int>().ToArray();
        var items = new ConversationItems(
            prompts,
            await Of(db.Responses, row.Id, cancel).ConfigureAwait(false),
            calls,
            errors,
            await Of(db.Marks, row.Id, cancel).ConfigureAwait(false),
            await db.Agents.Where(a => a.ConversationId == row.Id).ToListAsync(cancel).ConfigureAwait(false),
            await db.Texts.Where(t => EF.Parameter(textIds).Contains(t.Id)).ToDictionaryAsync(t => t.Id, t => t.Body, cancel).ConfigureAwait(false));
        return new TimelineBuilder(items, names).Build(id);
    }

    private static Task<List<T>> Of<T>(DbSet<T> set, int conversation, CancellationToken cancel) where T : ItemEntity =>
        set.Where(x => x.ConversationId == conversation).ToListAsync(cancel);
}
