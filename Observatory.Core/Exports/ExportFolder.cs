namespace Observatory.Core.Exports;

/// <summary>Where files of exports lie: in the data directory, for its owner only.</summary>
/// <param name="path">It need not exist.</param>
public sealed class ExportFolder(string path)
{
    private const string Part = ".part";

    /// <summary>Of what is on its way to a reader.</summary>
    public string Passing => Path.Combine(path, "passing");

    /// <summary>A finished file, until it expires.</summary>
    internal string FileOf(string id) => Path.Combine(path, id);

    /// <summary>Opens the file for writing, under another name until it is finished.</summary>
    internal FileStream Create(string id)
    {
        Directory.CreateDirectory(path);
        return new FileStream(FileOf(id) + Part, FileMode.Create, FileAccess.Write, FileShare.Read, 64 * 1024, FileOptions.Asynchronous);
    }

    internal void Finish(string id) => File.Move(FileOf(id) + Part, FileOf(id), overwrite: true);

    internal void Remove(string id)
    {
        Delete(FileOf(id) + Part);
        Delete(FileOf(id));
    }

    /// <summary>What a program that was killed left half-done.</summary>
    internal void RemoveParts()
    {
        foreach (var folder in new[] { path, Passing })
        {
            if (!Directory.Exists(folder)) continue;
            foreach (var file in Directory.EnumerateFiles(folder, "*" + Part)) Delete(file);
        }
    }

    private static void Delete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody still reads it, or the folder is gone: it is tried again when it expires.
        }
    }
}
