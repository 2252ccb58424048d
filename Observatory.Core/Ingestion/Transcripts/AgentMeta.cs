using System.Text.Json;
using Observatory.Core.Events;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>Reads <c>agent-….meta.json</c> beside a sub-agent's transcript: <c>{"agentType":"Explore","description":"…","toolUseId":"toolu_…"}</c>.</summary>
internal static class AgentMeta
{
    private const int LargestFile = 64 * 1024;

    /// <summary>Null where there is none or it cannot be read: it only adds names.</summary>
    public static AgentFacts? TryRead(string transcript, string agent)
    {
        var path = Path.ChangeExtension(transcript, null) + ".meta.json";
        try
        {
            var info = new FileInfo(path);
            if (!info.Exists || info.Length > LargestFile) return null;
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            if (json.RootElement.ValueKind != JsonValueKind.Object) return null;
            return new AgentFacts(agent, Text("agentType"), Text("description"), Text("toolUseId"));

            string? Text(string name) => json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
