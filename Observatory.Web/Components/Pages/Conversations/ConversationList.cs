using Observatory.Core;
using Observatory.Core.Metrics;

namespace Observatory.Web.Components.Pages.Conversations;

/// <summary>
/// The rows of one answer by their place, fetched in chunks as they come into sight and kept: a list that is being read stays as it is
/// until it is asked for anew. Used on one renderer's thread.
/// </summary>
public sealed class ConversationList(AnalyticsEngine analytics, ConversationListQuery query)
{
    public const int Chunk = 100;

    private readonly Dictionary<int, Task<ConversationRow[]>> _chunks = [];
    private (int Start, int Count) _shown = (0, Chunk);

    public ConversationListQuery Query { get; } = query;

    /// <summary>As of the first chunk.</summary>
    public long Total { get; private set; }

    public IReadOnlyList<ConversationRow> First { get; private set; } = [];

    public static async Task<ConversationList> LoadAsync(AnalyticsEngine analytics, ConversationListQuery query, CancellationToken cancel)
    {
        var list = new ConversationList(analytics, query);
        var page = await analytics.GetConversationsAsync(query with { Skip = 0, Limit = Chunk }, cancel);
        list.Total = page.Total;
        list.First = page.Items;
        list._chunks[0] = Task.FromResult<ConversationRow[]>([.. page.Items]);
        return list;
    }

    public async Task<IReadOnlyList<ConversationRow>> RowsAsync(int start, int count)
    {
        _shown = (start, count);
        var end = (int)Math.Min(start + count, Total);
        var rows = new List<ConversationRow>(Math.Max(0, end - start));
        while (start < end)
        {
            var chunk = await ChunkAsync(start / Chunk);
            var from = start % Chunk;
            var take = Math.Min(end - start, Chunk - from);
            if (from < chunk.Length) rows.AddRange(chunk.AsSpan(from, Math.Min(take, chunk.Length - from)));
            start += take;
        }
        return rows;
    }

    /// <summary>Brings the figures of rows in sight up to date where they stand. True = something changed.</summary>
    public async Task<bool> RefreshAsync(Func<string, bool> touched, CancellationToken cancel)
    {
        var changed = false;
        for (var i = _shown.Start; i < Math.Min(_shown.Start + _shown.Count, Total); i++)
        {
            if (!_chunks.TryGetValue(i / Chunk, out var task) || !task.IsCompletedSuccessfully) continue;
            var chunk = await task;
            if (i % Chunk >= chunk.Length || !touched(chunk[i % Chunk].Id)) continue;
            if (await analytics.GetConversationAsync(chunk[i % Chunk].Id, cancel) is not { } row) continue;
            chunk[i % Chunk] = row;
            changed = true;
        }
        return changed;
    }

    /// <summary>How many there are now more than when this list was made.</summary>
    public async Task<long> NewAsync(CancellationToken cancel) =>
        Math.Max(0, (await analytics.GetConversationsAsync(Query with { Skip = 0, Limit = 1 }, cancel)).Total - Total);

    private async Task<ConversationRow[]> ChunkAsync(int number)
    {
        if (!_chunks.TryGetValue(number, out var chunk) || chunk.IsFaulted || chunk.IsCanceled) _chunks[number] = chunk = FetchAsync(number);
        return await chunk;
    }

    // Not cancelled with the request that asked first: the next one wants the same rows.
    private async Task<ConversationRow[]> FetchAsync(int number) =>
        [.. (await analytics.GetConversationsAsync(Query with { Skip = number * Chunk, Limit = Chunk })).Items];
}
