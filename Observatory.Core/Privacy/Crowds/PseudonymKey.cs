using System.Security.Cryptography;

namespace Observatory.Core.Privacy.Crowds;

/// <summary>The key of pseudonyms: a file beside the database, so that who has the database alone cannot try names.</summary>
public static class PseudonymKey
{
    private const int Length = 32;

    /// <summary>The key that the file holds; a new one where there is none or it is damaged: then everybody gets new names.</summary>
    public static byte[] ReadOrMake(string path)
    {
        if (File.Exists(path) && File.ReadAllBytes(path) is { Length: Length } known) return known;
        var key = RandomNumberGenerator.GetBytes(Length);
        var part = path + ".part";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(part, options))
        {
            file.Write(key);
            file.Flush(flushToDisk: true);
        }
        File.Move(part, path, overwrite: true);
        return key;
    }
}
