using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Ingestion;
using Observatory.Core.Metrics;

namespace Observatory.Tests.Support;

/// <summary>What the program says of one session.</summary>
internal sealed record SessionFigures(ConversationRow Row, long Failures);

/// <summary>A core that was given some sources of the interactive sets, and its answers by session.</summary>
internal static class InteractiveCore
{
    public static MetricsQuery All { get; } = Compare.Query(Interactive.Start, Interactive.End);

    public static Task<CoreHost> StartAsync() => CoreHost.StartAsync(new FakeTimeProvider(Interactive.End));

    public static async Task<CoreHost> OfAsync(IEnumerable<EventBatch> batches)
    {
        var core = await StartAsync();
        foreach (var batch in batches) await core.WriteAsync(batch);
        return core;
    }

    public static async Task<IReadOnlyDictionary<string, SessionFigures>> SessionsAsync(CoreHost core)
    {
        var page = await core.Metrics.GetConversationsAsync(new ConversationListQuery { Metrics = All, Limit = 500 });
        await using var db = await core.OpenAsync();
        var failures = await db.ApiErrors.GroupBy(e => e.ConversationId).Select(g => new { g.Key, Count = g.Sum(e => e.Attempts) })
            .Join(db.Conversations, e => e.Key, c => c.Id, (e, c) => new { c.SessionId, e.Count }).ToDictionaryAsync(e => e.SessionId, e => e.Count);
        return page.Items.ToDictionary(r => r.Id, r => new SessionFigures(r, failures.GetValueOrDefault(r.Id)));
    }
}
