using System.Text.RegularExpressions;

namespace Observatory.Web.Filters;

/// <summary>
/// One small file a filter, named by its id, in a folder that only the owner reads. The ones that were not used for longest go when there
/// are too many. Safe for many threads.
/// </summary>
/// <param name="folder">Made when the first filter is kept.</param>
/// <param name="mostFiles">How many are kept.</param>
/// <param name="mostBytes">How much they may take together.</param>
public sealed partial class FilterFiles(string folder, TimeProvider clock, ILogger<FilterFiles> logger, int mostFiles = 2_000, long mostBytes = 32 << 20)
{
    /// <summary>Of the hash: 128 bits, 22 characters.</summary>
    public const int IdBytes = 16;

    private const string Ending = ".json";
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private Dictionary<string, (long Size, DateTime Used)>? _known;

    /// <summary>Writes it unless it is there; a disk that refuses costs the link its permanence, never the page.</summary>
    public void Keep(string id, byte[] bytes)
    {
        if (bytes.Length > mostBytes / 4) return;
        lock (_lock)
        {
            try
            {
                var known = Known();
                var now = clock.GetUtcNow().UtcDateTime;
                if (known.TryGetValue(id, out var there))
                {
                    // The day is exact enough to know which are not used any more.
                    if (now - there.Used < s_day) return;
                    File.SetLastWriteTimeUtc(PathOf(id), now);
                }
                else
                {
                    Write(id, bytes);
                }
                known[id] = (bytes.Length, now);
                Trim(known, id);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogRefused(e);
            }
        }
    }

    /// <summary>Null = there is none of this id.</summary>
    public byte[]? Read(string id)
    {
        if (!Shape().IsMatch(id)) return null;
        lock (_lock)
        {
            try
            {
                if (!Known().ContainsKey(id)) return null;
                var bytes = File.ReadAllBytes(PathOf(id));
                Keep(id, bytes);
                return bytes;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogRefused(e);
                return null;
            }
        }
    }

    private string PathOf(string id) => Path.Combine(folder, id + Ending);

    private Dictionary<string, (long Size, DateTime Used)> Known()
    {
        if (_known is not null) return _known;
        var there = new DirectoryInfo(folder);
        return _known = !there.Exists ? [] : there.EnumerateFiles("*" + Ending)
            .Select(f => (Id: Path.GetFileNameWithoutExtension(f.Name), f.Length, f.LastWriteTimeUtc)).Where(f => Shape().IsMatch(f.Id))
            .ToDictionary(f => f.Id, f => (f.Length, f.LastWriteTimeUtc));
    }

    private void Write(string id, byte[] bytes)
    {
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, owner | UnixFileMode.UserExecute);
        // Whole or not at all: the name is given when everything is written.
        var part = $"{PathOf(id)}.{Guid.NewGuid():N}.part";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = owner;
        using (var file = new FileStream(part, options)) file.Write(bytes);
        File.Move(part, PathOf(id), overwrite: true);
    }

    private void Trim(Dictionary<string, (long Size, DateTime Used)> known, string keep)
    {
        var (count, size) = (known.Count, known.Values.Sum(k => k.Size));
        if (count <= mostFiles && size <= mostBytes) return;
        foreach (var (id, file) in known.Where(k => k.Key != keep).OrderBy(k => k.Value.Used).ToList())
        {
            if (count <= mostFiles && size <= mostBytes) return;
            File.Delete(PathOf(id));
            known.Remove(id);
            (count, size) = (count - 1, size - file.Size);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Long filters cannot be kept; links that carry them end with this process.")]
    private partial void LogRefused(Exception error);

    [GeneratedRegex(@"^[A-Za-z0-9_-]{22}\z")]
    private static partial Regex Shape();
}
