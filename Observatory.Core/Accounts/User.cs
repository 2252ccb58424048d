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

    /// <summary>Whose figures are the own ones, as sources name them; null = the e-mail address.</summary>
    public string? UserId { get; set; }

    /// <summary>Paths of the projects that are seen, as <see cref="ProjectList"/> writes them; null = all.</summary>
    public string? Projects { get; set; }

    /// <summary>SHA-256 of the token of a link by which a password is chosen; null = there is none.</summary>
    public byte[]? InviteHash { get; set; }

    /// <summary>Unix milliseconds, UTC.</summary>
    public long? InviteExpiresAt { get; set; }

    /// <summary>How the last sign-in was made: <c>password</c>, <c>invite</c>, <c>passkey</c>, <c>provider</c>.</summary>
    public string? LastSignInBy { get; set; }

    /// <summary>Key of an authenticator app, sealed with the keys of the data directory; null = none is set up.</summary>
    public string? AuthenticatorKey { get; set; }

    /// <summary>Step of the last code that was taken: a code counts once.</summary>
    public long? AuthenticatorStep { get; set; }

    /// <summary>SHA-256 of recovery codes that were not used yet, in hexadecimal digits, parted by spaces.</summary>
    public string? RecoveryCodes { get; set; }

    /// <summary>Public keys of passkeys, as JSON.</summary>
    public string? Passkeys { get; set; }

    /// <summary>IANA name; null = the browser's.</summary>
    public string? Zone { get; set; }

    /// <summary><c>light</c> or <c>dark</c>; null = the system's.</summary>
    public string? Theme { get; set; }

    /// <summary>Whose figures are the own ones.</summary>
    public string OwnUser => UserId ?? Email;

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
