namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>A transcript on disk, and what its place says of it.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Owner">Owner of the root it lies under.</param>
/// <param name="Session">Session of all its lines, or null where each line says it itself.</param>
/// <param name="Agent">Sub-agent id from the file name, or null for a main transcript.</param>
public sealed record TranscriptFile(string Path, string Owner, string? Session, string? Agent)
{
    private const string AgentPrefix = "agent-";
    private const string AgentsFolder = "subagents";

    /// <summary>Its bytes, if they are not at <see cref="Path"/>: a seekable copy that is read once and leaves no bookmark.</summary>
    public Stream? Copy { get; init; }

    /// <summary>
    /// Three layouts: <c>&lt;project&gt;/&lt;session&gt;.jsonl</c>; <c>&lt;project&gt;/&lt;session&gt;/subagents/**/agent-*.jsonl</c>; <c>agent-*.jsonl</c>
    /// beside the sessions, whose lines name the session. A copied line may keep the session id of its origin, so the file's name goes before the line's
    /// word. What lies above the root says nothing: folders there may bear any name.
    /// </summary>
    /// <param name="path">Full path of the transcript.</param>
    /// <param name="owner">Owner of the root.</param>
    /// <param name="root">The <c>projects</c> folder that it was found under, spelled as in <paramref name="path"/>.</param>
    public static TranscriptFile From(string path, string owner, string root)
    {
        // The first is the project's folder, which the client names as it likes; the second the session's.
        return Of(path, owner, SessionAbove(Folders(System.IO.Path.GetRelativePath(root, path)), 2));
    }

    /// <summary>The same where no root is known: what is above the last folder <c>projects</c> says nothing, if there is one.</summary>
    public static TranscriptFile From(string path, string owner)
    {
        var folders = Folders(path);
        var projects = Array.LastIndexOf(folders, "projects");
        var from = projects >= 0 ? projects + 3 : Math.Max(1, Array.LastIndexOf(folders, AgentsFolder));
        return Of(path, owner, SessionAbove(folders, from));
    }

    private static TranscriptFile Of(string path, string owner, string? sessionAbove)
    {
        var name = System.IO.Path.GetFileNameWithoutExtension(path);
        return name.StartsWith(AgentPrefix, StringComparison.Ordinal)
            ? new TranscriptFile(path, owner, sessionAbove, name[AgentPrefix.Length..])
            : new TranscriptFile(path, owner, Guid.TryParse(name, out _) ? name : null, null);
    }

    private static string[] Folders(string path) => path.Split(System.IO.Path.DirectorySeparatorChar, System.IO.Path.AltDirectorySeparatorChar)[..^1];

    /// <summary>The folder that holds the first <c>subagents</c> from that place on, or null.</summary>
    private static string? SessionAbove(string[] folders, int from)
    {
        var place = from < folders.Length ? Array.IndexOf(folders, AgentsFolder, from) : -1;
        return place > 0 ? folders[place - 1] : null;
    }
}
