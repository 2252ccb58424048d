using System.Runtime.CompilerServices;
using Observatory.Core;
using Observatory.Core.Metrics;

namespace Observatory.Web.Api;

internal static class ConversationStream
{
    /// <summary>The rows of a list one after another, so that a long list never stands in memory.</summary>
    /// <param name="all">Go on to the end; otherwise only the page that was asked for.</param>
    public static IAsyncEnumerable<ConversationRow> ReadAsync(AnalyticsEngine analytics, ConversationListQuery query, bool all, CancellationToken cancel) =>
        all ? analytics.StreamConversationsAsync(query, cancel) : ReadPageAsync(analytics, query, cancel);

    private static async IAsyncEnumerable<ConversationRow> ReadPageAsync(
        AnalyticsEngine analytics, ConversationListQuery query, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var row in (await analytics.GetConversationsAsync(query, cancel)).Items) yield return row;
    }
}
