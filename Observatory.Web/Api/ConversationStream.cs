using System.Runtime.CompilerServices;
using Observatory.Core.Metrics;

namespace Observatory.Web.Api;

internal static class ConversationStream
{
    /// <summary>The rows of a list one after another, fetched in pages, so that a long list never stands in memory.</summary>
    /// <param name="all">Go on to the end; otherwise only the page that was asked for.</param>
    public static async IAsyncEnumerable<ConversationRow> ReadAsync(
        IMetricsCalculator metrics, ConversationListQuery query, bool all, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (all) query = query with { Limit = ParameterReader.MaximumLimit };
        while (true)
        {
            var page = await metrics.GetConversationsAsync(query, cancel);
            foreach (var row in page.Items) yield return row;
            if (!all || page.Items.Count < query.Limit) yield break;
            query = query with { Skip = query.Skip + page.Items.Count };
        }
    }
}
