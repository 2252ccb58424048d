using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>
/// Which file a path leads to: the device, and the file's number there. Opens nothing: to close a second handle on a database would end SQLite's locks on it.
/// </summary>
internal readonly record struct FileIdentity(ulong Device, ulong Number)
{
    private const int Here = -100;
    private const uint WantsNumber = 0x100;

    // Of Linux's struct statx, the same on all processors.
    private const int LinuxSize = 256, LinuxNumber = 32, LinuxMajor = 136, LinuxMinor = 140;

    // Of macOS's struct stat with 64-bit numbers.
    private const int MacSize = 144, MacDevice = 0, MacNumber = 8;

    /// <summary>Null = nothing is there. Where the platform does not say which file it is, all files are one.</summary>
    public static FileIdentity? Of(string path)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                Span<byte> bytes = stackalloc byte[LinuxSize];
                if (ReadLinux(Here, ref Native(path), 0, WantsNumber, ref MemoryMarshal.GetReference(bytes)) != 0) return null;
                var device = (ulong)ReadUInt32(bytes, LinuxMajor) << 32 | ReadUInt32(bytes, LinuxMinor);
                return new FileIdentity(device, BinaryPrimitives.ReadUInt64LittleEndian(bytes[LinuxNumber..]));
            }
            if (OperatingSystem.IsMacOS())
            {
                Span<byte> bytes = stackalloc byte[MacSize];
                ref var start = ref MemoryMarshal.GetReference(bytes);
                var result = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? ReadMac(ref Native(path), ref start)
                    : ReadMacOnIntel(ref Native(path), ref start);
                return result != 0 ? null : new FileIdentity(ReadUInt32(bytes, MacDevice), BinaryPrimitives.ReadUInt64LittleEndian(bytes[MacNumber..]));
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library.
        }
        // Windows lets nobody take away a file that is open.
        return File.Exists(path) ? default(FileIdentity) : null;
    }

    /// <summary>As C has it: UTF-8 and a zero.</summary>
    private static ref byte Native(string path) => ref MemoryMarshal.GetArrayDataReference(Encoding.UTF8.GetBytes(path + '\0'));

    private static uint ReadUInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    [DllImport("libc", EntryPoint = "statx"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ReadLinux(int folder, ref byte path, int flags, uint wanted, ref byte to);

    [DllImport("libc", EntryPoint = "stat"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ReadMac(ref byte path, ref byte to);

    [DllImport("libc", EntryPoint = "stat$INODE64"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ReadMacOnIntel(ref byte path, ref byte to);
}
