namespace Observatory.Core.Ingestion.Otlp;

/// <summary>What the client's <c>query_source</c> says of a call.</summary>
internal static class QuerySources
{
    private const string Conversation = "repl_main_thread", Program = "sdk", Agents = "agent:";

    /// <summary>
    /// A call that the client makes for itself: its tokens and cost count, but it answers nobody and is no message. Those that are messages are
    /// named here, since clients add helpers with each version: the conversation's own, with whatever follows (<c>repl_main_thread:…</c>), a
    /// program's, a sub-agent's, and calls of old clients, which do not say.
    /// </summary>
    public static bool IsAuxiliary(string? source) =>
        !string.IsNullOrEmpty(source) && source != Program && !source.StartsWith(Conversation, StringComparison.Ordinal)
        && !source.StartsWith(Agents, StringComparison.Ordinal);

    /// <summary>Events name the sub-agent, the metrics only that it is one.</summary>
    public static bool IsAgent(string? source) => source is not null && (source == "subagent" || source.StartsWith(Agents, StringComparison.Ordinal));
}
