namespace Observatory.Core.Storage.Entities;

/// <summary>A file that somebody asked for, made beside everything else. Instants are Unix ms.</summary>
public sealed class ExportEntity
{
    /// <summary>Random: it stands in addresses.</summary>
    public string Id { get; set; } = "";
    /// <summary>Of the account or the key that asked.</summary>
    public string OwnerId { get; set; } = "";
    public string OwnerName { get; set; } = "";
    /// <summary>In whose rights it reads.</summary>
    public int OwnerRole { get; set; }
    public string Dataset { get; set; } = "";
    public string Format { get; set; } = "";
    /// <summary>JSON: range, zone, filters and what else was asked.</summary>
    public string Request { get; set; } = "";
    public int State { get; set; }
    public long Rows { get; set; }
    public long Bytes { get; set; }
    /// <summary>How often it was begun.</summary>
    public int Tries { get; set; }
    public string? Error { get; set; }
    public long CreatedAt { get; set; }
    public long? EndedAt { get; set; }
    public long? ExpiresAt { get; set; }
}
