using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Observatory.Core.Storage;

namespace Observatory.Core.Retention.Backups;

/// <summary>What a backup is. It stands beside its file and is written last: without it there is no backup.</summary>
/// <param name="Schema">Form of the database.</param>
public sealed record BackupManifest(string Id, string File, DateTimeOffset CreatedAt, long Bytes, string Sha256, string Schema);

/// <summary>Where backups lie: <c>backups</c> in the data directory, for its owner only. Thread-safe.</summary>
/// <param name="path">It need not exist.</param>
public sealed partial class BackupFolder(string path)
{
    private const string Ending = ".db", ManifestEnding = ".json", Part = ".part";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <summary>Newest first.</summary>
    public IReadOnlyList<BackupManifest> List()
    {
        if (!Directory.Exists(path)) return [];
        var found = Directory.EnumerateFiles(path, "*" + ManifestEnding).Select(f => Find(Path.GetFileNameWithoutExtension(f))).OfType<BackupManifest>();
        return [.. found.OrderByDescending(b => b.CreatedAt).ThenByDescending(b => b.Id, StringComparer.Ordinal)];
    }

    /// <summary>Null = there is none of that name.</summary>
    public BackupManifest? Find(string id)
    {
        if (!Name().IsMatch(id)) return null;
        try
        {
            using var file = File.OpenRead(Path.Combine(path, id + ManifestEnding));
            return JsonSerializer.Deserialize<BackupManifest>(file, s_json) is { } manifest && manifest.Id == id ? manifest : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public string FileOf(string id) => Path.Combine(path, NameOf(id));

    internal static string NameOf(string id) => id + Ending;

    /// <summary>What stands beside a backup, wherever it was taken to; null = nothing does.</summary>
    internal static BackupManifest? Beside(string file)
    {
        try
        {
            using var manifest = File.OpenRead(Path.ChangeExtension(file, ManifestEnding));
            return JsonSerializer.Deserialize<BackupManifest>(manifest, s_json);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public void Delete(string id)
    {
        if (!Name().IsMatch(id)) return;
        // The manifest first: what is left without one is none.
        File.Delete(Path.Combine(path, id + ManifestEnding));
        File.Delete(FileOf(id));
    }

    /// <summary>Where to write it, before it has its name. What an earlier try left is gone.</summary>
    internal string Begin(string id)
    {
        Directory.CreateDirectory(path);
        foreach (var file in Directory.EnumerateFiles(path, "*" + Part)) File.Delete(file);
        return FileOf(id) + Part;
    }

    /// <summary>Gives it its name and then writes what it is: on the disk, both, when this returns.</summary>
    internal void Finish(BackupManifest manifest)
    {
        File.Move(FileOf(manifest.Id) + Part, FileOf(manifest.Id), overwrite: true);
        var target = Path.Combine(path, manifest.Id + ManifestEnding);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(target + Part, options))
        {
            JsonSerializer.Serialize(file, manifest, s_json);
            file.Flush(flushToDisk: true);
        }
        File.Move(target + Part, target, overwrite: true);
        DiskNames.Sync(path);
    }

    internal static async Task<string> HashAsync(string file, CancellationToken cancel)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, FileOptions.Asynchronous);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancel).ConfigureAwait(false));
    }

    /// <summary>Names come from addresses, too: nothing else is ever opened.</summary>
    [GeneratedRegex(@"\Aobservatory-\d{8}-\d{6}(-\d{1,4})?\z")]
    private static partial Regex Name();
}
