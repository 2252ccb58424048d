using System.Text.Json;
using Observatory.Core.Events;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>Reads <c>agent-….meta.json</c> beside a sub-agent's transcript: <c>{"agentType":"Explore","description":"…","toolUseId":"toolu_…"}</c>.</summary>
internal static class AgentMeta
{
    public const string Ending = ".meta.json";

    public const int LargestFile = 64 * 1024;

    /// <summary>Null where there is none or it cannot be read: it only adds names.</summary>
    public static AgentFacts? TryRead(string transcript, string agent)
    {
        var path = Path.ChangeExtension(transcript, null) + Ending;
        try
        {
            var info = new FileInfo(path);
            return info.Exists && info.Length <= LargestFile ? TryParse(File.ReadAllBytes(path), agent) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static AgentFacts? TryParse(ReadOnlyMemory<byte> text, string agent)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind != JsonValueKind.Object) return null;
            return new AgentFacts(agent, Text("agentType"), Text("description"), Text("toolUseId"));

            string? Text(string name) => json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
