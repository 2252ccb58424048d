using Observatory.Core.Ingestion.Transcripts;

namespace Observatory.Core.Ingestion.Uploads;

/// <summary>What the name of a file in an upload says of it.</summary>
internal static class UploadNames
{
    private const string Transcript = ".jsonl";
    private const int Longest = 4_096;

    /// <summary>Stands before the names of uploaded files, where lines that were set aside are listed.</summary>
    private const string Prefix = "/upload/";

    public static bool IsWanted(string name) => name.Length <= Longest && (IsTranscript(name) || IsMeta(name));

    public static bool IsTranscript(string name) =>
        name.EndsWith(Transcript, StringComparison.OrdinalIgnoreCase) && !name.EndsWith("journal.jsonl", StringComparison.OrdinalIgnoreCase);

    public static bool IsMeta(string name) => name.EndsWith(AgentMeta.Ending, StringComparison.OrdinalIgnoreCase);

    /// <summary>The transcript as its place in the folder describes it; nothing is opened there.</summary>
    public static TranscriptFile FileOf(string name, string owner) => TranscriptFile.From(Prefix + Clean(name), owner);

    /// <summary>The transcript that a sub-agent's description belongs to.</summary>
    public static TranscriptFile FileOfMeta(string name, string owner) => FileOf(name[..^AgentMeta.Ending.Length] + Transcript, owner);

    private static string Clean(string name) => string.Join('/', name.Replace('\\', '/').Replace('\0', '\uFFFD')
        .Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part is not ("." or "..")));
}
