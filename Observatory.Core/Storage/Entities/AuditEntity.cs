namespace Observatory.Core.Storage.Entities;

/// <summary>Something that was done. Rows are added by <see cref="Auditing.AuditLog"/> alone, and changed by nobody.</summary>
public sealed class AuditEntity
{
    public long Seq { get; set; }

    /// <summary>Unix ms.</summary>
    public long At { get; set; }

    public string ActorKind { get; set; } = "";
    public string ActorId { get; set; } = "";
    public string ActorName { get; set; } = "";
    public string Action { get; set; } = "";
    public string Target { get; set; } = "";
    public string Address { get; set; } = "";
    public string Details { get; set; } = "";

    /// <summary>SHA-256 over the hash before and all columns above.</summary>
    public byte[] Hash { get; set; } = [];
}
