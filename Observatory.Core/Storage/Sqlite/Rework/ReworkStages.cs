using Observatory.Core.Privacy;

namespace Observatory.Core.Storage.Sqlite.Rework;

/// <summary>
/// Every place of the database that holds what somebody wrote or named. Texts first: titles are made of them again when their conversation goes on.
/// </summary>
internal static class ReworkStages
{
    private const int LongestTitle = 80;

    public static IReadOnlyList<ReworkStage> All { get; } =
    [
        new RowStage("texts", isExclusive: false, ["Body"], (r, rules) => StoredText.Body(r[0], rules) is { } text ? [text] : null)
        {
            // Their numbers grow without gaps, and to count them would be to read them all.
            CountSql = "SELECT COALESCE(MAX(Id), 0) FROM texts",
            // No number is given twice: the last one says which is next.
            DeleteSql = "DELETE FROM texts WHERE Id = ?1 AND Id < (SELECT MAX(Id) FROM texts)",
            EmptySql = "UPDATE texts SET Body = '' WHERE Id = ?1",
        },
        new RowStage("event_rows", isExclusive: true, ["Data"], (r, rules) => [StoredText.Data(r[0], rules)])
        {
            CountSql = "SELECT COALESCE(MAX(Id), 0) FROM event_rows",
        },
        new BlockStage(),
        new RowStage("conversations", isExclusive: true,
            ["SessionId", "Title", "CustomTitle", "AiTitle", "Summary", "FirstPrompt", "PullRequest", "Models"], Conversation) { Unique = 0 },
        new RowStage("agents", isExclusive: false, ["Type", "Description"], (r, rules) => [rules.Name(r[0]), StoredText.Start(r[1], TextLimits.Title, rules)])
        {
            Key = "(ConversationId << 32) | AgentId", Order = "ConversationId, AgentId", Where = "ConversationId = (?1 >> 32) AND AgentId = (?1 & 4294967295)",
            Behind = "(ConversationId > (?1 >> 32) OR ConversationId = (?1 >> 32) AND AgentId > (?1 & 4294967295))",
        },
        new RowStage("pending_summaries", isExclusive: true, ["Text"], (r, rules) =>
            StoredText.Start(r[0], TextLimits.Title, rules) is { } text ? [text] : null)
        {
            Key = "Leaf", Order = "Leaf", Where = "Leaf = ?1", Behind = "Leaf > ?1",
        },
        new RowStage("names", isExclusive: true, ["Text"], (r, rules) => [rules.Name(r[0])]) { Unique = 0 },
        new RowStage("series", isExclusive: true, ["Tags"], (r, rules) => [rules.Name(r[0])]),
        new RowStage("identities", isExclusive: true, ["Tags"], (r, rules) => [rules.Name(r[0])]),
        new RowStage("drift", isExclusive: false, ["Kind", "Version"], (r, rules) => [rules.Name(r[0]), rules.Name(r[1])])
        {
            Key = "rowid", Order = "rowid", Where = "rowid = ?1", Behind = "rowid > ?1", Unique = 0,
        },
        new RowStage("rejected_lines", isExclusive: false, ["Reason", "Text"],
            (r, rules) => [rules.Reason(r[0]!, StoredReasons.Line), StoredText.Start(r[1], TextLimits.Rejected, rules)]),
        new RowStage("dead_letters", isExclusive: false, ["EventId", "Reason", "Text", "User"],
            (r, rules) => [rules.Name(r[0]), rules.Reason(r[1]!, StoredReasons.Event), rules.Mode == ContentMode.Full ? r[2] : rules.Text(r[2]),
                rules.Name(r[3])]),
    ];

    private static string?[] Conversation(string?[] r, ContentRules rules)
    {
        string? Text(int column, int limit = TextLimits.Title) => StoredText.Start(r[column], limit, rules);
        var (session, custom, ai, summary, prompt) = (rules.Name(r[0])!, Text(2), Text(3), Text(4), Text(5, LongestTitle));
        var title = r[1] == r[0] ? null : Said(custom) ?? Said(ai) ?? Said(summary) ?? Said(prompt);
        return [session, title ?? session, custom, ai, summary, prompt, Text(6), rules.Name(r[7])];

        static string? Said(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
    }
}
