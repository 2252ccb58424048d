using Microsoft.Data.Sqlite;

namespace Observatory.Tests.Support;

/// <summary>A folder of its own for one test, gone afterwards.</summary>
internal sealed class TempFolder : IDisposable
{
    public TempFolder() => Path = Directory.CreateTempSubdirectory("observatory-").FullName;

    /// <param name="parent">Where it is made.</param>
    public TempFolder(string parent) => Path = Directory.CreateDirectory(System.IO.Path.Combine(parent, "observatory-" + Guid.NewGuid().ToString("N")))
        .FullName;

    public string Path { get; }

    /// <summary>Makes the folder too.</summary>
    public string Folder(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;

    public string File(string name)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }

    public void Dispose()
    {
        // Windows deletes no file that a pooled connection still holds.
        if (OperatingSystem.IsWindows()) SqliteConnection.ClearAllPools();
        try
        {
            if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
        }
        catch (IOException) when (OperatingSystem.IsLinux())
        {
            // Names of bytes that are no text lead to nothing; the system's own tool has them as they are.
            using var process = System.Diagnostics.Process.Start("rm", ["-rf", Path]);
            process.WaitForExit();
        }
    }
}
