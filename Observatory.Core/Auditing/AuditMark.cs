using System.Text.Json;

namespace Observatory.Core.Auditing;

/// <summary>How far the log has come, kept beside the database: what is cut off its end, or replaced as a whole, is missed by it.</summary>
/// <param name="Last">The last row.</param>
/// <param name="Run">The program's latest run when that was written.</param>
/// <param name="Bases">Rows behind which the log may begin: what is older was removed as the policy says.</param>
/// <param name="Breaks">Where the log did not go on as it had ended. They stay.</param>
internal sealed record AuditMark(AuditPlace Last, long Run, IReadOnlyList<AuditPlace> Bases, IReadOnlyList<AuditBreak> Breaks)
{
    public static AuditMark New { get; } = new(AuditPlace.Start, 0, [AuditPlace.Start], []);
}

/// <summary>The table did not end where it had ended.</summary>
/// <param name="Was">Last row that was written.</param>
/// <param name="Found">Last row that was there.</param>
/// <param name="BrokenAt">The row that is not as it was written; null = rows are missing.</param>
/// <param name="Reason">In plain words.</param>
internal sealed record AuditBreak(long Was, long Found, long? BrokenAt, string Reason);

/// <summary>The file of the mark. For one caller at a time.</summary>
/// <param name="path">In an existing folder.</param>
internal sealed class AuditMarkFile(string path)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <summary>Null = there is none.</summary>
    /// <exception cref="InvalidDataException">It is there and says nothing.</exception>
    public AuditMark? Read()
    {
        try
        {
            using var file = File.OpenRead(path);
            var mark = JsonSerializer.Deserialize<AuditMark>(file, s_json);
            return mark is { Last.Hash.Length: AuditChain.HashLength, Bases.Count: > 0, Breaks: not null }
                ? mark : throw new InvalidDataException("It lacks a field.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <summary>Whole or not at all, and on the disk.</summary>
    public void Write(AuditMark mark)
    {
        var part = path + ".part";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(part, options))
        {
            JsonSerializer.Serialize(file, mark, s_json);
            file.Flush(flushToDisk: true);
        }
        File.Move(part, path, overwrite: true);
    }
}
