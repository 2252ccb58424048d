namespace Observatory.Core.Storage.Entities;

/// <summary>A report as it is defined, and when it is due next.</summary>
public sealed class ReportEntity
{
    public int Id { get; set; }
    /// <summary>JSON.</summary>
    public string Definition { get; set; } = "{}";
    public bool Paused { get; set; }
    /// <summary>Why the program paused it itself.</summary>
    public string? PausedBecause { get; set; }
    /// <summary>The next instant of its schedule, null = paused.</summary>
    public long? NextDueAt { get; set; }
    public long CreatedAt { get; set; }
    public long ChangedAt { get; set; }
}

/// <summary>A word on a moment or a stretch of time, drawn on charts.</summary>
public sealed class NoteEntity
{
    public int Id { get; set; }
    public long At { get; set; }
    public long? Until { get; set; }
    public string Text { get; set; } = "";
    /// <summary>Path, null = it concerns all.</summary>
    public string? Project { get; set; }
    public string Author { get; set; } = "";
    public long ChangedAt { get; set; }
}

/// <summary>A page that its maker lets others see as it is. The key of its address is kept as a hash.</summary>
public sealed class ShareEntity
{
    public int Id { get; set; }
    public byte[] KeyHash { get; set; } = [];
    public string Path { get; set; } = "";
    public string Query { get; set; } = "";
    public string Maker { get; set; } = "";
    public long CreatedAt { get; set; }
    public long? ExpiresAt { get; set; }
    /// <summary>Salted hash, null = none is asked.</summary>
    public string? Password { get; set; }
}
