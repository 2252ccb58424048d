using System.Globalization;
using Observatory.Core.Metrics;

namespace Observatory.Web.Mcp;

/// <summary>One conversation: what it cost, how the cache fared, which tools failed.</summary>
internal static class SessionTool
{
    /// <summary>Turns and steps that are looked at.</summary>
    private const int MostSteps = 2_000;

    private const int MostTools = 5;

    public static async Task<string> AnswerAsync(McpCall call, CancellationToken cancel)
    {
        var row = call.Arguments.Text("id") is { } id ? await call.Analytics.GetConversationAsync(id, cancel)
            ?? throw new BadArgumentException("There is no session of that id. The tool find lists some.") : await LatestAsync(call, cancel);
        if (row is null) return new McpText().Line("There is no session yet.").Build(call.Links.Page("/conversations"), "");
        var (text, f) = (new McpText(), McpText.Format);
        text.Line($"Session {row.Id}, {McpText.Word(row.Title)}, project {McpText.Word(row.Project)}, {row.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm",
            CultureInfo.InvariantCulture)} to {row.LastActivity.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC.");
        text.Line($"Cost {McpText.Money(row.Cost)} at list prices{(row.UnpricedTokens > 0 ? " at least" : "")}"
            + (row.ClientCost is { } own ? $" (the client says {f.Money(own)})" : "") + $", {f.Plural(row.MessageCount, "message")}, "
            + $"{f.Plural(row.SubAgents, "sub-agent")}, active {f.Duration(row.ActiveSeconds)}.");
        text.Line($"Tokens {f.Number(row.TotalTokens)}: input {f.Number(row.InputTokens)}, output {f.Number(row.OutputTokens)}, cache write "
            + $"{f.Number(row.CacheCreationTokens)}, cache read {f.Number(row.CacheReadTokens)}. Cache hit rate {f.Share(row.CacheHitRate)}.");
        if (row.Models.Count > 0) text.Line($"Models: {string.Join(", ", row.Models.Take(6).Select(m => McpText.Word(m)))}.");
        text.Line($"Tools: {f.Plural(row.ToolCalls, "call")}, {f.Number(row.ToolErrors)} failed.");
        if (await call.Analytics.GetTimelinePartAsync(row.Id, default, MostSteps, cancel) is { } part) Tools(text, part);
        return text.Build(call.Links.Page(McpLinks.Conversation(row.Id)), "The page has every step.");
    }

    private static async Task<ConversationRow?> LatestAsync(McpCall call, CancellationToken cancel)
    {
        // "This session" is one of the caller's own, not of whoever worked last.
        var whose = call.OwnUser is { } own ? MetricsFilter.None with { Users = [own] } : MetricsFilter.None;
        var page = await call.Analytics.GetConversationsAsync(new ConversationListQuery
        {
            Metrics = call.Arguments.Range("3660d", call.Now).Query(whose), Sort = "-lastActivity", Limit = 1,
        }, cancel);
        return page.Items is [var row, ..] ? row : null;
    }

    private static void Tools(McpText text, TimelinePart part)
    {
        var steps = part.Timeline.Turns.SelectMany(t => t.Steps).SelectMany(All).ToList();
        var failing = steps.Where(s => s is { Kind: StepKind.Tool, Failed: true }).GroupBy(s => s.Name).OrderByDescending(g => g.Count()).Take(MostTools)
            .ToList();
        if (failing.Count > 0) text.Line($"Failing: {string.Join(", ", failing.Select(g => $"{McpText.Word(g.Key)} {g.Count()} ×"))}.");
        var slow = steps.Where(s => s is { Kind: StepKind.Tool, End: not null }).OrderByDescending(s => s.End - s.Start).Take(3).ToList();
        var slowest = slow.Select(s => $"{McpText.Word(s.Name)} {McpText.Format.Duration((s.End!.Value - s.Start).TotalSeconds)}");
        if (slow.Count > 0) text.Line($"Slowest: {string.Join(", ", slowest)}.");
        var errors = steps.Count(s => s.Kind == StepKind.Error);
        if (errors > 0) text.Line($"Failed API calls: {errors}.");
        var dearest = part.Timeline.Turns.Where(t => t.Cost > 0).OrderByDescending(t => t.Cost).Take(3).ToList();
        if (dearest.Count > 1) text.Line($"Dearest turns: {string.Join(", ", dearest.Select(t => $"{t.Number} ({McpText.Money(t.Cost)})"))}.");
        if (part.Next is not null) text.Line($"(Of the first {MostSteps} steps.)");
    }

    private static IEnumerable<Step> All(Step step) => step.Children.SelectMany(All).Prepend(step);
}
