namespace Observatory.Core.Accounts;

/// <summary>A key for programs. The key itself is shown once and never stored.</summary>
public sealed class ApiKey
{
    /// <summary>Name of the key that comes from <c>Observatory:Bootstrap:ApiKey</c>.</summary>
    public const string BootstrapName = "bootstrap";

    public long Id { get; set; }

    public required string Name { get; set; }

    /// <summary>SHA-256 of the key, 32 bytes. Keys are long and random, so a fast hash is enough.</summary>
    public required byte[] Hash { get; set; }

    public KeyScopes Scopes { get; set; }

    /// <summary>Unix milliseconds, UTC.</summary>
    public long CreatedAt { get; set; }

    /// <summary>Unix milliseconds, UTC; null = never.</summary>
    public long? ExpiresAt { get; set; }

    /// <summary>Unix milliseconds, UTC, to the hour; null = never used.</summary>
    public long? LastUsedAt { get; set; }

    /// <summary>Unix milliseconds, UTC; null = valid.</summary>
    public long? RevokedAt { get; set; }

    /// <summary>As whom a reading key reads; null = as an editor who writes nothing. Means nothing without <see cref="KeyScopes.Read"/>.</summary>
    public UserRole? Role { get; set; }

    /// <summary>Paths of the projects that are seen, as <see cref="ProjectList"/> writes them; null = all.</summary>
    public string? Projects { get; set; }

    /// <summary>Whose figures are the own ones, as sources name them; null = nobody's.</summary>
    public string? UserId { get; set; }

    /// <summary>Account that it was made with; null = none. It ends with that account.</summary>
    public long? OwnerId { get; set; }

    public bool IsValidAt(long instant) => RevokedAt is null && (ExpiresAt is not { } end || instant < end);
}

/// <summary>What a key may do. The numbers are stored: never change one.</summary>
[Flags]
public enum KeyScopes
{
    None = 0,
    Ingest = 1,
    Read = 2,
    /// <summary>Everything.</summary>
    Admin = 4,
}
