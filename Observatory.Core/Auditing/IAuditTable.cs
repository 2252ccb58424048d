namespace Observatory.Core.Auditing;

/// <summary>Looks at a row as it is stored.</summary>
/// <param name="columns">All of it but its hash, behind the hash that was given to <see cref="IAuditTable.Walk"/> or that of the row before.</param>
/// <param name="hash">As it is stored, of any length.</param>
/// <returns>False = no further rows.</returns>
internal delegate bool AuditVisit(long seq, AuditChain columns, ReadOnlySpan<byte> hash);

/// <summary>The rows of the log. Thread-safe.</summary>
internal interface IAuditTable
{
    /// <summary>The last row.</summary>
    AuditPlace End();

    /// <summary>Adds rows in one transaction, in which nobody else adds any.</summary>
    /// <param name="make">Told the last row, makes those that follow it.</param>
    void Append(Func<AuditPlace, IReadOnlyList<AuditRow>> make);

    /// <summary>The newest first, or the oldest where <see cref="AuditQuery.After"/> is given.</summary>
    IReadOnlyList<AuditRow> Read(AuditQuery query, int limit);

    /// <summary>Every row in order, in one snapshot. Each is hashed behind the stored hash of the row before it.</summary>
    /// <param name="first">Gives the hash that stands before the first row there is.</param>
    void Walk(Func<long, byte[]> first, AuditVisit visit, CancellationToken cancel);

    /// <summary>The last of the rows that begin the log and are all older; null = there is none, or it is the last row of all.</summary>
    /// <param name="before">Unix ms.</param>
    AuditPlace? LastBefore(long before);

    /// <summary>Removes the rows up to this one.</summary>
    long Trim(long last);

    /// <summary>Number of the program's latest run, as the database knows it.</summary>
    long LatestRun();
}
