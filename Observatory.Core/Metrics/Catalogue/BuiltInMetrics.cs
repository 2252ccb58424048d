using Observatory.Core.Storage;

namespace Observatory.Core.Metrics.Catalogue;

/// <summary>
/// The metrics that every installation has, in the order in which they are shown. A new one is an entry here and its line in the recount of the
/// tests; routes, groupings, filters, tables and the glossary follow.
/// </summary>
internal static class BuiltInMetrics
{
    private const string OnceCounted = "Lines that repeat a response while it streams, on resume and on fork: each counts once.";

    private const string OnlySpans = "Clients that send no spans.";

    public static IReadOnlyList<MetricDefinition> All { get; } =
    [
        new()
        {
            Name = "conversations", Title = "Conversations", Unit = Units.Conversations, Aggregation = MetricAggregation.Distinct,
            Dimensions = Dimensions.OfAnswers, Needs = Distinct.Conversations, Value = s => s.Conversations.Count,
            AlsoNamed = ["totalConversations", "conversationCount"],
            Definition = "Claude Code sessions with at least one message in the range, each once however many days it goes on.",
            Excludes = "Sub-agents as conversations of their own: they belong to the one that started them.",
        },
        new()
        {
            Name = "messages", Title = "Messages", Unit = Units.Messages, Aggregation = MetricAggregation.Sum,
            Dimensions = Dimensions.OfAnswers, Value = s => s.Messages, AlsoNamed = ["totalMessages", "messageCount"],
            Definition = "Prompts and answers together.", Formula = "userMessages + assistantMessages",
        },
        new()
        {
            Name = "userMessages", Title = "Prompts", Unit = Units.Messages, Aggregation = MetricAggregation.Sum,
            Dimensions = Dimensions.OfTyped, Value = s => s.Sum[Measure.UserMessages],
            Definition = "What a person typed and sent, or a program sent in a person's place.",
            Excludes = "Tool results, texts that the client writes by itself, and prompts that a hook blocked.",
        },
        new()
        {
            Name = "assistantMessages", Title = "Answers", Unit = Units.Messages, Aggregation = MetricAggregation.Sum,
            Dimensions = Dimensions.OfAnswers, Value = s => s.Sum[Measure.AssistantMessages],
            Definition = "Responses of a model, those of sub-agents included.", Excludes = OnceCounted,
        },
        new()
        {
            Name = "tokens", Title = "Tokens", Unit = Units.Tokens, Aggregation = MetricAggregation.Sum,
            Dimensions = Dimensions.OfAnswers, Value = s => s.Tokens, AlsoNamed = ["totalTokens", "totalTokensUsed", "totalTokensProcessed"],
            Definition = "Tokens of all four kinds.", Formula = "inputTokens + outputTokens + cacheCreationTokens + cacheReadTokens", Excludes = OnceCounted,
        },
        new()
        {
            Name = "inputTokens", Title = "Input tokens", Unit = Units.Tokens, Aggregation = MetricAggregation.Sum,
            Dimensions = Dimensions.OfAnswers, Value = s => s.Sum[Measure.Input],
            Definition = "Tokens that were sent and neither read from nor written to the cache.",
        },
        new()
        {
            Name = "outputTokens", Title = "Output tokens", Unit = Units.Tokens, Aggregation = MetricAggregation.Sum,
            Dimensions = Dimensions.OfAnswers, Value = s => s.Sum[Measure.Output],
            Definition = "Tokens that models wrote, thinking included.",
        },
        new()
        {
            Name = "cacheCreationTokens", Title = "Cache write tokens", Unit = Units.Tokens, Aggregation = MetricAggregation.Sum,
            Dimensions = Dimensions.OfAnswers, Value = s => s.CacheWrites,
            Definition = "Tokens written to the prompt cache, for five minutes or for an hour.",
        },
        new()
        {
            Name = "cacheReadTokens", Title = "Cache read tokens", Unit = Units.Tokens, Aggregation = MetricAggregation.Sum,
            Dimensions = Dimensions.OfAnswers, Value = s => s.Sum[Measure.CacheRead],
            Definition = "Tokens read from the prompt cache.",
        },
        new()
        {
            Name = "cost", Title = "Cost", Unit = Units.Usd, Aggregation = MetricAggregation.Sum,
            Dimensions = Dimensions.OfAnswers, Value = s => (double?)s.Cost, AlsoNamed = ["totalCost"],
            Definition = "What the calls cost at the list prices that were in force at their time.",
            Formula = "tokens of each kind × its price, and web searches",
            Excludes = "Models without a price: unpricedTokens says how much. A subscription is billed otherwise; what the client computes " +
                "itself is kept apart.",
        },
        new()
        {
            Name = "toolCalls", Title = "Tool calls", Unit = Units.Calls, Aggregation = MetricAggregation.Sum, Source = MetricSource.Tools,
            Dimensions = Dimensions.OfTools, Value = s => s.Sum[Measure.ToolCalls], AlsoNamed = ["calls"],
            Definition = "Tools that answers called, sub-agents' included, at the time of the call.",
            Excludes = "Tools that run on the API's side, such as its own web search.",
        },
        new()
        {
            Name = "toolErrors", Title = "Failed tool calls", Unit = Units.Calls, Aggregation = MetricAggregation.Sum, Source = MetricSource.Tools,
            Dimensions = Dimensions.OfTools, Value = s => s.Sum[Measure.ToolErrors], AlsoNamed = ["errors"],
            Definition = "Tool calls whose result says that they failed, and those that were refused.",
        },
        new()
        {
            Name = "apiErrors", Title = "Failed API calls", Unit = Units.Calls, Aggregation = MetricAggregation.Sum,
            Dimensions = Dimensions.OfPrompts, Value = s => s.Sum[Measure.ApiErrors],
            Definition = "Attempts to reach the API that failed.",
            Excludes = "Transcripts hold only the last failure of a prompt, and no retry that went well: with telemetry there are more.",
        },
        new()
        {
            Name = "errorRate", Title = "API error rate", Unit = Units.Rate, Aggregation = MetricAggregation.Ratio,
            Dimensions = Dimensions.OfPrompts, Value = s => s.ErrorRate,
            Parts = new Parts(s => s.Sum[Measure.ApiErrors], s => s.Sum[Measure.AssistantMessages] + s.Sum[Measure.ApiErrors]),
            Definition = "Share of API calls that failed.", Formula = "apiErrors ÷ (assistantMessages + apiErrors)",
            Excludes = "Retries that no source tells of, as for apiErrors.",
        },
        new()
        {
            Name = "toolErrorRate", Title = "Tool error rate", Unit = Units.Rate, Aggregation = MetricAggregation.Ratio, Source = MetricSource.Tools,
            Dimensions = Dimensions.OfTools, Value = s => s.ToolErrorRate,
            Parts = new Parts(s => s.Sum[Measure.ToolErrors], s => s.Sum[Measure.ToolCalls]),
            Definition = "Share of tool calls that failed.", Formula = "toolErrors ÷ toolCalls",
        },
        new()
        {
            Name = "cacheHitRate", Title = "Cache hit rate", Unit = Units.Rate, Aggregation = MetricAggregation.Ratio,
            Dimensions = Dimensions.OfAnswers, Value = s => s.CacheHitRate,
            Parts = new Parts(s => s.Sum[Measure.CacheRead], s => s.Sum[Measure.CacheRead] + s.CacheWrites + s.Sum[Measure.Input]),
            Definition = "Share of what was sent that came from the prompt cache.",
            Formula = "cacheReadTokens ÷ (cacheReadTokens + cacheCreationTokens + inputTokens)",
        },
        new()
        {
            Name = "tokenEfficiency", Title = "Input per output", Unit = Units.Count, Aggregation = MetricAggregation.Ratio,
            Dimensions = Dimensions.OfAnswers, Value = s => s.TokenEfficiency,
            Parts = new Parts(s => s.Sum[Measure.Input], s => s.Sum[Measure.Output]),
            Definition = "Input tokens for each output token.", Formula = "inputTokens ÷ outputTokens",
            Excludes = "What has no output: it has 0.",
        },
        new()
        {
            Name = "averageResponseTime", Title = "Average response time", Unit = Units.Seconds, Aggregation = MetricAggregation.Ratio,
            Dimensions = Dimensions.OfTyped, Value = s => s.AverageResponse,
            Parts = new Parts(s => s.Sum[Measure.ResponseMs] / 1000.0, s => s.Sum[Measure.ResponseCount]),
            Definition = "Mean time from a prompt to the first line of its answer, at the time of the prompt.",
            Excludes = "Prompts without an answer.",
        },
        new()
        {
            Name = "p95ResponseTime", Title = "95th percentile of response time", Unit = Units.Seconds, Aggregation = MetricAggregation.Percentile,
            Source = MetricSource.Answers, Dimensions = Dimensions.OfTyped,
            Definition = "19 of 20 prompts got the first line of their answer within this time; within 1 %.",
            Excludes = "Prompts without an answer.",
        },
        new()
        {
            Name = "activeUsers", Title = "Active users", Unit = Units.Users, Aggregation = MetricAggregation.Distinct,
            Dimensions = Dimensions.OfTyped, Needs = Distinct.Users, Value = s => s.Users,
            Definition = "Different users with at least one prompt in the range.",
            Excludes = "Users of whom only answers or calls are known.",
        },
        new()
        {
            Name = "activeSeconds", Title = "Active time", Unit = Units.Seconds, Aggregation = MetricAggregation.Sum,
            Source = MetricSource.Activity, Dimensions = Dimensions.OfMoments,
            Definition = "Time in which something went on: pauses within a conversation of at most five minutes, where they end.",
            Excludes = "Longer pauses; a filter by model does not cut it.",
        },
        Time(
            "timeToFirstToken", "Time to first token", TimingKind.FirstToken, Dimensions.OfCallTimes,
            "Mean time from the start of a call to the API to its first token, as the client's spans tell.", OnlySpans),
        Time(
            "apiLatency", "API latency", TimingKind.Latency, Dimensions.OfCallTimes,
            "Mean length of a call to the API, as the client's spans tell; each attempt is a call.", OnlySpans),
        Time(
            "toolTime", "Time of a tool", TimingKind.Work, Dimensions.OfToolTimes,
            "Mean time that a tool worked, as the client's spans tell: waiting for leave is taken out.",
            "Tools that were refused, which did not work. " + OnlySpans),
        Time(
            "permissionWait", "Wait for permission", TimingKind.Wait, Dimensions.OfToolTimes,
            "Mean time that a tool waited for someone's leave, as the client's spans tell.",
            "Tools that a setting allows or refuses, for which nobody was asked. " + OnlySpans),
        new()
        {
            Name = "events", Title = "Other events", Unit = Units.Events, Aggregation = MetricAggregation.Sum,
            Source = MetricSource.Events, Dimensions = Dimensions.OfEvents,
            Definition = "Events that are kept as they came, by their type: hooks, telemetry and what programs send.",
            Excludes = "Messages, usage, tool calls and failures: they are counted by figures of their own.",
        },
    ];

    private static MetricDefinition Time(
        string name, string title, TimingKind times, IReadOnlyList<string> dimensions, string definition, string excludes) => new()
    {
        Name = name, Title = title, Unit = Units.Seconds, Aggregation = MetricAggregation.Mean, Source = MetricSource.Times, Times = times,
        Dimensions = dimensions, Value = s => s.AverageResponse,
        Parts = new Parts(s => s.Sum[Measure.ResponseMs] / 1000.0, s => s.Sum[Measure.ResponseCount]), Definition = definition, Excludes = excludes,
    };
}
