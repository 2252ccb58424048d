using Observatory.Core;

namespace Observatory.Web.Hosting;

/// <summary>
/// One process per data directory. The operating system ends the lock with the process, however that ends. It lies on a file and, where the system can, on
/// the folder itself: the file can be removed under a server that runs, the folder cannot without what is in it.
/// </summary>
internal sealed class DataDirectoryLock : IDisposable
{
    public const string FileName = "observatory.lock";
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _file;

    private readonly FolderLock? _folder;

    private DataDirectoryLock(FileStream file, FolderLock? folder) => (_file, _folder) = (file, folder);

    /// <exception cref="StartRefusedException">Another process holds it; the message says which.</exception>
    public static DataDirectoryLock Acquire(DataDirectory data)
    {
        // A process that just ended, or the link command that looks whether we run, may hold it for a moment.
        for (var waited = TimeSpan.Zero; ; waited += s_look)
        {
            FolderLock? folder = null;
            try
            {
                if (FolderLock.TryTake(data.Path, out folder))
                    return new DataDirectoryLock(new FileStream(data.File(FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), folder);
                if (waited >= s_patience) throw new StartRefusedException(Refusal(data));
                Thread.Sleep(s_look);
            }
            catch (IOException e) when (IsHeld(e))
            {
                folder?.Dispose();
                if (waited >= s_patience) throw new StartRefusedException(Refusal(data), e);
                Thread.Sleep(s_look);
            }
            catch (IOException e)
            {
                // Read-only, full, failing: nobody holds it, and waiting would not help.
                folder?.Dispose();
                throw new StartRefusedException($"{DataDirectory.Key}: {data.Path} cannot be written: {e.Message}", e);
            }
            catch (UnauthorizedAccessException e)
            {
                throw new StartRefusedException($"{DataDirectory.Key}: {data.Path} cannot be used: {e.Message}", e);
            }
        }
    }

    /// <summary>Some process holds the lock.</summary>
    public static bool IsHeld(DataDirectory data)
    {
        if (FolderLock.TryTake(data.Path, out var folder)) folder?.Dispose();
        else return true;
        var path = data.File(FileName);
        if (!File.Exists(path)) return false;
        try
        {
            using var probe = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _folder?.Dispose();
    }

    /// <summary>Another process has it open, by the systems' own numbers.</summary>
    private static bool IsHeld(IOException e)
    {
        const int Linux = 11, MacOS = 35, Windows = unchecked((int)0x80070020);
        return e.HResult is Linux or MacOS or Windows;
    }

    private static string Refusal(DataDirectory data) => ServerState.Read(data) is { } first
        ? $"Another Observatory already runs on {data.Path} (process {first.Pid}, {first.Url}). Stop it, or set {DataDirectory.Key} to another folder."
        : $"Another Observatory already runs on {data.Path}. Stop it, or set {DataDirectory.Key} to another folder.";
}
