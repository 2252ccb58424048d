using System.Runtime.InteropServices;

namespace Observatory.Web.Hosting;

/// <summary>What this process makes is its owner's alone, whoever makes it: SQLite's companions, uploads, locks, copies.</summary>
internal static class FileModes
{
    /// <summary>Takes from the mode of each new file and folder what others may do.</summary>
    private const uint Others = 0b000_111_111;

    /// <summary>Before the first file.</summary>
    public static void KeepForOwner()
    {
        if (OperatingSystem.IsWindows()) return;
        try
        {
            _ = SetMask(Others);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library; the modes that are given one by one must do.
        }
    }

    [DllImport("libc", EntryPoint = "umask"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint SetMask(uint mask);
}
