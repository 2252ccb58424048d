namespace Observatory.Core.Storage.Entities;

// What an administrator decided about how long things are kept, what was to go by it, and what went.

/// <summary>The one row of settings.</summary>
public sealed class RetentionSettingsEntity
{
    public int Id { get; set; }

    /// <summary>JSON of <see cref="Retention.RetentionSettings"/>.</summary>
    public string Document { get; set; } = "";

    /// <summary>Nothing goes by itself before, Unix ms.</summary>
    public long NotBefore { get; set; }
}

/// <summary>Exactly these rows are to go. A plan that was run stays as the history of its run.</summary>
public sealed class RetentionPlanEntity
{
    public int Id { get; set; }

    /// <summary>What its asker knows it by: nobody guesses it.</summary>
    public string PlanId { get; set; } = "";

    public long MadeAt { get; set; }

    /// <summary>JSON of <see cref="Retention.RetentionPlan"/>.</summary>
    public string Document { get; set; } = "";

    /// <summary>The maintenance job that runs it, the last one where it was paused; null = it was not run.</summary>
    public int? JobId { get; set; }

    /// <summary>When it was run first, Unix ms.</summary>
    public long? RunAt { get; set; }

    /// <summary>It was stopped for a while and goes on when somebody says so.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Who ran it: an account, a key, or the clock.</summary>
    public string? Actor { get; set; }
}

/// <summary>How large the database was at the end of a UTC day, or when it was looked at last.</summary>
public sealed class StorageDayEntity
{
    /// <summary>Days since 1970-01-01.</summary>
    public int Day { get; set; }

    /// <summary>Bytes of the file that hold something.</summary>
    public long Bytes { get; set; }
}
