namespace Observatory.Core.Accounts;

/// <summary>Someone who may sign in. Not to be mixed up with the users whose activity is counted.</summary>
public sealed class User
{
    public long Id { get; set; }

    /// <summary>As typed; unique without regard to case through <see cref="NormalizedEmail"/>.</summary>
    public required string Email { get; set; }

    public required string NormalizedEmail { get; set; }

    public string? Name { get; set; }

    /// <summary>Salted PBKDF2 hash; null for accounts that sign in elsewhere (OpenID Connect).</summary>
    public string? PasswordHash { get; set; }

    public UserRole Role { get; set; }

    /// <summary>Changes with password and role: sessions made before are then void.</summary>
    public required string SecurityStamp { get; set; }

    /// <summary>Issuer and subject of the OpenID Connect identity, or null.</summary>
    public string? ExternalIssuer { get; set; }

    public string? ExternalSubject { get; set; }

    public bool Disabled { get; set; }

    /// <summary>Unix milliseconds, UTC.</summary>
    public long CreatedAt { get; set; }

    /// <summary>Unix milliseconds, UTC; null before the first sign-in.</summary>
    public long? LastSignInAt { get; set; }

    public static string Normalize(string email) => email.Trim().ToUpperInvariant();
}

/// <summary>What a person may do; each includes the ones before. The numbers are stored: never change one.</summary>
public enum UserRole : byte
{
    Viewer = 1,
    Editor = 2,
    Admin = 3,
}
