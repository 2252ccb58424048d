using System.Runtime.InteropServices;

namespace Observatory.Core.Storage;

/// <summary>Names of files, which the runtime knows no sure way with.</summary>
internal static partial class DiskNames
{
    /// <summary>Brings the names of a folder to the disk: a file that was written to the disk can else be lost with its name.</summary>
    public static void Sync(string folder)
    {
        // Windows has no such call, and its file system keeps names in a log of its own.
        if (OperatingSystem.IsWindows()) return;
        var handle = Open(folder, 0);
        if (handle < 0) throw new IOException($"{folder} cannot be opened to be written to the disk.");
        try
        {
            // Some network file systems do not know it for folders; those write names at once.
            _ = Sync(handle);
        }
        finally
        {
            _ = Close(handle);
        }
    }

    /// <summary>
    /// Gives a file a second name, so that the first can be given to another without a moment in which there is none. Where that cannot be, it moves it.
    /// </summary>
    public static void KeepAs(string path, string other)
    {
        if (OperatingSystem.IsWindows() || Link(path, other) != 0) File.Move(path, other);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string path, string other);
}
