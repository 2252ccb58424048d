using System.Globalization;
using Observatory.Core.Metrics;

namespace Observatory.Web.Mcp;

/// <summary>Earlier conversations by words of their title, id or project.</summary>
internal static class FindTool
{
    private const int Usual = 10, Most = 20;

    public static async Task<string> AnswerAsync(McpCall call, CancellationToken cancel)
    {
        var (query, filter) = (call.Arguments.Needed("query"), call.Arguments.Filter());
        var (range, limit) = (call.Arguments.Range("3660d", call.Now), call.Arguments.Number("limit", Usual, 1, Most));
        var page = await call.Analytics.GetConversationsAsync(
            new ConversationListQuery { Metrics = range.Query(filter), Search = query, Sort = "-lastActivity", Limit = limit }, cancel);
        var text = new McpText();
        text.Line(page.Total == 0 ? $"No session matches {McpText.Word(query)}." : $"{McpText.Format.Plural(page.Total, "session")} "
            + $"{(page.Total == 1 ? "matches" : "match")} {McpText.Word(query)}{(page.Total > page.Items.Count ? $"; the newest {page.Items.Count}" : "")}:");
        foreach (var row in page.Items)
        {
            text.Line($"- {row.LastActivity.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} {McpText.Word(row.Title)} "
                + $"({McpText.Word(row.Project, 40)}, {McpText.Format.Plural(row.MessageCount, "message")}, {McpText.Money(row.Cost)}) {row.Id}");
        }
        var link = $"/conversations?search={Uri.EscapeDataString(query)}";
        return text.Build(call.Links.Page(link), "Use more words, a shorter range, or a smaller limit.");
    }
}
