using System.Text;
using System.Text.Json;

namespace Observatory.Core.Ingestion.Otlp;

/// <summary>
/// What a <c>tool_result</c> says of its tool in the JSON of <c>tool_parameters</c> and <c>tool_input</c>, which the client sends only where it
/// is told to, and may have cut: what can be read is taken.
/// </summary>
internal static class ToolFacts
{
    /// <summary>Stands for any tool of an MCP server.</summary>
    private const string McpTool = "mcp_tool";

    private static readonly string[] s_targets =
    [
        "full_command", "command", "file_path", "notebook_path", "bash_command", "pattern", "url", "query", "description", "path", "skill_name", "skill", "subagent_type", "prompt",
    ];

    /// <summary>The name as transcripts have it, for example <c>mcp__rig__echo</c>.</summary>
    public static string NameOf(string tool, string? server, string? serverTool) =>
        tool == McpTool && server is not null && serverTool is not null ? $"mcp__{Plain(server)}__{Plain(serverTool)}" : tool;

    public static (string? Server, string? ServerTool, string? Target) Read(string? parameters, string? input)
    {
        var (given, further) = (Fields(parameters), Fields(input));
        string? target = null;
        foreach (var name in s_targets)
        {
            if ((target = further.GetValueOrDefault(name) ?? given.GetValueOrDefault(name)) is { Length: > 0 }) break;
        }
        return (given.GetValueOrDefault("mcp_server_name"), given.GetValueOrDefault("mcp_tool_name"), target is { Length: > 0 } ? target : null);
    }

    /// <summary>Names of tools hold letters, digits, _ and - only: the client writes _ for all else.</summary>
    private static string Plain(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_'));

    private static Dictionary<string, string> Fields(string? json)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json is null) return fields;
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return fields;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                reader.Read();
                if (reader.TokenType == JsonTokenType.String) fields[name] = OtlpTexts.Clean(reader.GetString()!);
                else reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Cut or no JSON: what came before is good.
        }
        return fields;
    }
}
