namespace Observatory.Core.Storage.Entities;

/// <summary>A price that an administrator set. USD per million tokens, as text, so that none is rounded.</summary>
public sealed class PriceEntity
{
    public int Id { get; set; }

    /// <summary>As it is spelt in the book.</summary>
    public string Model { get; set; } = "";

    /// <summary>Unix ms; null = since ever.</summary>
    public long? ValidFrom { get; set; }

    /// <summary>Unix ms of the first instant that it no longer holds for; null = still in force.</summary>
    public long? ValidTo { get; set; }

    public decimal Input { get; set; }
    public decimal Output { get; set; }
    public decimal CacheWrite5m { get; set; }
    public decimal CacheWrite1h { get; set; }
    public decimal CacheRead { get; set; }

    /// <summary>USD for one; null = the list price.</summary>
    public decimal? WebSearch { get; set; }

    /// <summary><c>fast</c> or null.</summary>
    public string? Speed { get; set; }

    public string? Tier { get; set; }
    public string? Region { get; set; }

    /// <summary>Where it was read, in words.</summary>
    public string Source { get; set; } = "";
    public long ChangedAt { get; set; }
}

/// <summary>A setting that people change while the program runs, as JSON.</summary>
public sealed class SettingEntity
{
    public string Name { get; set; } = "";
    public string Value { get; set; } = "";
    public long ChangedAt { get; set; }
}
