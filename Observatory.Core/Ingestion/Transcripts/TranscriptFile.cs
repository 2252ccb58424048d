namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>A transcript on disk, and what its place says of it.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Owner">Owner of the root it lies under.</param>
/// <param name="Session">Session of all its lines, or null where each line says it itself.</param>
/// <param name="Agent">Sub-agent id from the file name, or null for a main transcript.</param>
public sealed record TranscriptFile(string Path, string Owner, string? Session, string? Agent)
{
    private const string AgentPrefix = "agent-";

    /// <summary>Where its bytes are, if not at <see cref="Path"/>: a copy that is read once and leaves no bookmark.</summary>
    public string? Copy { get; init; }

    /// <summary>
    /// Three layouts: <c>&lt;session&gt;.jsonl</c>; <c>&lt;session&gt;/subagents/**/agent-*.jsonl</c>; <c>agent-*.jsonl</c> beside the sessions, whose
    /// lines name the session. A copied line may keep the session id of its origin, so the file's name goes before the line's word.
    /// </summary>
    public static TranscriptFile From(string path, string owner)
    {
        var name = System.IO.Path.GetFileNameWithoutExtension(path);
        var agent = name.StartsWith(AgentPrefix, StringComparison.Ordinal) ? name[AgentPrefix.Length..] : null;
        if (agent is null) return new TranscriptFile(path, owner, Guid.TryParse(name, out _) ? name : null, null);
        for (var folder = Directory.GetParent(path); folder?.Parent is not null; folder = folder.Parent)
        {
            if (folder.Name == "subagents") return new TranscriptFile(path, owner, folder.Parent.Name, agent);
        }
        return new TranscriptFile(path, owner, null, agent);
    }
}
