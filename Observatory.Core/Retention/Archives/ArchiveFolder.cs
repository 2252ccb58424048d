using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Observatory.Core.Storage;

namespace Observatory.Core.Retention.Archives;

/// <summary>
/// Where archives lie: in the data directory, for its owner only, a file and its manifest each. What there is stands there and nowhere else, so that a database
/// that is put back from a copy knows of archives that were written since. Thread-safe.
/// </summary>
/// <param name="path">It need not exist.</param>
public sealed partial class ArchiveFolder(string path)
{
    private const string Ending = ".ndjson.zst", ManifestEnding = ".json", Part = ".part";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <param name="dataset">A name of a dataset.</param>
    /// <param name="day">Days since 1970-01-01.</param>
    /// <param name="planId">What a plan is known by: no two have the same, also where a database was put back.</param>
    internal static string IdOf(string dataset, long day, string planId) =>
        string.Create(CultureInfo.InvariantCulture, $"{dataset}-{DateTime.UnixEpoch.AddDays(day):yyyy-MM-dd}-{planId[..Math.Min(12, planId.Length)]}");

    /// <summary>Newest days first.</summary>
    public IReadOnlyList<ArchiveManifest> List()
    {
        if (!Directory.Exists(path)) return [];
        var found = Directory.EnumerateFiles(path, "*" + ManifestEnding).Select(f => Find(Path.GetFileNameWithoutExtension(f))).OfType<ArchiveManifest>();
        return [.. found.OrderByDescending(m => m.From).ThenBy(m => m.Dataset, StringComparer.Ordinal).ThenBy(m => m.Id, StringComparer.Ordinal)];
    }

    /// <summary>Null = there is none of that name.</summary>
    public ArchiveManifest? Find(string id)
    {
        if (!Name().IsMatch(id)) return null;
        try
        {
            using var file = File.OpenRead(Path.Combine(path, id + ManifestEnding));
            return JsonSerializer.Deserialize<ArchiveManifest>(file, s_json) is { } manifest && manifest.Id == id ? manifest : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <param name="id">Of a manifest.</param>
    public string FileOf(string id) => Path.Combine(path, id + Ending);

    public static string FileNameOf(ArchiveManifest manifest) => manifest.Id + Ending;

    /// <summary>Bytes of all files.</summary>
    public long Size() => Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFiles().Sum(f => f.Length) : 0;

    /// <summary>Removes an archive for good.</summary>
    public void Delete(string id)
    {
        if (!Name().IsMatch(id)) return;
        // The manifest first: what is left without one is none.
        File.Delete(Path.Combine(path, id + ManifestEnding));
        File.Delete(FileOf(id));
    }

    /// <summary>Opens the file for writing, under another name until it is finished.</summary>
    internal FileStream Create(string id)
    {
        Directory.CreateDirectory(path);
        return new FileStream(FileOf(id) + Part, Closed());
    }

    /// <summary>Opens what was written, before it has its name.</summary>
    internal string PartOf(string id) => FileOf(id) + Part;

    /// <summary>Gives the file its name and then writes what it is: on the disk, both, when this returns.</summary>
    internal void Finish(ArchiveManifest manifest)
    {
        File.Move(PartOf(manifest.Id), FileOf(manifest.Id), overwrite: true);
        var target = Path.Combine(path, manifest.Id + ManifestEnding);
        using (var file = new FileStream(target + Part, Closed()))
        {
            JsonSerializer.Serialize(file, manifest, s_json);
            file.Flush(flushToDisk: true);
        }
        File.Move(target + Part, target, overwrite: true);
        DiskNames.Sync(path);
    }

    /// <summary>What a program that was killed left half-done.</summary>
    internal void RemoveParts()
    {
        if (!Directory.Exists(path)) return;
        foreach (var file in Directory.EnumerateFiles(path, "*" + Part)) File.Delete(file);
    }

    private static FileStreamOptions Closed()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 64 * 1024 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    /// <summary>Names come from addresses, too: nothing else is ever opened.</summary>
    [GeneratedRegex(@"\A(raw|texts|deadLetters)-\d{4}-\d{2}-\d{2}-[0-9a-f]{1,12}\z")]
    private static partial Regex Name();
}
