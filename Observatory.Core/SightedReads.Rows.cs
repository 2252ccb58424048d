using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Rows;

namespace Observatory.Core;

/// <summary>Rows of one conversation, message, call or event each: a viewer sees own ones only.</summary>
internal sealed partial class SightedReads
{
    /// <summary>So many last messages of everybody are looked through for each one that is wanted.</summary>
    private const int Among = 20;

    /// <summary>Of rows nothing has to be snapped: they are the asker's own.</summary>
    private async Task<MetricsQuery> RowsOfAsync(MetricsQuery query, CancellationToken cancel)
    {
        var (filter, isOwn) = await NarrowAsync(query.Filter, MonthOf(query.Range), cancel).ConfigureAwait(false);
        // Of others, who may be asked for by a pseudonym, there is none.
        if (IsViewer && !isOwn) filter = filter.Users.Count > 0 ? OnlyOwn(filter) with { Users = [Nobody] } : OnlyOwn(filter);
        return query with { Filter = filter };
    }

    private async Task<ConversationListQuery> ListOfAsync(ConversationListQuery query, CancellationToken cancel) =>
        query with { Metrics = await RowsOfAsync(query.Metrics, cancel).ConfigureAwait(false) };

    public async Task<ConversationPage> GetConversationsAsync(ConversationListQuery query, CancellationToken cancel)
    {
        var page = await reads.Metrics.GetConversationsAsync(await ListOfAsync(query, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
        return IsViewer ? page with { Items = [.. page.Items.Select(Named)] } : page;
    }

    public async IAsyncEnumerable<ConversationRow> StreamConversationsAsync(
        ConversationListQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var asked = await ListOfAsync(query, cancel).ConfigureAwait(false);
        await foreach (var row in reads.Metrics.StreamConversationsAsync(asked, cancel).ConfigureAwait(false)) yield return Named(row);
    }

    public async Task<RowSet<ConversationRow>> OpenConversationsAsync(ConversationListQuery query, CancellationToken cancel) =>
        (await reads.Rows.OpenConversationsAsync(await ListOfAsync(query, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false)).Select(Named);

    public async Task<RowSet<MessageRow>> OpenMessagesAsync(MetricsQuery query, CancellationToken cancel) =>
        (await reads.Rows.OpenMessagesAsync(await RowsOfAsync(query, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false))
        .Select(Named);

    public async Task<RowSet<CallRow>> OpenCallsAsync(MetricsQuery query, CancellationToken cancel) =>
        (await reads.Rows.OpenCallsAsync(await RowsOfAsync(query, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false))
        .Select(c => IsViewer ? c with { Facts = Named(c.Facts) } : c);

    /// <summary>Of the calls that are seen one by one.</summary>
    public async Task<WhatIfFigures> GetWhatIfAsync(MetricsQuery query, WhatIfChange change, CancellationToken cancel) =>
        await reads.Prices.GetWhatIfAsync(await RowsOfAsync(query, cancel).ConfigureAwait(false), change, cancel).ConfigureAwait(false);

    public async Task<RowSet<StoredEventRow>> OpenEventsAsync(MetricsQuery query, CancellationToken cancel) =>
        (await reads.Rows.OpenEventsAsync(await RowsOfAsync(query, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false))
        .Select(e => IsViewer ? e with { Facts = Named(e.Facts), Data = null } : e);

    /// <summary>News of conversations that are seen.</summary>
    public async Task<IReadOnlyList<ConversationNews>> GetNewsAsync(NewsQuery query, CancellationToken cancel)
    {
        var seen = new List<ConversationNews>();
        foreach (var news in await reads.Rows.GetNewsAsync(query, cancel).ConfigureAwait(false))
        {
            if (await GetConversationAsync(news.Session, cancel).ConfigureAwait(false) is null) continue;
            seen.Add(news with
            {
                Row = news.Row is { } row ? Named(row) : null, Messages = [.. news.Messages.Select(m => m with { Row = Named(m.Row) })],
            });
        }
        return seen;
    }

    public async Task<IReadOnlyList<MessageRow>> GetLastMessagesAsync(int count, CancellationToken cancel)
    {
        var (seen, known) = (new List<MessageRow>(), new Dictionary<string, bool>(StringComparer.Ordinal));
        foreach (var row in (await reads.Rows.GetLastMessagesAsync(count * Among, cancel).ConfigureAwait(false)).Reverse())
        {
            if (row.Facts.ConversationId is not { } id) continue;
            if (!known.TryGetValue(id, out var isSeen)) known[id] = isSeen = await GetConversationAsync(id, cancel).ConfigureAwait(false) is not null;
            if (isSeen) seen.Add(Named(row));
            if (seen.Count == count) break;
        }
        seen.Reverse();
        return seen;
    }

    private MessageRow Named(MessageRow row) => IsViewer ? row with { Facts = Named(row.Facts), Text = null } : row;

    public async Task<IReadOnlyList<BucketFigures>> GetBucketsAsync(MetricsQuery query, CancellationToken cancel)
    {
        var view = await ViewAsync(query, cancel).ConfigureAwait(false);
        if (IsViewer && IsHours(view.Crowd.EffectiveInterval)) return await reads.Rows.GetBucketsAsync(view.Alone, cancel).ConfigureAwait(false);
        await JudgeAsync(view, cancel).ConfigureAwait(false);
        return await reads.Rows.GetBucketsAsync(view.Crowd, cancel).ConfigureAwait(false);
    }

    /// <summary>Null where there is none by that id that the asker may see.</summary>
    public async Task<ConversationRow?> GetConversationAsync(string id, CancellationToken cancel) =>
        await reads.Metrics.GetConversationAsync(id, cancel).ConfigureAwait(false) is { } row && Sees(row) ? Named(row) : null;

    public async Task<TimelinePart?> GetTimelinePartAsync(string id, TimelinePlace from, int limit, CancellationToken cancel) =>
        await GetConversationAsync(id, cancel).ConfigureAwait(false) is null ? null
            : await reads.Metrics.GetTimelinePartAsync(id, from, limit, cancel).ConfigureAwait(false);

    public async Task<ConversationTimeline?> GetTimelineAsync(string id, CancellationToken cancel) =>
        await GetConversationAsync(id, cancel).ConfigureAwait(false) is null ? null
            : await reads.Metrics.GetTimelineAsync(id, cancel).ConfigureAwait(false);

    private bool Sees(ConversationRow row) => (!IsViewer || IsOwn(row.UserId))
        && (asker.Projects is not { } seen || row.ProjectPath is { } path && seen.Any(s => reads.Crowds.IsSameProject(s, path)));

    private ConversationRow Named(ConversationRow row) => !IsViewer ? row
        : row with { Project = ProjectOf(row.ProjectPath, row.Project), ProjectPath = PathOf(row.ProjectPath) };

    /// <summary>Of the shortest unique tail of a path the last part: what stands before it may be a person.</summary>
    private RowFacts Named(RowFacts facts) => facts with { Project = ProjectOf(facts.Project, facts.Project) };
}
