namespace Observatory.Core.Storage.Entities;

/// <summary>A reader's word on something unusual: it was expected.</summary>
public sealed class AnomalyMarkEntity
{
    public long Id { get; set; }

    /// <summary>Names metric, filters, kind and start.</summary>
    public string AnomalyId { get; set; } = "";

    public int Expected { get; set; }

    /// <summary>Who said so.</summary>
    public string By { get; set; } = "";

    public long At { get; set; }
}

/// <summary>A day on which nobody is expected.</summary>
public sealed class DayOffEntity
{
    public long Id { get; set; }

    /// <summary>Days since 0001-01-01, of the zone.</summary>
    public int Day { get; set; }

    public string Name { get; set; } = "";

    /// <summary>IANA.</summary>
    public string Zone { get; set; } = "";

    /// <summary>The unusual day that it was made from; null = it was put on the list.</summary>
    public string? AnomalyId { get; set; }
}

/// <summary>A page as somebody left it, with a name.</summary>
public sealed class ViewEntity
{
    public long Id { get; set; }
    public string Owner { get; set; } = "";
    public string Name { get; set; } = "";
    public string Path { get; set; } = "";

    /// <summary>What stands behind the question mark.</summary>
    public string Query { get; set; } = "";

    public bool IsShared { get; set; }
    public long CreatedAt { get; set; }
    public long ChangedAt { get; set; }
}
