using System.Collections.Frozen;

namespace Observatory.Core.Ingestion.Otlp;

/// <summary>Attributes that are asked for by name. Their texts are in <see cref="OtlpNames"/>.</summary>
internal enum OtlpName : byte
{
    /// <summary>Any other.</summary>
    Other,
    AgentId,
    AppVersion,
    Attempt,
    CacheCreation1h,
    CacheCreation5m,
    CacheCreation,
    CacheRead,
    ClientRequestId,
    CommandName,
    CommandSource,
    CostUsd,
    CostUsdMicros,
    Decision,
    DurationMs,
    EndUserId,
    Error,
    EventName,
    EventSequence,
    EventTimestamp,
    InputTokens,
    MessageUuid,
    Model,
    OutputTokens,
    Prompt,
    PromptLength,
    QuerySource,
    RequestId,
    ServiceVersion,
    SessionId,
    Source,
    Speed,
    StatusCode,
    Success,
    ToolInput,
    ToolName,
    ToolParameters,
    ToolResultSize,
    ToolUseId,
    FirstTokenMs,
    Type,
    UserAccount,
    UserEmail,
    UserFullName,
    UserId,
    UserName,
}

/// <summary>The texts of <see cref="OtlpName"/>.</summary>
internal static class OtlpNames
{
    private static readonly string[] s_texts = new string[Enum.GetValues<OtlpName>().Length];
    private static readonly FrozenDictionary<string, OtlpName> s_names = Make();

    public static int Count => s_texts.Length;

    public static OtlpName Of(string text) => s_names.GetValueOrDefault(text);

    /// <param name="name">Not <see cref="OtlpName.Other"/>.</param>
    public static string Text(OtlpName name) => s_texts[(int)name];

    private static FrozenDictionary<string, OtlpName> Make()
    {
        (OtlpName Name, string Text)[] all =
        [
            (OtlpName.AgentId, "agent_id"), (OtlpName.AppVersion, "app.version"), (OtlpName.Attempt, "attempt"),
                (OtlpName.CacheCreation1h, "cache_creation_1h_tokens"),
            (OtlpName.CacheCreation5m, "cache_creation_5m_tokens"), (OtlpName.CacheCreation, "cache_creation_tokens"),
                (OtlpName.CacheRead, "cache_read_tokens"),
            (OtlpName.ClientRequestId, "client_request_id"), (OtlpName.CommandName, "command_name"), (OtlpName.CommandSource, "command_source"),
                (OtlpName.CostUsd, "cost_usd"),
            (OtlpName.CostUsdMicros, "cost_usd_micros"), (OtlpName.Decision, "decision"),
            (OtlpName.DurationMs, "duration_ms"), (OtlpName.EndUserId, "enduser.id"), (OtlpName.Error, "error"), (OtlpName.EventName, "event.name"),
            (OtlpName.EventSequence, "event.sequence"), (OtlpName.EventTimestamp, "event.timestamp"), (OtlpName.InputTokens, "input_tokens"),
                (OtlpName.MessageUuid, "message.uuid"),
            (OtlpName.Model, "model"), (OtlpName.OutputTokens, "output_tokens"), (OtlpName.Prompt, "prompt"), (OtlpName.PromptLength, "prompt_length"),
                (OtlpName.QuerySource, "query_source"),
            (OtlpName.RequestId, "request_id"), (OtlpName.ServiceVersion, "service.version"), (OtlpName.SessionId, "session.id"),
                (OtlpName.Source, "source"), (OtlpName.Speed, "speed"),
                (OtlpName.StatusCode, "status_code"),
            (OtlpName.Success, "success"), (OtlpName.ToolInput, "tool_input"), (OtlpName.ToolName, "tool_name"), (OtlpName.ToolParameters, "tool_parameters"),
            (OtlpName.ToolResultSize, "tool_result_size_bytes"), (OtlpName.ToolUseId, "tool_use_id"), (OtlpName.FirstTokenMs, "ttft_ms"),
                (OtlpName.Type, "type"),
            (OtlpName.UserAccount, "user.account_uuid"), (OtlpName.UserEmail, "user.email"), (OtlpName.UserFullName, "user.full_name"),
                (OtlpName.UserId, "user.id"), (OtlpName.UserName, "user.name"),
        ];
        foreach (var (name, text) in all) s_texts[(int)name] = text;
        return all.ToFrozenDictionary(n => n.Text, n => n.Name, StringComparer.Ordinal);
    }
}
