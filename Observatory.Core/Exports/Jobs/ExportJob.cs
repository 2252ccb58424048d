using Observatory.Core.Accounts;
using Observatory.Core.Exports.Tables;

namespace Observatory.Core.Exports.Jobs;

/// <summary>The numbers are stored: never change one.</summary>
public enum ExportState
{
    Queued = 0,
    Running = 1,
    Done = 2,
    Failed = 3,
    Cancelled = 4,
    Expired = 5,
}

/// <summary>Who asks for files: lists and reads own ones, an administrator all.</summary>
/// <param name="Id">Of the account or the key.</param>
public sealed record ExportOwner(string Id, Asker Asker, bool IsAdmin);

/// <summary>A file that somebody asked for.</summary>
/// <param name="Rows">So far, and in the end.</param>
/// <param name="Bytes">So far, and in the end.</param>
/// <param name="Progress">0–1.</param>
/// <param name="ExpiresAt">Null = it has not ended.</param>
/// <param name="Error">Why it failed, for people.</param>
public sealed record ExportJob(
    string Id, string OwnerId, string OwnerName, ExportRequest Request, string Format, ExportState State, long Rows, long Bytes, double Progress,
    DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, string? Error)
{
    /// <summary>It waits or is being made.</summary>
    public bool IsOpen => State is ExportState.Queued or ExportState.Running;

    /// <summary>Of the file, as it is downloaded.</summary>
    public string FileName => $"{Request.FileName}.{ExportFormats.Find(Format)?.Ending ?? Format}";
}

/// <summary>So many wait that no more are taken.</summary>
public sealed class TooManyExportsException(int most) : Exception($"{most} exports wait already.");
