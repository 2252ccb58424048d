namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>A transcript as the folder lists it. <paramref name="ModifiedAt"/> in Unix ms.</summary>
internal sealed record FoundFile(TranscriptFile File, long Size, long ModifiedAt);

/// <summary>What a scan of one root found.</summary>
/// <param name="Files">Transcripts below it.</param>
/// <param name="Exists">The folder is there.</param>
/// <param name="Projects">Folders directly below it.</param>
/// <param name="Problem">What could not be read, in plain words, or null.</param>
/// <param name="Skipped">What is left alone, and why: the first <see cref="TranscriptScanner.MostSkipped"/>.</param>
internal sealed record ScannedRoot(
    TranscriptRoot Root, IReadOnlyList<FoundFile> Files, bool Exists, int Projects, string? Problem, IReadOnlyList<SkippedPath> Skipped);

/// <summary>
/// Lists the transcripts below roots. A root may be a symbolic link; below it links are followed only where they lead to a place inside the root, so
/// that a link cannot pull in the rest of the disk. A folder that is reached twice, through whatever links and roots, is one. Only regular files are
/// taken. What is left alone for one of these reasons is named. One object a scan; not thread-safe.
/// </summary>
internal sealed class TranscriptScanner
{
    public const int MostSkipped = 100;

    private const int DeepestFolder = 16;

    /// <summary>Stands in a name for what is no UTF-8: the name does not lead to the file any more.</summary>
    private const char Unreadable = '\uFFFD';

    private readonly HashSet<string> _reached = new(StringComparer.Ordinal);

    public static IReadOnlyList<ScannedRoot> Scan(IEnumerable<TranscriptRoot> roots)
    {
        var scanner = new TranscriptScanner();
        return [.. roots.Select(scanner.Scan)];
    }

    /// <summary>
    /// One transcript that lies below a root without a link on the way, as <see cref="Scan(IEnumerable{TranscriptRoot})"/> would list it. Null for any other: a
    /// scan says what it is.
    /// </summary>
    public static FoundFile? Find(IEnumerable<TranscriptRoot> roots, string path)
    {
        try
        {
            if (!IsTranscript(Path.GetFileName(path)) || path.Contains(Unreadable, StringComparison.Ordinal)) return null;
            var file = new FileInfo(path);
            if (!file.Exists || file.Length == 0 || RealPath.Of(path) != path) return null;
            foreach (var root in roots)
            {
                var top = Directory.ResolveLinkTarget(root.Path, returnFinalTarget: true)?.FullName ?? root.Path;
                if (!RealPath.IsWithin(path, top)) continue;
                if (Path.GetRelativePath(top, path).Count(c => c == Path.DirectorySeparatorChar) > DeepestFolder) return null;
                var modifiedAt = new DateTimeOffset(file.LastWriteTimeUtc).ToUnixTimeMilliseconds();
                return new FoundFile(TranscriptFile.From(path, root.Owner, top), file.Length, modifiedAt);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // Gone, or not to be asked.
        }
        return null;
    }

    private ScannedRoot Scan(TranscriptRoot root)
    {
        DirectoryInfo top;
        try
        {
            top = new DirectoryInfo(root.Path);
            if (!top.Exists) return new ScannedRoot(root, [], false, 0, null, []);
            if (top.ResolveLinkTarget(returnFinalTarget: true) is DirectoryInfo target) top = target;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ScannedRoot(root, [], true, 0, $"The folder cannot be read: {e.Message}", []);
        }
        var walk = new Walk(root, top, _reached);
        walk.Visit(top, 0);
        return new ScannedRoot(root, walk.Files, true, walk.Projects, walk.Problem, walk.Skipped);
    }

    /// <summary>One root on its way.</summary>
    private sealed class Walk(TranscriptRoot root, DirectoryInfo top, HashSet<string> reached)
    {
        private readonly string _real = RealPath.Of(top.FullName);

        public List<FoundFile> Files { get; } = [];

        public List<SkippedPath> Skipped { get; } = [];

        public int Projects { get; private set; }

        public string? Problem { get; private set; }

        public void Visit(DirectoryInfo folder, int depth)
        {
            if (depth > DeepestFolder)
            {
                Skip(folder.FullName, $"more than {DeepestFolder} folders deep");
                return;
            }
            if (!reached.Add(KeyOf(folder)))
            {
                if (depth == 0) Skip(folder.FullName, "the same folder as one above; it is read once");
                return;
            }
            FileSystemInfo[] entries;
            try
            {
                entries = folder.GetFileSystemInfos();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (IsUnreadable(folder)) Skip(folder.FullName, "a folder whose name is no valid UTF-8; give it another name");
                else Problem ??= $"{folder.FullName} cannot be read: {e.Message}";
                return;
            }
            foreach (var entry in entries) Look(entry, depth);
        }

        private void Look(FileSystemInfo entry, int depth)
        {
            // Before anything is asked of it: other files may be many.
            if (entry is FileInfo && !IsTranscript(entry.Name)) return;
            try
            {
                // What it is says first whether it is a link: to ask each where it leads would cost as much as all the rest. (Of what is gone all is said.)
                var isLink = (entry.Attributes & FileAttributes.ReparsePoint) != 0 && entry.LinkTarget is not null;
                var found = isLink ? Follow(entry) : entry;
                if (found is DirectoryInfo inner)
                {
                    if (IsTranscript(entry.Name)) Skip(entry.FullName, "a folder with the name of a transcript; only what lies in it is read");
                    if (depth == 0) Projects++;
                    Visit(inner, depth + 1);
                }
                else if (found is FileInfo file && IsTranscript(entry.Name)) Take(file);
            }
            catch (IOException)
            {
                // Gone between listing and looking, and then the next scan sees it right; or there under a name that cannot be said.
                if (IsTranscript(entry.Name) && IsUnreadable(entry)) Skip(entry.FullName, "a file whose name is no valid UTF-8; give it another name");
            }
            catch (Exception e) when (e is UnauthorizedAccessException or ArgumentOutOfRangeException)
            {
                // Out of range: a time of change beyond the year 9999, which some file systems can hold.
                Problem ??= $"{entry.FullName} cannot be read: {e.Message}";
            }
        }

        /// <summary>What a link leads to; null where it is left alone.</summary>
        private FileSystemInfo? Follow(FileSystemInfo link)
        {
            FileSystemInfo? target = null;
            try
            {
                target = link.ResolveLinkTarget(returnFinalTarget: true);
            }
            catch (IOException)
            {
                // In a circle.
            }
            var isWanted = link is DirectoryInfo || target is DirectoryInfo || IsTranscript(link.Name);
            if (target is not { Exists: true })
            {
                if (isWanted) Skip(link.FullName, "a link that leads nowhere");
                return null;
            }
            var real = RealPath.Of(target.FullName);
            // Spelled as the root is, so that one file has one path, however it is reached.
            if (RealPath.IsWithin(real, _real)) return Respell(target, top.FullName + real[_real.Length..]);
            if (isWanted) Skip(link.FullName, $"a link that leads out of the folder, to {real}");
            return null;
        }

        private static FileSystemInfo Respell(FileSystemInfo target, string path) =>
            target.FullName == path ? target : target is DirectoryInfo ? new DirectoryInfo(path) : new FileInfo(path);

        private void Take(FileInfo file)
        {
            var size = file.Length;
            // What is no regular file has no bytes for the folder to show.
            if (size == 0 && FileKind.Oddity(file.FullName) is { } oddity)
            {
                Skip(file.FullName, $"{oddity}, no file; it is not opened");
                return;
            }
            if (!reached.Add(KeyOf(file.Directory!) + "/" + file.Name)) return;
            Files.Add(new FoundFile(
                TranscriptFile.From(file.FullName, root.Owner, top.FullName), size, new DateTimeOffset(file.LastWriteTimeUtc).ToUnixTimeMilliseconds()));
        }

        private void Skip(string path, string reason)
        {
            if (Skipped.Count < MostSkipped) Skipped.Add(new SkippedPath(path, reason));
        }

        private (string Path, string Key) _lastKey;

        private string KeyOf(DirectoryInfo folder)
        {
            // The files of one folder follow each other.
            if (_lastKey.Path != folder.FullName) _lastKey = (folder.FullName, FileKind.IdentityOf(folder.FullName) ?? RealPath.Of(folder.FullName));
            return _lastKey.Key;
        }

        private static bool IsUnreadable(FileSystemInfo entry)
        {
            if (!entry.FullName.Contains(Unreadable, StringComparison.Ordinal)) return false;
            entry.Refresh();
            return !entry.Exists;
        }
    }

    private static bool IsTranscript(string name) => name.EndsWith(".jsonl", StringComparison.Ordinal) && name != "journal.jsonl";
}
