namespace Observatory.Core.Storage.Entities;

/// <summary>A text that rows refer to by number. Id 0 is never stored: it stands for "none".</summary>
public sealed class NameEntity
{
    public int Id { get; set; }

    public NameKind Kind { get; set; }

    public string Text { get; set; } = "";

    /// <summary>0-based order of first sight within its kind: what colours are given by.</summary>
    public int Ordinal { get; set; }
}

/// <summary>The numbers are stored: never change one.</summary>
public enum NameKind
{
    User = 1,
    Project = 2,
    Model = 3,
    Tool = 4,
    Branch = 5,
    Version = 6,
    Agent = 7,
    Setting = 8,
    EventType = 9,
    Metric = 10,
    Worktree = 11,
    /// <summary>A folder that something was written in; it need not be a project.</summary>
    Folder = 12,
}
