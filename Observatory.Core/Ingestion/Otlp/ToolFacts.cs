using System.Buffers;
using System.Runtime.CompilerServices;
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
        "full_command", "command", "file_path", "notebook_path", "bash_command", "pattern", "url", "query", "description", "path", "skill_name", "skill",
            "subagent_type", "prompt",
    ];

    private const int Server = 14, ServerTool = 15, Count = 16;

    /// <summary>All that is read: the targets, best first, then the server and its tool.</summary>
    private static readonly byte[][] s_names = [.. ((string[])[.. s_targets, "mcp_server_name", "mcp_tool_name"]).Select(Encoding.UTF8.GetBytes)];

    /// <summary>The name as transcripts have it, for example <c>mcp__rig__echo</c>.</summary>
    public static string NameOf(string tool, string? server, string? serverTool) =>
        tool == McpTool && server is not null && serverTool is not null ? $"mcp__{Plain(server)}__{Plain(serverTool)}" : tool;

    public static (string? Server, string? ServerTool, string? Target) Read(string? parameters, string? input)
    {
        if (parameters is null && input is null) return default;
        var given = new Fields();
        var further = new Fields();
        Fill(ref given, parameters);
        Fill(ref further, input);
        string? target = null;
        for (var i = 0; i < s_targets.Length && target is null; i++)
        {
            if ((further[i] ?? given[i]) is { Length: > 0 } text) target = text;
        }
        return (given[Server], given[ServerTool], target);
    }

    /// <summary>Names of tools hold letters, digits, _ and - only: the client writes _ for all else.</summary>
    private static string Plain(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_'));

    private static void Fill(ref Fields fields, string? json)
    {
        if (json is null) return;
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(json.Length));
        try
        {
            var reader = new Utf8JsonReader(bytes.AsSpan(0, Encoding.UTF8.GetBytes(json, bytes)));
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var place = PlaceOf(ref reader);
                reader.Read();
                if (reader.TokenType != JsonTokenType.String) reader.Skip();
                else if (place >= 0) fields[place] = OtlpTexts.Clean(reader.GetString()!);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Cut or no JSON: what came before is good.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static int PlaceOf(ref Utf8JsonReader reader)
    {
        for (var i = 0; i < s_names.Length; i++)
        {
            if (reader.IsText(s_names[i])) return i;
        }
        return -1;
    }

    /// <summary>Values by place in <see cref="s_names"/>.</summary>
    [InlineArray(Count)]
    private struct Fields
    {
        private string? _first;
    }
}
