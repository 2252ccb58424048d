using Observatory.Core.Metrics.Query;
using Observatory.Core.Time;

namespace Observatory.Web.Mcp;

/// <summary>Totals of a range and the period before, and what they are made of.</summary>
internal static class UsageTool
{
    private const int MostGroups = 12;

    private static readonly string[] s_metrics = ["cost", "tokens", "messages"];

    public static async Task<string> AnswerAsync(McpCall call, CancellationToken cancel)
    {
        var (arguments, filter) = (call.Arguments, call.Arguments.Filter());
        var range = arguments.Range("7d", call.Now);
        var group = arguments.OneOf("groupBy", "user", "project", "model", "tool", "day");
        var figures = await call.Analytics.GetDashboardAsync(range.Query(filter), cancel);
        var (now, before, text) = (figures.Overview, figures.Previous, new McpText());
        text.Line($"{range.Days} ({range.Zone.Id}): {McpText.Money(now.TotalCost)} at list prices{McpText.Change(now.TotalCost, before.TotalCost)}, "
            + $"{McpText.Format.Number(now.TotalTokens)} tokens{McpText.Change(now.TotalTokens, before.TotalTokens)}, "
            + $"{McpText.Format.Plural(now.TotalMessages, "message")}, {McpText.Format.Plural(now.TotalConversations, "conversation")}, "
            + $"{McpText.Format.Plural(now.ActiveUsers, "person", "people")}, {McpText.Format.Plural(now.ToolCalls, "tool call")} "
            + $"({McpText.Format.Number(now.ToolErrors)} failed). In brackets: against the period before.");
        if (now.UnpricedTokens > 0) text.Line($"At least: {McpText.Format.Number(now.UnpricedTokens)} tokens have no price.");
        if (now.TotalMessages == 0 && now.TotalTokens == 0) text.Line("Nothing happened in this range.");
        else if (group == "day") await DaysAsync(call, range, text, cancel);
        else if (group is not null) await GroupsAsync(call, range, group, text, cancel);
        return text.Build(call.Links.Page(McpLinks.Page(group switch
        {
            "user" => "/users", "project" => "/projects", "model" => "/models", "tool" => "/tools", _ => "/",
        }, range, filter)), "Ask for a shorter range, or filter by user, project or model.");
    }

    private static async Task GroupsAsync(McpCall call, McpRange range, string group, McpText text, CancellationToken cancel)
    {
        var metrics = group == "tool" ? (string[])["toolCalls", "toolErrors"] : s_metrics;
        var answer = (await call.Analytics.AskAsync(
            [new MetricRequest
            {
                Metrics = metrics, Range = range.Range, Zone = range.Zone, Filter = call.Arguments.Filter(), GroupBy = group, Limit = MostGroups,
                    Compare = true,
            }], cancel))[0];
        foreach (var row in answer.Groups)
        {
            var name = row.Kind switch { GroupKind.Others => "others", GroupKind.None => "(none)", _ => McpText.Word(row.Name) };
            text.Line(group == "tool"
                ? $"- {name}: {McpText.Format.Number(row.Totals[0])} calls, {McpText.Format.Number(row.Totals[1] ?? 0)} failed"
                : $"- {name}: {McpText.Money((decimal?)row.Totals[0])}, {McpText.Format.Number(row.Totals[1])} tokens, "
                    + $"{McpText.Format.Number(row.Totals[2])} messages");
        }
    }

    private static async Task DaysAsync(McpCall call, McpRange range, McpText text, CancellationToken cancel)
    {
        var answer = (await call.Analytics.AskAsync(
            [new MetricRequest
            {
                Metrics = s_metrics, Range = range.Range, Zone = range.Zone, Filter = call.Arguments.Filter(), Interval = Interval.Day,
            }], cancel))[0];
        if (answer.Groups.Count == 0) return;
        var clock = new BucketClock(range.Zone);
        // The newest first: what is cut is what is oldest.
        for (var i = answer.Buckets.Count - 1; i >= 0; i--)
        {
            if (answer.Groups[0].Values[1][i] is not > 0) continue;
            text.Line($"- {clock.DateOf(answer.Buckets[i].Start):yyyy-MM-dd}: {McpText.Money((decimal?)answer.Groups[0].Values[0][i])}, "
                + $"{McpText.Format.Number(answer.Groups[0].Values[1][i])} tokens, {McpText.Format.Number(answer.Groups[0].Values[2][i])} messages");
        }
    }
}
