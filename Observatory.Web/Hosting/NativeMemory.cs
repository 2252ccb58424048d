using System.Runtime.InteropServices;

namespace Observatory.Web.Hosting;

/// <summary>
/// What the C library keeps beside the managed heap. By default it gives each thread a pool of its own and returns little of them: 15 MB
/// of a limit of 256. One pool is enough, because hardly anything here allocates natively but the writer and the compiler. And once a large block was
/// freed, it takes the next ones from the pool, which never shrinks behind something small: bodies of 30 MB left 150 MB there. Linux with glibc only;
/// elsewhere it does nothing.
/// </summary>
internal static class NativeMemory
{
    private const int MapThreshold = -3;
    private const int ArenaMax = -8;

    /// <summary>Bytes from which a block is the system's own and goes back to it when it is freed.</summary>
    private const int LargeBlock = 256 * 1024;

    /// <summary>To be called first of all, before other threads have pools.</summary>
    public static void KeepSmall() => Try(() => SetOption(ArenaMax, 1) & SetOption(MapThreshold, LargeBlock));

    /// <summary>Gives free pages back to the system.</summary>
    public static void Trim() => Try(() => Trim(0));

    private static void Try(Func<int> call)
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = call();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library: it has its own ways.
        }
    }

    [DllImport("libc", EntryPoint = "mallopt"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetOption(int option, int value);

    [DllImport("libc", EntryPoint = "malloc_trim"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Trim(nuint keep);
}
