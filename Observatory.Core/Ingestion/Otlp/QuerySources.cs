namespace Observatory.Core.Ingestion.Otlp;

/// <summary>What the client's <c>query_source</c> says of a call.</summary>
internal static class QuerySources
{
    /// <summary>
    /// Calls that the client makes for itself: their tokens and cost count, but they answer nobody and are no messages. Not among them:
    /// <c>sdk</c>, <c>repl_main_thread</c> (with whatever follows a colon) and <c>agent:…</c>.
    /// </summary>
    private static readonly HashSet<string> s_auxiliary = new(StringComparer.Ordinal)
    {
        "auxiliary", "away_summary", "compact", "extract_memories", "generate_session_title", "prompt_suggestion", "session_memory", "web_fetch_apply", "web_search_tool",
    };

    public static bool IsAuxiliary(string? source) => source is not null && s_auxiliary.Contains(source);

    /// <summary>Events name the sub-agent, the metrics only that it is one.</summary>
    public static bool IsAgent(string? source) => source is not null && (source == "subagent" || source.StartsWith("agent:", StringComparison.Ordinal));
}
