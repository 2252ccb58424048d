using Observatory.Core;

namespace Observatory.Web.Hosting;

/// <summary>The folder that holds database, keys and state. Only its owner may read it.</summary>
internal sealed class DataDirectory
{
    public const string Key = $"{ObservatoryOptions.Section}:DataDirectory";
    private const string FolderName = "claude-code-observatory";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OthersAccess = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private DataDirectory(string path) => Path = path;

    public string Path { get; }

    /// <summary>Other accounts may look into it: it held other things before, so its mode is its owner's choice. What is made in it is closed to them all the
    /// same.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Of data protection: sessions outlive a restart with them.</summary>
    public string Keys => System.IO.Path.Combine(Path, "keys");

    /// <summary>Sign-in links that are not used yet.</summary>
    public string Links => System.IO.Path.Combine(Path, "links");

    /// <summary>Filters that are too long for an address.</summary>
    public string Filters => System.IO.Path.Combine(Path, "filters");

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <param name="configured">Empty = the platform's place for application data.</param>
    public static DataDirectory Resolve(string configured)
    {
        if (!string.IsNullOrWhiteSpace(configured))
        {
            try
            {
                return new DataDirectory(System.IO.Path.GetFullPath(HomePath.Expand(configured)));
            }
            catch (ArgumentException e)
            {
                throw new StartRefusedException($"{Key}: it is not a path.", e);
            }
        }
        // ~/.local/share (or XDG_DATA_HOME), ~/Library/Application Support, %LOCALAPPDATA%.
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        if (home.Length == 0) throw new StartRefusedException($"{Key}: this account has no home folder. Name a folder.");
        return new DataDirectory(System.IO.Path.Combine(home, FolderName));
    }

    /// <summary>Makes the folder and those in it, and takes away what others may do there.</summary>
    public void Create()
    {
        try
        {
            if (System.IO.File.Exists(Path)) throw new StartRefusedException($"{Key}: {Path} is a file. Name a folder.");
            CreateClosed(Path, ours: !Directory.Exists(Path) || !Directory.EnumerateFileSystemEntries(Path).Any());
            IsOpen = !OperatingSystem.IsWindows() && (System.IO.File.GetUnixFileMode(Path) & OthersAccess) != 0;
            CreateClosed(Keys, true);
            CreateClosed(Links, true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"{Key}: {Path} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Writes a file that only the owner may read, whole or not at all.</summary>
    public static void WriteClosed(string path, string text)
    {
        var part = $"{path}.{Guid.NewGuid():N}.part";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using (var writer = new StreamWriter(part, options)) writer.Write(text);
            System.IO.File.Move(part, path, overwrite: true);
        }
        catch
        {
            // A full disk: what there is of it would lie there for ever.
            System.IO.File.Delete(part);
            throw;
        }
    }

    private static void CreateClosed(string path, bool ours)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }
        Directory.CreateDirectory(path, OwnerOnly);
        // A folder that holds other things was not made for us: its mode is its owner's choice.
        if (ours && System.IO.File.GetUnixFileMode(path) != OwnerOnly) System.IO.File.SetUnixFileMode(path, OwnerOnly);
    }
}
