using Observatory.Core.Auditing;

namespace Observatory.Tests.Support;

/// <summary>An audit log that keeps what it is told.</summary>
internal sealed class HeardAudit : IAudit
{
    private readonly List<AuditEvent> _heard = [];

    public IReadOnlyList<AuditEvent> Heard
    {
        get
        {
            lock (_heard) return [.. _heard];
        }
    }

    public void Record(AuditEvent done)
    {
        lock (_heard) _heard.Add(done);
    }

    public Task FlushAsync(CancellationToken cancel = default) => Task.CompletedTask;
}
