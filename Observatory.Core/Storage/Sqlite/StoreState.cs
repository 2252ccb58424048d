namespace Observatory.Core.Storage.Sqlite;

/// <summary>A file beside the database that outlives it: whether there was one, and whether its last user closed it.</summary>
internal sealed class StoreState(string path)
{
    public const string Open = "open";
    public const string Closed = "closed";

    /// <summary>Null = there was no database yet.</summary>
    public string? Read()
    {
        try
        {
            // One that a full disk left empty says that there was one, and not that it was closed.
            return File.ReadAllText(path).Trim() is { Length: > 0 } text ? text : Open;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Write(string state)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = SqliteDatabase.OwnerOnly;
            using var writer = new StreamWriter(path, options);
            writer.Write(state);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk, or a folder that is gone: at worst a whole database is checked once more.
        }
    }
}
