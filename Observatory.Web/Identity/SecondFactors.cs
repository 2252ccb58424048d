using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Observatory.Core.Accounts;

namespace Observatory.Web.Identity;

/// <summary>
/// Authenticator apps: their keys lie sealed in the database, and between the password and the code a browser holds a sealed word of who it is, for a few
/// minutes.
/// </summary>
internal sealed class SecondFactors(IDataProtectionProvider protection, IAccountStore store, UserService users, TimeProvider clock)
{
    private static readonly TimeSpan s_between = TimeSpan.FromMinutes(5);

    private readonly IDataProtector _keys = protection.CreateProtector("authenticator keys");
    private readonly ITimeLimitedDataProtector _words = protection.CreateProtector("second step").ToTimeLimitedDataProtector();

    public static bool IsNeeded(User user) => user.AuthenticatorKey is not null;

    /// <summary>What a browser sends back with the code.</summary>
    public string WordFor(User user) => _words.Protect($"{user.Id} {user.SecurityStamp}", clock.GetUtcNow() + s_between);

    /// <summary>Who showed the right password a moment ago; null = nobody, or it is too long ago.</summary>
    public async Task<User?> FindAsync(string? word, CancellationToken cancel)
    {
        if (word is not { Length: > 0 and <= 2_048 }) return null;
        try
        {
            var parts = _words.Unprotect(word).Split(' ');
            return await store.FindUserAsync(long.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), cancel) is { Disabled: false } user
                && user.SecurityStamp == parts[1] ? user : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public string Seal(string key) => _keys.Protect(key);

    /// <summary>Takes a code of the app or a recovery code; each counts once.</summary>
    public async Task<bool> TakeAsync(User user, string? code, CancellationToken cancel)
    {
        if (user.AuthenticatorKey is not { } locked) return false;
        var given = code?.Replace(" ", "", StringComparison.Ordinal);
        var isTaken = false;
        await users.NoteAsync(user.Id, u =>
        {
            // Judged as it stands now: of two who send one code at once one is first.
            if (u.AuthenticatorKey != locked) return;
            if (Totp.StepOf(_keys.Unprotect(locked), given, clock.GetUtcNow(), u.AuthenticatorStep) is { } step) (u.AuthenticatorStep, isTaken) = (step, true);
            else if (RecoveryCodes.Use(u.RecoveryCodes, given) is { } left) (u.RecoveryCodes, isTaken) = (left, true);
        }, cancel);
        return isTaken;
    }
}
