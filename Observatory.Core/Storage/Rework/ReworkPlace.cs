using System.Text.Json;

namespace Observatory.Core.Storage.Rework;

/// <summary>How far a working over came. It may lag behind the database: what is looked at twice is as it was after the first time.</summary>
/// <param name="Run">Of which (<see cref="ReworkMark.Run"/>).</param>
/// <param name="Wanted">The mark that it works towards, as a number.</param>
/// <param name="Stage">The kind of text that it is at.</param>
/// <param name="After">The last row of it that is done.</param>
/// <param name="Looked">Rows so far.</param>
/// <param name="Changed">Of these.</param>
internal sealed record ReworkPlace(int Run, int Wanted, string Stage, long After, long Looked, long Changed)
{
    /// <summary>Null where there is none that can be read.</summary>
    public static ReworkPlace? Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<ReworkPlace>(File.ReadAllBytes(path)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Whole or not at all.</summary>
    public void Write(string path)
    {
        var part = path + ".part";
        File.WriteAllBytes(part, JsonSerializer.SerializeToUtf8Bytes(this));
        File.Move(part, path, overwrite: true);
    }
}
