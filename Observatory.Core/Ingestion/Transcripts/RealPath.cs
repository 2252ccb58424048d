namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>The path of a file or folder with every link in it followed.</summary>
internal static class RealPath
{
    /// <summary>As many as Linux itself follows.</summary>
    private const int MostLinks = 40;

    /// <summary>Full path without links. What does not exist, or leads in a circle, stays as it is from there on.</summary>
    public static string Of(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        for (var links = 0; links < MostLinks && FirstLink(full) is var (link, target); links++)
        {
            var folder = Path.GetDirectoryName(link) ?? link;
            var rest = full[link.Length..].TrimStart(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
            full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(folder, target, rest)));
        }
        return full;
    }

    /// <summary>Whether the path is the folder or lies below it; both without links.</summary>
    public static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static (string Link, string Target)? FirstLink(string full)
    {
        var root = Path.GetPathRoot(full)!.Length;
        for (var end = root; end < full.Length;)
        {
            end = full.IndexOf(Path.DirectorySeparatorChar, end + 1);
            if (end < 0) end = full.Length;
            var part = full[..end];
            if (new FileInfo(part).LinkTarget is { } target) return (part, target);
        }
        return null;
    }
}
