using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Which source is believed where several tell of one conversation. Prompts and tool calls come from its transcript as soon as that has a word on
/// it; else from OpenTelemetry, else from the events API, else from hooks. Failed calls too, but that those of transcript and OpenTelemetry are
/// united one by one (<see cref="FailedCalls"/>): either knows some that the other does not. What has no session is no conversation: nothing
/// there stands back, but one user's points for that user's calls (<see cref="LoneCallers"/>). Nothing here depends on what came first.
/// </summary>
internal static class SourceRank
{
    private const Given PromptsFromOtlp = Given.Lines;
    private const Given PromptsFromApi = PromptsFromOtlp | Given.OtlpPrompt;
    private const Given PromptsFromHooks = PromptsFromApi | Given.ApiPrompt;
    private const Given ToolsFromOtlp = Given.Lines;
    private const Given ToolsFromApi = ToolsFromOtlp | Given.OtlpTool;
    private const Given ToolsFromHooks = ToolsFromApi | Given.ApiTool;
    private const Given ErrorsFromOtlp = Given.LinesError;
    private const Given ErrorsFromApi = ErrorsFromOtlp | Given.LinesFailure | Given.OtlpError;
    private const Given ErrorsFromHooks = ErrorsFromApi | Given.ApiError;
    private const Given CallsKnown = Given.Lines | Given.OtlpCall;

    /// <summary>Whether other rows of that conversation could stand in the place of these.</summary>
    public const Given Foreign = ~(Given.Lines | Given.LinesError | Given.LinesFailure);

    /// <summary>Each time: what makes rows of other sources void, and what shows that there may be such rows.</summary>
    private static readonly (Given Better, Given Rows)[] s_rivals =
    [
        (Given.Lines, Foreign),
        (Given.LinesError | Given.LinesFailure, Given.OtlpError | Given.ApiError | Given.HookError),
        (Given.OtlpCall, Given.Weak),
        (Given.OtlpPrompt, Given.ApiPrompt | Given.HookPrompt),
        (Given.OtlpTool, Given.ApiTool | Given.HookTool),
        (Given.OtlpError, Given.ApiError | Given.HookError),
        (Given.ApiPrompt, Given.HookPrompt),
        (Given.ApiTool, Given.HookTool),
        (Given.ApiError, Given.HookError),
    ];

    /// <summary>Of two things that are known of a conversation, one can make rows of the other void: its rows have to be looked at when either comes.</summary>
    public static bool HasRivals(Given given)
    {
        foreach (var (better, rows) in s_rivals)
        {
            if ((given & better) != 0 && (given & rows) != 0) return true;
        }
        return false;
    }

    public static bool IsLines(EventSource source) => source is EventSource.Transcript or EventSource.Demo;

    /// <summary>What the event shows to be known of its conversation.</summary>
    public static Given Of(AnalyticsEvent item, EventSource source) => (item, source) switch
    {
        (ApiErrorEvent, _) when IsLines(source) => Given.Lines | Given.LinesFailure,
        (_, _) when IsLines(source) => Given.Lines,
        (ResponseEvent { Kind: CallKind.Call }, _) => Given.OtlpCall,
        (ResponseEvent { Kind: CallKind.Usage }, _) => Given.ApiUsage,
        (ResponseEvent { Kind: CallKind.Metric or CallKind.Total or CallKind.Message }, _) => Given.Weak,
        (PromptEvent, EventSource.Otlp) => Given.OtlpPrompt,
        (PromptEvent, EventSource.Api) => Given.ApiPrompt,
        (PromptEvent, _) => Given.HookPrompt,
        (ToolCallEvent or ToolResultEvent, EventSource.Otlp) => Given.OtlpTool,
        (ToolCallEvent or ToolResultEvent, EventSource.Api) => Given.ApiTool,
        (ToolCallEvent or ToolResultEvent, _) => Given.HookTool,
        (ApiErrorEvent, EventSource.Otlp) => Given.OtlpError,
        (ApiErrorEvent, EventSource.Api) => Given.ApiError,
        (ApiErrorEvent, _) => Given.HookError,
        _ => Given.None,
    };

    public static bool IsVoid(PromptEntity row, Given given) => row.Length == PromptEntity.TakenBack || IsToldBetter(row)
        || (given & Better(row, PromptsFromOtlp, PromptsFromApi, PromptsFromHooks)) != 0;

    public static bool IsVoid(ToolCallEntity row, Given given) => IsToldBetter(row) || (given & Better(row, ToolsFromOtlp, ToolsFromApi, ToolsFromHooks)) != 0;

    public static bool IsVoid(ApiErrorEntity row, Given given) => IsToldBetter(row)
        || (given & Better(row, ErrorsFromOtlp, ErrorsFromApi, ErrorsFromHooks)) != 0;

    /// <summary>Reports of calls (<see cref="CallKind.Call"/>, <see cref="CallKind.Usage"/>) stand back where they were matched; <see cref="CallMatcher"/>
    /// says so.</summary>
    public static bool IsVoid(ResponseEntity row, Given given) => (CallKind)row.Kind switch
    {
        CallKind.Message or CallKind.Metric or CallKind.Total => (given & CallsKnown) != 0,
        CallKind.Call or CallKind.Usage => row.CallId != 0,
        CallKind.Part => true,
        _ => false,
    };

    /// <summary>A word for the user that says no more than which installation it was.</summary>
    public const int Installation = 1;

    /// <summary>The user that a row counts for: the one that its own event names, else its conversation's.</summary>
    /// <param name="own">As <see cref="ItemEntity.OwnUserId"/>.</param>
    public static int UserOf(int own, ConversationEntity conversation)
    {
        if (own > 0) return own;
        return own < 0 && conversation.UserRank <= Installation ? -own : conversation.UserId;
    }

    /// <summary>How good a source's word for the user is. An installation's random id says less than the name of a transcript's owner.</summary>
    public static int OfUser(EventSource source, int rank) => source switch
    {
        EventSource.Otlp => rank == UserRank.Installation ? Installation : 4,
        EventSource.Api => 3,
        EventSource.Hook => Installation,
        _ => 2,
    };

    /// <summary>A better source tells of the same thing, in whatever conversation: telemetry may be sent without its session.</summary>
    private static bool IsToldBetter(ItemEntity row)
    {
        const int Lines = (1 << (int)EventSource.Transcript) | (1 << (int)EventSource.Demo);
        const int Otlp = 1 << (int)EventSource.Otlp;
        const int Api = 1 << (int)EventSource.Api;
        return (row.Sources & (EventSource)row.Origin switch { EventSource.Otlp => Lines, EventSource.Api => Lines | Otlp, EventSource.Hook =>
            Lines | Otlp | Api, _ => 0 }) != 0;
    }

    private static Given Better(ItemEntity row, Given otlp, Given api, Given hook) => (EventSource)row.Origin switch
    {
        EventSource.Otlp => otlp,
        EventSource.Api => api,
        EventSource.Hook => hook,
        _ => Given.None,
    };
}
