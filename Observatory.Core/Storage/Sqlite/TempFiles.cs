using System.Runtime.InteropServices;
using System.Text;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>
/// What SQLite sorts and keeps for a moment goes into the data folder: it is ours alone, as the data is, and it is there where the rest of the disk
/// cannot be written. Linux and macOS; Windows has a folder of the account for it.
/// </summary>
internal static class TempFiles
{
    internal const string Variable = "SQLITE_TMPDIR";

    /// <summary>To be called before anything is opened. One who has set the variable has a folder of his own.</summary>
    public static void KeepIn(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        try
        {
            // The runtime's own variables are a copy that no library sees.
            _ = Set(ref Native(Variable), ref Native(folder), overwrite: 0);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library: the usual folders are tried.
        }
    }

    /// <summary>As C has it: UTF-8 and a zero.</summary>
    private static ref byte Native(string text) => ref MemoryMarshal.GetArrayDataReference(Encoding.UTF8.GetBytes(text + '\0'));

    [DllImport("libc", EntryPoint = "setenv"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Set(ref byte name, ref byte value, int overwrite);
}
