using System.Runtime.InteropServices;
using System.Text;

namespace Observatory.Web.Hosting;

/// <summary>A lock on a folder itself, where the system has such locks.</summary>
internal sealed class FolderLock : IDisposable
{
    // The same on Linux and macOS, but for the numbers that say "close it in a new program" and "somebody has it".
    private const int Exclusive = 2, AtOnce = 4;
    private const int LinuxCloseOnExec = 0x80000, MacCloseOnExec = 0x1000000;
    private const int LinuxHeld = 11, MacHeld = 35;

    private int _handle;

    private FolderLock(int handle) => _handle = handle;

    /// <returns>False = another process holds it.</returns>
    /// <param name="taken">Null where there are no such locks here: what else there is must do.</param>
    public static bool TryTake(string path, out FolderLock? taken)
    {
        taken = null;
        if (OperatingSystem.IsWindows()) return true;
        try
        {
            var handle = Open(ref MemoryMarshal.GetArrayDataReference(Encoding.UTF8.GetBytes(path + '\0')), OperatingSystem.IsLinux() ? LinuxCloseOnExec
                : MacCloseOnExec);
            if (handle < 0) return true;
            if (Lock(handle, Exclusive | AtOnce) == 0)
            {
                taken = new FolderLock(handle);
                return true;
            }
            var error = Marshal.GetLastPInvokeError();
            _ = Close(handle);
            // Some network disks know no locks of folders.
            return error != (OperatingSystem.IsLinux() ? LinuxHeld : MacHeld);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return true;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _handle, -1) is >= 0 and var handle) _ = Close(handle);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(ref byte path, int flags);

    [DllImport("libc", EntryPoint = "flock", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Lock(int handle, int operation);

    [DllImport("libc", EntryPoint = "close"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}
