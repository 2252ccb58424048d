namespace Observatory.Core.Auditing;

/// <summary>One row of the log, as it is stored.</summary>
/// <param name="Seq">From 1 on, without gaps.</param>
/// <param name="At">Unix ms.</param>
/// <param name="Address">Empty = this server.</param>
/// <param name="Details">Empty = nothing more.</param>
/// <param name="Hash">Over the hash of the row before and all other columns (<see cref="AuditChain"/>).</param>
public sealed record AuditRow(long Seq, long At, AuditActor Actor, string Action, string Target, string Address, string Details, byte[] Hash);

/// <summary>A place in the chain.</summary>
/// <param name="Seq">0 = before the first row.</param>
public sealed record AuditPlace(long Seq, byte[] Hash)
{
    public static AuditPlace Start { get; } = new(0, new byte[AuditChain.HashLength]);

    public bool Is(AuditPlace other) => Seq == other.Seq && Hash.AsSpan().SequenceEqual(other.Hash);
}

/// <summary>Which rows; null = all.</summary>
/// <param name="From">Unix ms.</param>
/// <param name="Until">Unix ms, not itself.</param>
/// <param name="Actor">Id or name, exactly.</param>
/// <param name="Before">Only rows with a smaller number.</param>
/// <param name="After">Only rows with a greater number.</param>
public sealed record AuditQuery(
    long? From = null, long? Until = null, string? Actor = null, string? Action = null, string? Address = null, long? Before = null, long? After = null);
