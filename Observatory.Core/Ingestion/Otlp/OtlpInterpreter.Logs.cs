using System.Globalization;
using Observatory.Core.Events;
using Observatory.Core.Ingestion.Transcripts;

namespace Observatory.Core.Ingestion.Otlp;

internal sealed partial class OtlpInterpreter
{
    private const string Redacted = "<REDACTED>";

    /// <summary>Of a prompt, a tool's target and its output, before the privacy step cuts them shorter: as from transcripts.</summary>
    private const int LongestPrompt = 16_000, LongestTarget = 1_000, LongestOutput = 6_000, LongestMessage = 500;

    /// <summary>Commands that come with the client and are prompts: transcripts have them as they have custom ones.</summary>
    private static readonly HashSet<string> s_promptCommands = new(StringComparer.Ordinal) { "init", "loop", "pr-comments", "review", "security-review" };

    /// <summary>Of the record that is read now.</summary>
    private readonly List<AnalyticsEvent> _events = [];

    public void Log(OtlpScope scope, OtlpLog log)
    {
        _fault = log.Attributes.Fault ?? scope.Resource.Fault;
        var isClient = IsClient(scope);
        var name = NameOrUnknown(NameOf(log), "The event's name");
        var time = log.Time != 0 ? log.Time : log.ObservedTime != 0 ? log.ObservedTime : WrittenTime(log.Attributes);
        var at = Instant(time);
        var head = new Head(log.Attributes, scope, name, time, at, Name(log.Attributes, OtlpName.SessionId) ?? "", isClient ? Version(log.Attributes, scope)
            : null, Name(log.Attributes, OtlpName.AgentId));
        var events = _events;
        events.Clear();
        if (_fault is null) Interpret(isClient ? name : "", head, log, events);
        if (_fault is null)
        {
            var batch = BatchOf(log.Attributes, scope);
            if (_fault is null)
            {
                batch.Events.AddRange(events);
                _taken++;
                return;
            }
        }
        Reject(log.Attributes, scope, name, time);
    }

    private void Interpret(string clientEvent, in Head head, OtlpLog log, List<AnalyticsEvent> events)
    {
        switch (clientEvent)
        {
            case "api_request":
                events.Add(Call(head, log));
                break;
            case "api_error":
                events.Add(Error(head, log));
                break;
            case "tool_result":
                AddTool(head, log, events, Duration(log.Attributes, OtlpName.DurationMs), log.Attributes[OtlpName.Success].AsBool() == false);
                break;
            // No result follows: that it was refused is how the call ended.
            case "tool_decision" when log.Attributes.Text(OtlpName.Decision) == "reject":
                AddTool(head, log, events, duration: null, isError: true);
                events.Add(Other(head, log));
                break;
            case "user_prompt" when IsPrompt(log.Attributes):
                events.Add(Prompt(head, log));
                break;
            default:
                events.Add(Other(head, log));
                break;
        }
    }

    private ResponseEvent Call(in Head head, OtlpLog log)
    {
        var a = log.Attributes;
        var source = Name(a, OtlpName.QuerySource);
        var request = Name(a, OtlpName.RequestId);
        var micros = Number(a, OtlpName.CostUsdMicros);
        return new ResponseEvent
        {
            Key = request is null ? IdentityOf(head, log) : RequestKey(request, head.Name), Kind = CallKind.Call, At = head.At, Conversation = head.Session,
                Version = head.Version,
            Agent = head.Agent, IsSidechain = head.Agent is not null || QuerySources.IsAgent(source), IsAuxiliary = QuerySources.IsAuxiliary(source),
            Request = request is null ? 0 : EventKey.Fingerprint(request), Model = Name(a, OtlpName.Model),
            Usage = new TokenUsage(
                Number(a, OtlpName.InputTokens) ?? 0, Number(a, OtlpName.OutputTokens) ?? 0, Number(a, OtlpName.CacheCreation5m) ?? 0,
                    Number(a, OtlpName.CacheCreation1h) ?? 0,
                Number(a, OtlpName.CacheRead) ?? 0),
            CacheWriteField = Number(a, OtlpName.CacheCreation) ?? 0,
            // Transcripts have the name that the API has.
            Speed = Name(a, OtlpName.Speed) switch { "normal" => "standard", var speed => speed },
            ClientCost = micros is not null ? micros * 1_000 : Dollars(a[OtlpName.CostUsd]), DurationMs = Duration(a, OtlpName.DurationMs),
                FirstTokenMs = Duration(a, OtlpName.FirstTokenMs),
        };
    }

    private ApiErrorEvent Error(in Head head, OtlpLog log)
    {
        var a = log.Attributes;
        var request = Name(a, OtlpName.RequestId) ?? Name(a, OtlpName.ClientRequestId);
        var key = request is null ? IdentityOf(head, log) : FailedCallKey.Of(request);
        var status = a[OtlpName.StatusCode].TryLong(out var code) && code is > 0 and < 1_000 ? (int)code : 0;
        var attempts = a[OtlpName.Attempt].TryLong(out var attempt) ? (int)Math.Clamp(attempt, 1, 1_000) : 1;
        return new ApiErrorEvent
        {
            Key = key, At = head.At, Conversation = head.Session, Version = head.Version, Agent = head.Agent,
            IsSidechain = head.Agent is not null || QuerySources.IsAgent(a.Text(OtlpName.QuerySource)), Status = status, IsFinal = true, Attempts = attempts,
                Message = Short(a.Text(OtlpName.Error), LongestMessage),
        };
    }

    private void AddTool(in Head head, OtlpLog log, List<AnalyticsEvent> events, long? duration, bool isError)
    {
        var a = log.Attributes;
        var id = Name(a, OtlpName.ToolUseId);
        var (server, serverTool, target) = ToolFacts.Read(a.Text(OtlpName.ToolParameters), a.Text(OtlpName.ToolInput));
        var tool = NameOrUnknown(ToolFacts.NameOf(a.Text(OtlpName.ToolName) ?? "", server, serverTool), "The tool's name");
        var key = id is null ? IdentityOf(head, log) : EventKey.Of(KeySpace.ToolUse, id);
        events.Add(new ToolCallEvent
        {
            Key = key, At = Math.Max(0, head.At - (duration ?? 0)), Conversation = head.Session, Version = head.Version, Agent = head.Agent,
            IsSidechain = head.Agent is not null,
            Tool = tool, Target = Short(target, LongestTarget),
        });
        events.Add(new ToolResultEvent
        {
            Key = key, At = head.At, Conversation = head.Session, Version = head.Version, Agent = head.Agent, IsSidechain = head.Agent is not null,
                IsError = isError,
            Size = (int)Math.Min(int.MaxValue, Duration(a, OtlpName.ToolResultSize) ?? 0), Output = isError ? Short(a.Text(OtlpName.Error), LongestOutput)
                : null, DurationMs = duration,
        });
    }

    private PromptEvent Prompt(in Head head, OtlpLog log)
    {
        var a = log.Attributes;
        var text = PromptRule.Typed(PromptText(a));
        var uuid = Name(a, OtlpName.MessageUuid);
        return new PromptEvent
        {
            Key = uuid is null ? IdentityOf(head, log) : EventKey.Of(KeySpace.Line, uuid), At = head.At, Conversation = head.Session, Version = head.Version,
                Agent = head.Agent,
            Text = Short(text, LongestPrompt), Length = (int)Math.Min(int.MaxValue, Duration(a, OtlpName.PromptLength) ?? text?.Length ?? 0),
        };
    }

    /// <summary>
    /// Commands of the client's own (/model, /compact) ask the model nothing, but for those that stand for a prompt; neither does what the client
    /// puts in by itself.
    /// </summary>
    private static bool IsPrompt(OtlpAttributes a)
    {
        var (source, command) = (a.Text(OtlpName.CommandSource), a.Text(OtlpName.CommandName));
        if ((source == "builtin" || source is null && command is not null) && !s_promptCommands.Contains(command ?? "")) return false;
        return PromptRule.IsPromptText(PromptText(a));
    }

    private static string? PromptText(OtlpAttributes a) => a.Text(OtlpName.Prompt) is { } text && text != Redacted ? text : null;

    private static OtherEvent Other(in Head head, OtlpLog log)
    {
        var fields = log.Attributes.Items;
        // Of the client's records the body is the name again.
        if (log.Body.AsText() is { Length: > 0 } body && body != head.Name && body != ClientPrefix + head.Name) fields = [.. fields, new("body", log.Body)];
        return new OtherEvent
        {
            Key = IdentityOf(head, log), At = head.At, Conversation = head.Session, Version = head.Version, Agent = head.Agent,
            IsSidechain = head.Agent is not null, Type = head.Name, Data = AttributeJson.Write(fields),
        };
    }

    private static string? NameOf(OtlpLog log)
    {
        var body = log.Body.Kind == OtlpKind.Text ? log.Body.AsText() : null;
        return log.Attributes.Text(OtlpName.EventName) ?? (log.EventName is { Length: > 0 } name ? name : body is not null
            && body.StartsWith(ClientPrefix, StringComparison.Ordinal) ? body : null) switch
        {
            { } text when text.StartsWith(ClientPrefix, StringComparison.Ordinal) => text[ClientPrefix.Length..],
            var text => text,
        };
    }

    private static EventKey RequestKey(string request, string name) => EventKey.Of(KeySpace.Request, request).With(EventKey.Fingerprint(name));

    private static EventKey IdentityOf(in Head head, OtlpLog log) =>
        head.Session.Length > 0 && log.Attributes[OtlpName.EventSequence] is { IsEmpty: false } sequence
            ? RecordKeys.Of(head.Session, sequence, head.Name, head.Time)
            : RecordKeys.OfAll(head.Scope.Resource, head.Time, head.Name, log.Body, log.Attributes);

    private static long? Dollars(OtlpValue value) =>
        value.TryDouble(out var dollars) && dollars is >= 0 and < 1e9 ? (long)Math.Round(dollars * 1e9, MidpointRounding.ToEven) : null;

    /// <summary>Nanoseconds of <c>event.timestamp</c>, 0 where there is none.</summary>
    private static ulong WrittenTime(OtlpAttributes a) =>
        DateTimeOffset.TryParse(a.Text(OtlpName.EventTimestamp), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            && time > DateTimeOffset.UnixEpoch
            ? (ulong)time.ToUnixTimeMilliseconds() * 1_000_000 : 0;

    /// <summary>What all events of a record share.</summary>
    private readonly record struct Head(OtlpAttributes Attributes, OtlpScope Scope, string Name, ulong Time, long At, string Session, string? Version,
        string? Agent);
}
