namespace Observatory.Core.Retention.Archives;

/// <summary>What an archive is. It stands in a file of its own beside it, and is written last: without it there is no archive.</summary>
/// <param name="Id">Name of the file, without its ending.</param>
/// <param name="Dataset">A name of <see cref="RetentionDatasets.Planned"/>.</param>
/// <param name="From">Start of its UTC day.</param>
/// <param name="To">End of it.</param>
/// <param name="Rows">How many rows it holds.</param>
/// <param name="Bytes">Of the file.</param>
/// <param name="Sha256">Of the file, hexadecimal.</param>
/// <param name="Schema">Form of the database that the rows had.</param>
/// <param name="Format">Form of the lines.</param>
/// <param name="CreatedAt">When it was written.</param>
public sealed record ArchiveManifest(
    string Id, string Dataset, DateTimeOffset From, DateTimeOffset To, long Rows, long Bytes, string Sha256, string Schema, int Format,
    DateTimeOffset CreatedAt);

/// <summary>What a look through an archive found.</summary>
/// <param name="Rows">That could be read.</param>
/// <param name="Sha256">Of the file as it is now.</param>
/// <param name="Reason">What is wrong; null = nothing.</param>
public sealed record ArchiveVerdict(bool Ok, long Rows, string Sha256, string? Reason);
