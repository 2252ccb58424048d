using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Observatory.Web.Components.Pages.GetStarted;

/// <summary>What is pasted to connect a source to this instance. Nothing here goes into an address: keys travel in headers.</summary>
internal static class Snippets
{
    /// <summary>Stands where the key goes until there is one.</summary>
    public const string Placeholder = "YOUR_KEY";

    /// <summary>Where programs read the key from, so that it stands in no settings file that is shared.</summary>
    public const string Variable = "OBSERVATORY_KEY";

    /// <summary>
    /// What a hook tells of. All of them support http; <c>SessionStart</c> does not (a session is known by its first prompt), and a failing
    /// <c>WorktreeCreate</c> would stop the client's own work.
    /// </summary>
    public static IReadOnlyList<string> HookEvents { get; } =
        ["UserPromptSubmit", "PermissionRequest", "PermissionDenied", "Notification", "PostToolUse", "PostToolUseFailure", "SubagentStart", "SubagentStop",
            "PreCompact", "Stop", "StopFailure", "SessionEnd"];

    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="server">Without a slash at the end.</param>
    public static IReadOnlyList<(string Name, string Value)> OtlpVariables(string server, string? key) =>
    [
        ("CLAUDE_CODE_ENABLE_TELEMETRY", "1"), ("OTEL_METRICS_EXPORTER", "otlp"), ("OTEL_LOGS_EXPORTER", "otlp"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", server), ("OTEL_EXPORTER_OTLP_HEADERS", $"Authorization=Bearer {key ?? Placeholder}"),
    ];

    public static string Shell(IEnumerable<(string Name, string Value)> variables) =>
        string.Join('\n', variables.Select(v => $"export {v.Name}={Quoted(v.Value)}"));

    public static string PowerShell(IEnumerable<(string Name, string Value)> variables) =>
        string.Join('\n', variables.Select(v => $"$env:{v.Name} = \"{v.Value}\""));

    public static string Settings(IEnumerable<(string Name, string Value)> variables)
    {
        var env = new JsonObject();
        foreach (var (name, value) in variables) env[name] = value;
        return new JsonObject { ["env"] = env }.ToJsonString(s_readable);
    }

    public static string Hooks(string server)
    {
        var hooks = new JsonObject();
        foreach (var name in HookEvents)
        {
            hooks[name] = new JsonArray(new JsonObject
            {
                ["hooks"] = new JsonArray(new JsonObject
                {
                    ["type"] = "http", ["url"] = $"{server}/api/claude-code/hook", ["timeout"] = 2,
                    ["headers"] = new JsonObject { ["Authorization"] = $"Bearer ${Variable}" }, ["allowedEnvVars"] = new JsonArray(Variable),
                }),
            });
        }
        return new JsonObject { ["hooks"] = hooks }.ToJsonString(s_readable);
    }

    /// <summary>Sends on what the client says of itself, in the background, and prints the model: the line itself never waits for the network.</summary>
    public static string StatusLine(string server)
    {
        var command = "i=$(cat); (printf %s \"$i\" | curl -s -m 2 -H \"Authorization: Bearer $" + Variable
            + "\" -H 'Content-Type: application/json' --data-binary @- "
            + $"{server}/api/claude-code/statusline >/dev/null 2>&1 &); printf %s \"$i\" | tr -d '\\n' | sed -n 's/.*\"display_name\": "
                + $"*\"\\([^\"]*\\)\".*/\\1/p'";
        return new JsonObject { ["statusLine"] = new JsonObject { ["type"] = "command", ["command"] = command } }.ToJsonString(s_readable);
    }

    /// <summary>Tools for the client itself. The key is one that reads; the one above only sends.</summary>
    public static string Tools(string server) =>
        $$"""
        claude mcp add --transport http observatory {{server}}/mcp \
          --header "Authorization: Bearer YOUR_READ_KEY"
        """;

    public static string KeyVariable(string? key) => $"export {Variable}={key ?? Placeholder}";

    public static string Event(string server, string at) =>
        $$$"""
        curl {{{server}}}/api/analytics/events \
          -H "Authorization: Bearer ${{{Variable}}}" -H "Content-Type: application/json" \
          -d '[{"type":"message_sent","timestamp":"{{{at}}}","conversationId":"demo-1","userId":"ann",
                "data":{"messageId":"m-1","role":"user","messageLength":42}}]'
        """;

    private static string Quoted(string value) => value.Contains(' ', StringComparison.Ordinal) ? $"\"{value}\"" : value;
}
