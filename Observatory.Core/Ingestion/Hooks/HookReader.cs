using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Observatory.Core.Events;
using Observatory.Core.Ingestion.EventsApi;
using Observatory.Core.Ingestion.Transcripts;

namespace Observatory.Core.Ingestion.Hooks;

/// <summary>
/// Turns what an HTTP hook of Claude Code says into events. Hooks carry no time of their own, so they happen when they come. The client sends
/// none twice: where a body names nothing that happens once (a prompt, a tool call), another one like it is another event. Thread-safe.
/// </summary>
public static class HookReader
{
    private const int LongestPath = 4_096;
    private const int LongestPrompt = 16_000;
    private const int LongestError = 6_000;

    /// <summary>Before the privacy step, which keeps less: what it must see whole ends behind that.</summary>
    private const int LongestDetail = 2_000;
    private const int MostDetails = 40;

    /// <summary>Fields with a place of their own, or with texts that hooks are not asked for.</summary>
    private static readonly HashSet<string> s_elsewhere =
        ["session_id", "transcript_path", "agent_transcript_path", "cwd", "hook_event_name", "prompt", "last_assistant_message"];

    /// <summary>Hooks that named nothing, since the program started: with the moment that makes an identity.</summary>
    private static long s_unnamed;

    /// <param name="body">One JSON object; a byte-order mark may stand before it.</param>
    /// <param name="user">Whose it is where the sender's address says so, or null.</param>
    /// <param name="now">Unix ms.</param>
    /// <returns>Null where it is no hook.</returns>
    public static EventBatch? Read(ReadOnlyMemory<byte> body, string? user, long now)
    {
        try
        {
            var text = JsonFields.WithoutMark(body);
            using var json = JsonDocument.Parse(text);
            return json.RootElement.Text("hook_event_name") is { } name ? new Hook(json.RootElement, text.Span, name, user, now).Batch : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private sealed class Hook
    {
        private readonly JsonElement _json;
        private readonly string _name;
        private readonly long _now;
        private readonly EventKey _key;
        private readonly string _session;
        private readonly string? _project;
        private readonly string? _agent;
        private readonly string? _target;

        public Hook(JsonElement json, ReadOnlySpan<byte> body, string name, string? user, long now)
        {
            (_json, _name, _now) = (json, name, now);
            _key = EventKey.Of(KeySpace.Record, body);
            if (!NamesItself(json, name)) _key = _key.With((ulong)now).With((ulong)Interlocked.Increment(ref s_unnamed));
            _session = json.Text("session_id") ?? "";
            _project = json.Text("cwd", LongestPath);
            _agent = json.Text("agent_id");
            _target = TargetOf(json);
            Batch = new EventBatch { Source = EventSource.Hook, User = user };
            Add();
            Batch.Events.Add(new OtherEvent
            {
                Key = _key, At = now, Conversation = _session, Project = _project, Agent = _agent, IsSidechain = _agent is not null,
                Type = name.Length > 250 ? "hook." + name[..250] : "hook." + name, Data = Details(),
            });
        }

        public EventBatch Batch { get; }

        private void Add()
        {
            switch (_name)
            {
                case "UserPromptSubmit":
                    AddPrompt();
                    break;
                // Without an id a call before and its answer after could not be told to be one: then the answer alone stands for it.
                case "PreToolUse" when _json.Text("tool_use_id") is { } id:
                    AddCall(EventKey.Of(KeySpace.ToolUse, id));
                    break;
                case "PostToolUse":
                case "PostToolUseFailure":
                    var key = _json.Text("tool_use_id") is { } use ? EventKey.Of(KeySpace.ToolUse, use) : _key.With(1);
                    if (AddCall(key)) AddResult(key, failed: _name == "PostToolUseFailure");
                    break;
                case "StopFailure":
                    AddError();
                    break;
            }
        }

        /// <summary>It tells of something that has a name and happens once: the same body again is the same hook, as from two settings files.</summary>
        private static bool NamesItself(JsonElement json, string name) => name switch
        {
            "UserPromptSubmit" => json.Text("prompt_id") is not null,
            "PreToolUse" or "PostToolUse" or "PostToolUseFailure" => json.Text("tool_use_id") is not null,
            _ => false,
        };

        private void AddPrompt()
        {
            var text = JsonFields.Find(_json, "prompt") is { ValueKind: JsonValueKind.String } prompt ? JsonFields.Text(prompt, int.MaxValue / 8) : null;
            // The hook fires for what the client puts in by itself, too.
            if (!PromptRule.IsPromptText(text)) return;
            var typed = PromptRule.Typed(text);
            // Prompts that were typed while a turn ran have its id.
            var key = _json.Text("prompt_id") is { } id ? EventKey.Of(KeySpace.Record, "prompt " + id).With(EventKey.Fingerprint(text ?? "")) : _key.With(1);
            Batch.Events.Add(new PromptEvent
            {
                Key = key, At = _now, Conversation = _session, Project = _project, Agent = _agent, IsSidechain = _agent is not null,
                Text = typed?.Length > LongestPrompt ? typed[..LongestPrompt] : typed, Length = typed?.Length ?? 0,
            });
        }

        private bool AddCall(EventKey key)
        {
            if (_json.Text("tool_name") is not { } tool) return false;
            Batch.Events.Add(new ToolCallEvent
            {
                Key = key, At = _now, Conversation = _session, Project = _project, Agent = _agent, IsSidechain = _agent is not null, Tool = tool,
                    Target = _target,
            });
            return true;
        }

        private void AddResult(EventKey key, bool failed) => Batch.Events.Add(new ToolResultEvent
        {
            Key = key, At = _now, Conversation = _session, Project = _project, Agent = _agent, IsSidechain = _agent is not null, IsError = failed,
            Size = JsonFields.Find(_json, "tool_response") is { } response ? JsonMarshal.GetRawUtf8Value(response).Length : 0,
            Output = failed ? JsonFields.End(_json, "error", LongestError) : null, DurationMs = _json.Number("duration_ms") is { } ms and >= 0
                and <= TokenUsage.Limit ? (long)ms : null,
        });

        private void AddError()
        {
            var kind = _json.Text("error_type") ?? _json.Text("error") ?? _json.Object("error")?.Text("type") ?? "unknown";
            // The answer was cut at its limit: the call itself did not fail.
            if (kind == "max_output_tokens") return;
            Batch.Events.Add(new ApiErrorEvent
            {
                Key = _key.With(1), At = _now, Conversation = _session, Project = _project, Agent = _agent, IsSidechain = _agent is not null,
                    Status = StatusOf(kind), IsFinal = true, Message = kind,
            });
        }

        /// <summary>Short fields as they are, in order of their names; of a tool's input only what it works on.</summary>
        private string Details()
        {
            var bytes = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            {
                writer.WriteStartObject();
                foreach (var (name, value) in Fields())
                {
                    writer.WritePropertyName(name);
                    switch (value.ValueKind)
                    {
                        case JsonValueKind.String:
                            writer.WriteStringValue(WholeWords(JsonFields.Text(value, LongestDetail + 1)));
                            break;
                        case JsonValueKind.Number:
                            writer.WriteNumberValue(value.GetDouble());
                            break;
                        default:
                            writer.WriteBooleanValue(value.ValueKind == JsonValueKind.True);
                            break;
                    }
                }
                if (_target is not null) writer.WriteString("target", WholeWords(_target));
                writer.WriteEndObject();
            }
            return Encoding.UTF8.GetString(bytes.WrittenSpan);
        }

        private static ReadOnlySpan<char> WholeWords(string text) => text.AsSpan(0, WordCut.End(text, LongestDetail));

        private SortedDictionary<string, JsonElement> Fields()
        {
            var fields = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
            foreach (var field in _json.EnumerateObject())
            {
                var name = JsonText.Decode(JsonMarshal.GetRawUtf8PropertyName(field));
                var isPlain = field.Value.ValueKind is JsonValueKind.String or JsonValueKind.True or JsonValueKind.False
                    || field.Value.ValueKind == JsonValueKind.Number && field.Value.TryGetDouble(out var number) && double.IsFinite(number);
                if (isPlain && name.Length <= 64 && name != "target" && !s_elsewhere.Contains(name) && fields.Count < MostDetails) fields[name] = field.Value;
            }
            return fields;
        }

        private static string? TargetOf(JsonElement json)
        {
            if (json.Object("tool_input") is not { } input) return null;
            var raw = JsonMarshal.GetRawUtf8Value(input);
            var reader = new Utf8JsonReader(raw);
            var target = ToolTarget.Find(ref reader);
            return target.Exists ? JsonText.Decode(target, raw, LongestDetail + 1) : null;
        }

        private static int StatusOf(string error) => error switch
        {
            "invalid_request" => 400,
            "authentication_failed" => 401,
            "billing_error" => 402,
            "oauth_org_not_allowed" => 403,
            "model_not_found" => 404,
            "rate_limit" => 429,
            "server_error" => 500,
            "overloaded" => 529,
            _ => 0,
        };
    }
}
