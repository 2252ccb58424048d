namespace Observatory.Web.Live;

/// <summary>How fresh a page is; drawn by the live mark.</summary>
public sealed record LiveStatus
{
    public bool Loading { get; init; } = true;

    /// <summary>Id of the failure in the log.</summary>
    public string? Error { get; init; }

    /// <summary>When the newest answer came.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>The reader stopped updates.</summary>
    public bool Paused { get; init; }

    /// <summary>The range holds now.</summary>
    public bool EndsNow { get; init; } = true;
}

/// <summary>Failures that people see get an id, so that the log tells more.</summary>
public static class ErrorIds
{
    /// <summary>In place of an id: nothing is wrong, but too few people were active for the reader to see their figures.</summary>
    public const string Withheld = "withheld";

    public static string Log(ILogger logger, Exception error, string where)
    {
        var id = Guid.NewGuid().ToString("N")[..8];
        logger.LogError(error, "Page {Page} failed; the reader sees id {ErrorId}", where, id);
        return id;
    }
}
