using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>
/// Tells what stands under a name without opening it: to open a named pipe waits for whoever writes to it, which may be nobody. The runtime does not
/// say; on Linux the system is asked (<c>statx</c>, whose answer lies alike on every processor), elsewhere everything counts as a regular file.
/// </summary>
internal static partial class FileKind
{
    private const int CurrentFolder = -100, TypeAndNumber = 0x1 | 0x100, AnswerSize = 256, ModeAt = 28, NumberAt = 32, MajorAt = 136, MinorAt = 140;
    private const int TypeMask = 0xF000, Regular = 0x8000, Folder = 0x4000, Pipe = 0x1000, Socket = 0xC000, Characters = 0x2000, Blocks = 0x6000;

    private static volatile bool s_isUnknown = !OperatingSystem.IsLinux();

    /// <summary>What it is in plain words where it is no regular file (links are followed), else null; null too where nothing is known.</summary>
    public static string? Oddity(string path) => !TryAsk(path, out var type, out _) ? null : type switch
    {
        Regular => null,
        Folder => "a folder",
        Pipe => "a named pipe",
        Socket => "a socket",
        Characters or Blocks => "a device",
        _ => "no regular file",
    };

    /// <summary>What is equal for a folder under whatever path it is reached (links, mounts), null where the system does not say.</summary>
    public static string? IdentityOf(string folder) => TryAsk(folder, out _, out var identity) ? identity : null;

    private static bool TryAsk(string path, out int type, out string identity)
    {
        (type, identity) = (0, "");
        if (s_isUnknown) return false;
        Span<byte> answer = stackalloc byte[AnswerSize];
        try
        {
            if (Statx(CurrentFolder, path, 0, TypeAndNumber, ref MemoryMarshal.GetReference(answer)) != 0) return false;
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without it: from now on nothing is known.
            s_isUnknown = true;
            return false;
        }
        type = BinaryPrimitives.ReadUInt16LittleEndian(answer[ModeAt..]) & TypeMask;
        var number = BinaryPrimitives.ReadUInt64LittleEndian(answer[NumberAt..]);
        identity = $"{BinaryPrimitives.ReadUInt32LittleEndian(answer[MajorAt..])}:{BinaryPrimitives.ReadUInt32LittleEndian(answer[MinorAt..])}:{number}";
        return true;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte answer);
}
