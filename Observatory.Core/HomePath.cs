namespace Observatory.Core;

/// <summary>A leading <c>~</c> means the home folder, as a shell has it for arguments but not for settings.</summary>
public static class HomePath
{
    /// <param name="path">Any path; one without <c>~</c> in front comes back as it is.</param>
    /// <param name="home">Null = that of the account that runs the program.</param>
    public static string Expand(string path, string? home = null)
    {
        if (path is not ['~'] and not ['~', '/' or '\\', ..]) return path;
        return Path.Combine(home ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[1..].TrimStart('/', '\\'));
    }
}
