namespace Observatory.Core.Auditing;

/// <summary>Takes down what was done. Thread-safe.</summary>
public interface IAudit
{
    /// <summary>Never waits and never fails. Of reads of one actor, route and minute the first is taken down.</summary>
    void Record(AuditEvent done);

    /// <summary>Ends when everything that was recorded before is stored.</summary>
    Task FlushAsync(CancellationToken cancel = default);
}
