namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>A transcript as the folder lists it. <paramref name="ModifiedAt"/> in Unix ms.</summary>
internal sealed record FoundFile(TranscriptFile File, long Size, long ModifiedAt);

/// <summary>What a scan of one root found.</summary>
/// <param name="Files">Transcripts below it.</param>
/// <param name="Exists">The folder is there.</param>
/// <param name="Projects">Folders directly below it.</param>
/// <param name="Problem">What could not be read, in plain words, or null.</param>
internal sealed record ScannedRoot(TranscriptRoot Root, IReadOnlyList<FoundFile> Files, bool Exists, int Projects, string? Problem);

/// <summary>
/// Lists the transcripts below a root. The root may be a symbolic link; below it links are followed only where they lead to a place
/// inside the root, so that a link cannot pull in the rest of the disk.
/// </summary>
internal static class TranscriptScanner
{
    private const int DeepestFolder = 16;

    public static ScannedRoot Scan(TranscriptRoot root)
    {
        var files = new List<FoundFile>();
        string? problem = null;
        var projects = 0;
        DirectoryInfo top;
        try
        {
            top = new DirectoryInfo(root.Path);
            if (!top.Exists) return new ScannedRoot(root, files, false, 0, null);
            if (top.ResolveLinkTarget(returnFinalTarget: true) is DirectoryInfo target) top = target;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ScannedRoot(root, files, true, 0, $"The folder cannot be read: {e.Message}");
        }
        var real = Path.TrimEndingDirectorySeparator(top.FullName) + Path.DirectorySeparatorChar;
        var visited = new HashSet<string>(StringComparer.Ordinal);
        Visit(top, 0);
        return new ScannedRoot(root, files, true, projects, problem);

        void Visit(DirectoryInfo folder, int depth)
        {
            if (depth > DeepestFolder || !visited.Add(folder.FullName)) return;
            FileSystemInfo[] entries;
            try
            {
                entries = folder.GetFileSystemInfos();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problem ??= $"{folder.FullName} cannot be read: {e.Message}";
                return;
            }
            foreach (var entry in entries)
            {
                try
                {
                    var found = entry;
                    if (entry.LinkTarget is not null)
                    {
                        if (entry.ResolveLinkTarget(returnFinalTarget: true) is not { Exists: true } target) continue;
                        if (!target.FullName.StartsWith(real, StringComparison.Ordinal)) continue;
                        found = target;
                    }
                    if (found is DirectoryInfo inner)
                    {
                        if (depth == 0) projects++;
                        Visit(inner, depth + 1);
                    }
                    else if (found is FileInfo file && IsTranscript(entry.Name) && visited.Add(file.FullName))
                    {
                        files.Add(new FoundFile(TranscriptFile.From(file.FullName, root.Owner), file.Length, new DateTimeOffset(file.LastWriteTimeUtc).ToUnixTimeMilliseconds()));
                    }
                }
                catch (IOException)
                {
                    // Gone between listing and looking: the next scan sees it right.
                }
                catch (Exception e) when (e is UnauthorizedAccessException or ArgumentOutOfRangeException)
                {
                    // Out of range: a time of change beyond the year 9999, which some file systems can hold.
                    problem ??= $"{entry.FullName} cannot be read: {e.Message}";
                }
            }
        }
    }

    private static bool IsTranscript(string name) => name.EndsWith(".jsonl", StringComparison.Ordinal) && name != "journal.jsonl";
}
