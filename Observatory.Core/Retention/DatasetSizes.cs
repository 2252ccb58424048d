using Observatory.Core.Storage;

namespace Observatory.Core.Retention;

/// <summary>Which dataset a table belongs to, so that every byte of the database is somebody's.</summary>
internal static class DatasetSizes
{
    /// <summary>Tables that are neither raw rows nor sums: names, keys of what is gone, accounts, how far files are read, jobs.</summary>
    public const string Other = "other";

    private static readonly Dictionary<string, string> s_datasets = new(StringComparer.Ordinal)
    {
        ["prompts"] = RetentionDatasets.Raw, ["response_rows"] = RetentionDatasets.Raw, ["response_blocks"] = RetentionDatasets.Raw,
        ["tool_call_rows"] = RetentionDatasets.Raw, ["tool_call_blocks"] = RetentionDatasets.Raw, ["api_errors"] = RetentionDatasets.Raw,
        ["marks"] = RetentionDatasets.Raw, ["event_rows"] = RetentionDatasets.Raw, ["event_blocks"] = RetentionDatasets.Raw,
        ["item_blocks"] = RetentionDatasets.Raw, ["block_conversations"] = RetentionDatasets.Raw, ["block_holes"] = RetentionDatasets.Raw,
        ["points"] = RetentionDatasets.Raw, ["identities"] = RetentionDatasets.Raw, ["series"] = RetentionDatasets.Raw,
        ["texts"] = RetentionDatasets.Texts,
        ["dead_letters"] = RetentionDatasets.DeadLetters, ["rejected_lines"] = RetentionDatasets.DeadLetters,
        ["quarters"] = "series1h", ["hours"] = "series1h", ["tool_quarters"] = "series1h", ["sketches"] = "series1h",
        ["audit_log"] = "audit",
        ["restored_rows"] = RetentionDatasets.Archives, ["restored_texts"] = RetentionDatasets.Archives,
        ["day_sums"] = RetentionDatasets.Aggregates, ["days"] = RetentionDatasets.Aggregates, ["conversations"] = RetentionDatasets.Aggregates,
        ["agents"] = RetentionDatasets.Aggregates, ["gone_days"] = RetentionDatasets.Aggregates, ["carries"] = RetentionDatasets.Aggregates,
    };

    /// <summary>Tables that take room without being rows of their dataset: what blocks are made of, lines that were set aside.</summary>
    private static readonly HashSet<string> s_uncounted =
        ["item_blocks", "block_conversations", "block_holes", "points", "series", "rejected_lines", "days", "agents", "gone_days", "carries", "day_sums"];

    /// <summary>Rows and bytes of a dataset.</summary>
    public static TableSize Of(this StoreSize size, string dataset) => size.Tables.Where(t => DatasetOf(t.Key) == dataset).Aggregate(
        default(TableSize), (sum, t) => new TableSize(sum.Rows + (s_uncounted.Contains(t.Key) ? 0 : t.Value.Rows), sum.Bytes + t.Value.Bytes));

    private static string DatasetOf(string table) => s_datasets.GetValueOrDefault(table, Other);
}
