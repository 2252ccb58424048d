using Observatory.Core;

namespace Observatory.Web.Hosting;

/// <summary>One process per data directory. The operating system ends the lock with the process, however that ends.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    public const string FileName = "observatory.lock";
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500);

    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <exception cref="StartRefusedException">Another process holds it; the message says which.</exception>
    public static DataDirectoryLock Acquire(DataDirectory data)
    {
        // A process that just ended, or the link command that looks whether we run, may hold it for a moment.
        for (var waited = TimeSpan.Zero; ; waited += TimeSpan.FromMilliseconds(50))
        {
            try
            {
                return new DataDirectoryLock(new FileStream(data.File(FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (waited < s_patience)
            {
                Thread.Sleep(50);
            }
            catch (IOException e)
            {
                throw new StartRefusedException(Refusal(data), e);
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

    public void Dispose() => _file.Dispose();

    private static string Refusal(DataDirectory data) => ServerState.Read(data) is { } first
        ? $"Another Observatory already runs on {data.Path} (process {first.Pid}, {first.Url}). Stop it, or set {DataDirectory.Key} to another folder."
        : $"Another Observatory already runs on {data.Path}. Stop it, or set {DataDirectory.Key} to another folder.";
}
