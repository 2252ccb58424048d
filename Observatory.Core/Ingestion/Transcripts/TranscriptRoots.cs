namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>A watched <c>projects</c> folder and whose it is.</summary>
public sealed record TranscriptRoot(string Path, string Owner);

/// <summary>Finds the folders that hold transcripts.</summary>
internal static class TranscriptRoots
{
    /// <param name="options">Configured roots replace the defaults.</param>
    /// <param name="environment">Reads environment variables; a parameter so that tests can set them.</param>
    public static IReadOnlyList<TranscriptRoot> Resolve(TranscriptOptions options, Func<string, string?> environment)
    {
        if (!options.Enabled) return [];
        var configured = options.Roots.Where(r => !string.IsNullOrWhiteSpace(r)).ToList();
        var folders = configured.Count > 0 ? configured : Defaults(environment);
        var home = environment("HOME") is { Length: > 0 } set ? set : null;
        var roots = new List<TranscriptRoot>();
        for (var i = 0; i < folders.Count; i++)
        {
            var folder = Path.GetFullPath(HomePath.Expand(folders[i], home));
            var projects = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) == "projects" ? folder : Path.Combine(folder, "projects");
            // Of the default folders one is in use, and nobody knows its number: a single owner is that of all.
            var number = configured.Count == 0 && options.Owners.Count == 1 ? 0 : i;
            var owner = number < options.Owners.Count && !string.IsNullOrWhiteSpace(options.Owners[number]) ? options.Owners[number].Trim()
                : Environment.UserName;
            if (!roots.Exists(r => r.Path == projects)) roots.Add(new TranscriptRoot(projects, owner));
        }
        return roots;
    }

    private static List<string> Defaults(Func<string, string?> environment)
    {
        if (environment("CLAUDE_CONFIG_DIR") is { Length: > 0 } list)
        {
            return [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        }
        return ["~/.config/claude", "~/.claude"];
    }
}
