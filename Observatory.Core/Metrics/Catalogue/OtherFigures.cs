namespace Observatory.Core.Metrics.Catalogue;

/// <summary>Figures that belong to one thing (a conversation, a tool, the program itself) and are no series over time.</summary>
internal static class OtherFigures
{
    public static IReadOnlyList<Figure> All { get; } =
    [
        new()
        {
            Name = "unpricedTokens", Title = "Unpriced tokens", Unit = Units.Tokens,
            Definition = "Tokens of models that have no list price; cost leaves them out.",
        },
        new()
        {
            Name = "cacheSavings", Title = "Saved by the cache", Unit = Units.Usd,
            Definition = "What the same tokens would have cost had none been cached, less what they cost.",
            Excludes = "Models without a price; below 0 where dear cache writes were not read again.",
        },
        new()
        {
            Name = "clientCost", Title = "Cost by the client", Unit = Units.Usd,
            Definition = "What Claude Code itself computes for a conversation or an answer; kept apart from cost.",
            Excludes = "Conversations whose client wrote none.",
        },
        new()
        {
            Name = "duration", Title = "Duration", Unit = Units.Seconds,
            Definition = "From the first to the last message of a conversation, nights in between included.",
            Formula = "lastActivity − createdAt",
        },
        new()
        {
            Name = "averageSessionDuration", Title = "Average sitting", Unit = Units.Seconds,
            Definition = "Mean length of a user's runs of activity without a pause of over 30 minutes, in the range in which they start.",
        },
        new()
        {
            Name = "userEngagement", Title = "Engagement", Unit = Units.Count,
            Definition = "How densely messages follow each other in a conversation, 0–100.", Formula = "min(100, 10 × messageCount ÷ minutes of duration)",
            Excludes = "Conversations of one moment, which have 0.",
        },
        new()
        {
            Name = "subAgents", Title = "Sub-agents", Unit = Units.Count, Definition = "Different sub-agents that answered in a conversation or a turn.",
        },
        new()
        {
            Name = "averageConversationLength", Title = "Messages a conversation", Unit = Units.Messages,
            Definition = "Mean number of messages of a conversation in the range.", Formula = "messages ÷ conversations",
        },
        new()
        {
            Name = "systemUptime", Title = "Uptime", Unit = Units.Percent,
            Definition = "Share of the range, since the first start, in which this program was up, by its own heartbeats.",
        },
        new()
        {
            Name = "responseTime", Title = "Response time", Unit = Units.Seconds, Definition = "From one prompt to the first line of its answer.",
            Excludes = "Prompts without an answer.",
        },
        new()
        {
            Name = "firstToken", Title = "Time to first token", Unit = Units.Seconds,
            Definition = "From the start of an API call to its first token, as the client measured it.", Excludes = "Calls of which no telemetry came.",
        },
        new()
        {
            Name = "resultSize", Title = "Size of a result", Unit = Units.Count, Definition = "Characters of what a tool gave back.",
        },
        new()
        {
            Name = "medianMs", Title = "Median duration of a tool", Unit = Units.Milliseconds,
            Definition = "Half of the calls took at most this long from call to result; within 1 %.", Excludes = "Calls without a result.",
        },
        new()
        {
            Name = "p95Ms", Title = "95th percentile of a tool's duration", Unit = Units.Milliseconds,
            Definition = "19 of 20 calls took at most this long from call to result; within 1 %.", Excludes = "Calls without a result.",
        },
        new()
        {
            Name = "averageDuration", Title = "Mean duration of a tool", Unit = Units.Seconds,
            Definition = "Mean time from a tool's call to its result.", Formula = "totalMs ÷ 1000 ÷ calls with a result", Excludes = "Calls without a result.",
        },
        new()
        {
            Name = "p95Duration", Title = "95th percentile of a tool's duration, in seconds", Unit = Units.Seconds,
            Definition = "19 of 20 calls took at most this long from call to result; within 1 %.", Excludes = "Calls without a result.",
        },
        new()
        {
            Name = "users", Title = "Users of a tool", Unit = Units.Users, Definition = "Different users in whose conversations a tool was called.",
        },
        new()
        {
            Name = "totalMs", Title = "Time in a tool", Unit = Units.Milliseconds, Definition = "Durations of all calls of a tool together.",
            Excludes = "Calls without a result; calls side by side count each.",
        },
        new()
        {
            Name = "activityPattern", Title = "Messages by hour of day", Unit = Units.Messages,
            Definition = "Messages of a user in each hour of day of the reader's zone.",
        },
        .. OfThePipeline,
    ];

    private static IEnumerable<Figure> OfThePipeline =>
    [
        new()
        {
            Name = "filesTotal", Title = "Files found", Unit = Units.Count, Definition = "Transcripts under the roots, finished ones included.",
        },
        new()
        {
            Name = "filesDone", Title = "Files read", Unit = Units.Count, Definition = "Transcripts that are read to their end.",
        },
        new()
        {
            Name = "bytesTotal", Title = "Bytes found", Unit = Units.Bytes, Definition = "Size of all transcripts under the roots.",
        },
        new()
        {
            Name = "bytesDone", Title = "Bytes read", Unit = Units.Bytes, Definition = "Bytes of transcripts that are read.",
        },
        new()
        {
            Name = "processed", Title = "Events processed", Unit = Units.Events,
            Definition = "Events that came since the program started, whatever became of them.",
            Formula = "accepted + duplicates + rejected",
        },
        new()
        {
            Name = "accepted", Title = "Events accepted", Unit = Units.Events,
            Definition = "Events since the start that were new, or changed what was known.",
        },
        new()
        {
            Name = "duplicates", Title = "Duplicates", Unit = Units.Events,
            Definition = "Events since the start that were known already and changed nothing.",
        },
        new()
        {
            Name = "rejected", Title = "Events rejected", Unit = Units.Events, Definition = "Events since the start that were refused for what they hold.",
        },
        new()
        {
            Name = "deadLetters", Title = "Dead letters", Unit = Units.Events,
            Definition = "Refused events that wait for someone's word, and lines set aside.",
        },
        new()
        {
            Name = "rejectedLines", Title = "Lines set aside", Unit = Units.Count, Definition = "Lines of transcripts that could not be read.",
            AlsoNamed = ["lines"],
        },
        new()
        {
            Name = "hooksDropped", Title = "Hooks dropped", Unit = Units.Events,
            Definition = "Hooks that came while the queue was full or nothing could be written; their sender is not told.",
        },
        new()
        {
            Name = "refusedByErasure", Title = "Refused by erasure", Unit = Units.Events,
            Definition = "Lines and events of erased people that came again and were dropped, since the program started.",
        },
        new()
        {
            Name = "queueDepth", Title = "Queue", Unit = Units.Count, Definition = "Batches of events that wait to be written.",
        },
        new()
        {
            Name = "throughputPerSecond", Title = "Throughput", Unit = Units.Events, Definition = "Events written a second, lately.",
        },
        new()
        {
            Name = "latencyP50Ms", Title = "Median latency", Unit = Units.Milliseconds,
            Definition = "From queue to commit: half of the events took at most this long.",
        },
        new()
        {
            Name = "latencyP99Ms", Title = "99th percentile of latency", Unit = Units.Milliseconds,
            Definition = "From queue to commit: 99 of 100 events took at most this long.",
        },
        new()
        {
            Name = "lagP50Ms", Title = "Median lag", Unit = Units.Milliseconds,
            Definition = "From the event's own time to its commit: half took at most this long.", Excludes = "Events that came later than a minute.",
        },
        new()
        {
            Name = "lagP99Ms", Title = "99th percentile of lag", Unit = Units.Milliseconds,
            Definition = "From the event's own time to its commit: 99 of 100 took at most this long.", Excludes = "Events that came later than a minute.",
        },
        new()
        {
            Name = "tries", Title = "Failed writes", Unit = Units.Count, Definition = "Attempts to write that failed since the fault began.",
        },
        new()
        {
            Name = "failures", Title = "Failures of a service", Unit = Units.Count,
            Definition = "How often a service behind the scenes failed since the program started.",
        },
    ];
}
