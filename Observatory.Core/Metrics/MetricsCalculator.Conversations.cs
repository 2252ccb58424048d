using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Observatory.Core.Events;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Metrics;

internal sealed partial class MetricsCalculator
{
    /// <summary>More than these are not told to the database one by one.</summary>
    private const int FewConversations = 500;

    public Task<ConversationPage> GetConversationsAsync(ConversationListQuery query, CancellationToken cancel = default) => ShareAsync(
        "conversations", query.Metrics, c => MakeConversationsAsync(query, c), cancel,
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{query.Sort} {query.Skip} {query.Limit} {query.Search}"));

    private async Task<ConversationPage> MakeConversationsAsync(ConversationListQuery query, CancellationToken cancel)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var filter = new IdFilter(query.Metrics.Filter, names);
        var plan = RangePlan.For(query.Metrics.Range);
        var ids = await SeenAsync(
            snapshot.Db, await cubes.ConversationsAsync(snapshot.Db, plan, filter, cancel).ConfigureAwait(false), query.Metrics.Filter, filter, cancel)
            .ConfigureAwait(false);
        long total = ids.Count;
        if (query.Search is { Length: > 0 } search)
        {
            ids = await Found(Among(snapshot.Db, ids), search).Select(c => c.Id).ToHashSetAsync(cancel).ConfigureAwait(false);
            total = ids.Count;
        }
        var rows = await RowsAsync(
            snapshot.Db, ids, q => Sorted(snapshot.Db, q, query.Sort, names.People).Skip(query.Skip).Take(query.Limit), cancel).ConfigureAwait(false);
        var next = query.Skip + rows.Count;
        return new ConversationPage(rows, next < total && rows.Count > 0 ? next.ToString(System.Globalization.CultureInfo.InvariantCulture) : null, total);
    }

    public async IAsyncEnumerable<ConversationRow> StreamConversationsAsync(
        ConversationListQuery query, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        await using var rows = await OpenConversationsAsync(query, cancel).ConfigureAwait(false);
        await foreach (var row in rows.Rows.WithCancellation(cancel).ConfigureAwait(false)) yield return row;
    }

    public async Task<ConversationRow?> GetConversationAsync(string id, CancellationToken cancel = default)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var row = await queries.Conversation(snapshot.Db, id).ConfigureAwait(false);
        if (row is null || row.UserMessages + row.AssistantMessages == 0) return null;
        var parent = row.ParentId is { } p ? await queries.SessionId(snapshot.Db, p).ConfigureAwait(false) : null;
        var agents = await AgentsAsync(snapshot.Db, [row.Id], cancel).ConfigureAwait(false);
        return ToRow(row, parent, agents.GetValueOrDefault(row.Id));
    }

    /// <summary>Sub-agents by conversation, from their answers: not every client writes files about its agents.</summary>
    private static Task<Dictionary<int, int>> AgentsAsync(ObservatoryContext db, int[] conversations, CancellationToken cancel) => db.Responses
        .Where(r => EF.Parameter(conversations).Contains(r.ConversationId) && r.AgentId != 0).Select(r => new { r.ConversationId, r.AgentId }).Distinct()
        .GroupBy(r => r.ConversationId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancel);

    /// <summary>A conversation is that of its user and its project, whoever and whatever else has a line in it.</summary>
    private async Task<IReadOnlySet<int>> SeenAsync(
        ObservatoryContext db, IReadOnlySet<int> ids, MetricsFilter asked, IdFilter filter, CancellationToken cancel)
    {
        if (asked.Sight is not { } sight || ids.Count == 0) return ids;
        var seen = new HashSet<int>();
        var rows = Among(db, ids).Select(c => new { c.Id, c.UserId, c.ProjectId }).AsAsyncEnumerable().WithCancellation(cancel).ConfigureAwait(false);
        await foreach (var row in rows)
        {
            if (filter.IsWithin(row.ProjectId) && (!sight.IsOwn || filter.People?.Contains(filter.Person(row.UserId)) == true)) seen.Add(row.Id);
        }
        return seen;
    }

    private IQueryable<ConversationEntity> Found(IQueryable<ConversationEntity> rows, string search)
    {
        var pattern = $"%{search.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal)}%";
        var projects = names.Of(NameKind.Project).Where(n => n.Text.Contains(search, StringComparison.OrdinalIgnoreCase)).Select(n => n.Id).ToArray();
        return rows.Where(c => EF.Functions.Like(c.Title, pattern, "\\") || EF.Functions.Like(c.SessionId, pattern, "\\") || EF.Parameter(projects)
            .Contains(c.ProjectId));
    }

    private IQueryable<ConversationEntity> Among(ObservatoryContext db, IReadOnlySet<int> ids)
    {
        if (ids.Count > FewConversations)
        {
            reads.Want(db, ids);
            return db.Conversations.Where(c => ObservatoryContext.IsWanted(c.Id));
        }
        var wanted = ids.ToArray();
        return db.Conversations.Where(c => EF.Parameter(wanted).Contains(c.Id));
    }

    private async Task<List<ConversationRow>> RowsAsync(
        ObservatoryContext db, IReadOnlySet<int> ids, Func<IQueryable<ConversationEntity>, IQueryable<ConversationEntity>> shape, CancellationToken cancel)
    {
        if (ids.Count == 0) return [];
        return await ToRowsAsync(db, await shape(Among(db, ids)).ToListAsync(cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
    }

    private async Task<List<ConversationRow>> ToRowsAsync(ObservatoryContext db, List<ConversationEntity> rows, CancellationToken cancel)
    {
        var parents = new Dictionary<int, string?>();
        foreach (var parent in rows.Select(r => r.ParentId).OfType<int>().Distinct()) parents[parent] = await queries.SessionId(db, parent)
            .ConfigureAwait(false);
        var agents = await AgentsAsync(db, [.. rows.Select(r => r.Id)], cancel).ConfigureAwait(false);
        return [.. rows.Select(r => ToRow(r, r.ParentId is { } p ? parents[p] : null, agents.GetValueOrDefault(r.Id)))];
    }

    /// <exception cref="ArgumentException">The field is not one of <see cref="ConversationListQuery.Sorts"/>.</exception>
    private static IOrderedQueryable<ConversationEntity> Sorted(
        ObservatoryContext db, IQueryable<ConversationEntity> rows, string sort, IReadOnlyDictionary<int, int> people)
    {
        var down = sort.StartsWith('-');
        return (down ? sort[1..] : sort) switch
        {
            "title" => By(rows, c => c.Title),
            "createdAt" => By(rows, c => c.CreatedAt),
            "lastActivity" => By(rows, c => c.LastActivity),
            "duration" => By(rows, c => c.LastActivity - c.CreatedAt),
            "activeSeconds" => By(rows, c => c.ActiveMs),
            "messageCount" => By(rows, c => c.UserMessages + c.AssistantMessages),
            "userMessages" => By(rows, c => c.UserMessages),
            "assistantMessages" => By(rows, c => c.AssistantMessages),
            "totalTokens" => By(rows, c => c.Input + c.Output + c.CacheWrite + c.CacheRead),
            "inputTokens" => By(rows, c => c.Input),
            "outputTokens" => By(rows, c => c.Output),
            "cacheCreationTokens" => By(rows, c => c.CacheWrite),
            "cacheReadTokens" => By(rows, c => c.CacheRead),
            "cost" => By(rows, c => c.Cost),
            "toolCalls" => By(rows, c => c.ToolCalls),
            "toolErrors" => By(rows, c => c.ToolErrors),
            "averageResponseTime" => By(rows, c => c.ResponseCount == 0 ? 0 : c.ResponseMs * 1.0 / c.ResponseCount),
            // Above 100 all are equal, as in the figure itself.
            "userEngagement" => By(rows, c => c.LastActivity == c.CreatedAt ? 0 :
                (c.UserMessages + c.AssistantMessages) * 600_000.0 / (c.LastActivity - c.CreatedAt) > 100 ? 100
                    : (c.UserMessages + c.AssistantMessages) * 600_000.0 / (c.LastActivity - c.CreatedAt)),
            "tokenEfficiency" => By(rows, c => c.Output == 0 ? 0 : c.Input * 1.0 / c.Output),
            "cacheHitRate" => By(rows, c => c.CacheRead == 0 ? 0 : c.CacheRead * 1.0 / (c.CacheRead + c.CacheWrite + c.Input)),
            "id" => By(rows, c => c.SessionId),
            "project" => By(rows, c => db.Names.Where(n => n.Id == c.ProjectId).Select(n => n.Text).FirstOrDefault()),
            "userId" when people.Count == 0 => By(rows, c => db.Names.Where(n => n.Id == c.UserId).Select(n => n.Text).FirstOrDefault()),
            "userId" => By(rows, PersonOf(db, people)),
            _ => throw new ArgumentException($"Conversations cannot be sorted by '{sort}'.", nameof(sort)),
        };

        IOrderedQueryable<ConversationEntity> By<TKey>(IQueryable<ConversationEntity> all, System.Linq.Expressions.Expression<Func<ConversationEntity,
            TKey>> key) =>
            down ? all.OrderByDescending(key).ThenBy(c => c.SessionId) : all.OrderBy(key).ThenBy(c => c.SessionId);
    }

    /// <summary>The name that a conversation's user is shown under, chains of merges included: there are a few, and each is a branch of its own.</summary>
    private static System.Linq.Expressions.Expression<Func<ConversationEntity, string?>> PersonOf(ObservatoryContext db, IReadOnlyDictionary<int, int> people)
    {
        var row = System.Linq.Expressions.Expression.Parameter(typeof(ConversationEntity), "c");
        var user = System.Linq.Expressions.Expression.Property(row, nameof(ConversationEntity.UserId));
        System.Linq.Expressions.Expression person = user;
        foreach (var group in people.GroupBy(p => p.Value))
        {
            var replaced = System.Linq.Expressions.Expression.Constant(group.Select(p => p.Key).ToList());
            var isOne = System.Linq.Expressions.Expression.Call(typeof(Enumerable), nameof(Enumerable.Contains), [typeof(int)], replaced, user);
            person = System.Linq.Expressions.Expression.Condition(isOne, System.Linq.Expressions.Expression.Constant(group.Key), person);
        }
        System.Linq.Expressions.Expression<Func<int, string?>> name = id => db.Names.Where(n => n.Id == id).Select(n => n.Text).FirstOrDefault();
        var body = Microsoft.EntityFrameworkCore.Query.ReplacingExpressionVisitor.Replace(name.Parameters[0], person, name.Body);
        return System.Linq.Expressions.Expression.Lambda<Func<ConversationEntity, string?>>(body, row);
    }

    private static string? From(ConversationEntity c, Given otlp, Given api, Given hook)
    {
        var given = (Given)c.Given;
        return given.HasFlag(Given.Lines) ? SourceNames.Of((c.Sources & (1 << (int)EventSource.Demo)) != 0 ? EventSource.Demo : EventSource.Transcript)
            : given.HasFlag(otlp) ? SourceNames.Of(EventSource.Otlp) : given.HasFlag(api) ? SourceNames.Of(EventSource.Api) : given.HasFlag(hook)
                ? SourceNames.Of(EventSource.Hook) : null;
    }

    private ConversationRow ToRow(ConversationEntity c, string? parent, int agents)
    {
        var messages = c.UserMessages + c.AssistantMessages;
        var tokens = c.Input + c.Output + c.CacheWrite + c.CacheRead;
        var duration = (c.LastActivity - c.CreatedAt) / 1000.0;
        var path = names.Text(c.ProjectId);
        var prompt = c.CacheRead + c.CacheWrite + c.Input;
        var models = c.Models.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(m => int.Parse(m, System.Globalization.CultureInfo.InvariantCulture))
            .ToList();
        return new ConversationRow
        {
            Id = c.SessionId,
            Title = c.Title,
            ProjectPath = path,
            Project = names.Tail(path),
            UserId = names.PersonText(c.UserId),
            ParentId = parent,
            MessageCount = messages,
            UserMessages = c.UserMessages,
            AssistantMessages = c.AssistantMessages,
            TotalTokens = tokens,
            InputTokens = c.Input,
            OutputTokens = c.Output,
            CacheCreationTokens = c.CacheWrite,
            CacheReadTokens = c.CacheRead,
            Cost = Money.CostOf(c.Cost, c.UnpricedTokens, tokens),
            UnpricedTokens = c.UnpricedTokens,
            ToolCalls = c.ToolCalls,
            ToolErrors = c.ToolErrors,
            AverageResponseTime = c.ResponseCount == 0 ? null : c.ResponseMs / 1000.0 / c.ResponseCount,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(c.CreatedAt),
            LastActivity = DateTimeOffset.FromUnixTimeMilliseconds(c.LastActivity),
            Duration = duration,
            ActiveSeconds = c.ActiveMs / 1000.0,
            UserEngagement = duration <= 0 ? 0 : Math.Min(100, 10 * messages / (duration / 60)),
            TokenEfficiency = c.Output == 0 ? 0 : (double)c.Input / c.Output,
            CacheHitRate = prompt == 0 ? 0 : (double)c.CacheRead / prompt,
            SubAgents = agents,
            Models = [.. models.Select(names.Text).OfType<string>()],
            ModelColors = [.. models.Where(m => names.Text(m) is not null).Select(m => ColorOf(names.Ordinal(m)))],
            ProjectColor = ColorOf(names.Ordinal(c.ProjectId)),
            Sources = [.. SourceNames.Of(c.Sources)],
            Branch = names.Text(c.BranchId),
            Worktree = names.Text(c.WorktreeId),
            ClientVersion = names.Text(c.VersionId),
            PullRequest = c.PullRequest,
            ClientCost = c.ClientCost is { } client ? Money.Dollars(client) : null,
            MessagesFrom = From(c, Given.OtlpPrompt, Given.ApiPrompt, Given.HookPrompt),
            ToolsFrom = From(c, Given.OtlpTool, Given.ApiTool, Given.HookTool),
        };
    }
}
