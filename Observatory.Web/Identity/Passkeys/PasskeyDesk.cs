using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Observatory.Core.Accounts;

namespace Observatory.Web.Identity.Passkeys;

/// <summary>What a device is asked.</summary>
/// <param name="Options">JSON, as browsers take it.</param>
/// <param name="Word">Sealed: what was asked. It comes back with the answer.</param>
internal sealed record PasskeyQuestion(string Options, string Word);

/// <summary>Asks devices for passkeys and takes their answers. Between the two a browser holds a sealed word, for a few minutes and one answer.</summary>
internal sealed class PasskeyDesk(IPasskeyHandler<User> handler, IDataProtectionProvider protection, UserService users, UsedWords used, TimeProvider clock)
{
    public static readonly TimeSpan Between = TimeSpan.FromMinutes(5);

    private readonly ITimeLimitedDataProtector _new = protection.CreateProtector("new passkey").ToTimeLimitedDataProtector();
    private readonly ITimeLimitedDataProtector _known = protection.CreateProtector("known passkey").ToTimeLimitedDataProtector();

    /// <summary>For a device that is to make a passkey.</summary>
    public async Task<PasskeyQuestion> AskNewAsync(User user, HttpContext context)
    {
        var made = await handler.MakeCreationOptionsAsync(
            new PasskeyUserEntity { Id = IdentityAccounts.IdOf(user), Name = user.Email, DisplayName = user.Name ?? user.Email }, context);
        return new PasskeyQuestion(made.CreationOptionsJson, Seal(_new, made.AttestationState));
    }

    /// <summary>Null = the answer is not right, too late, somebody else's, or there are too many.</summary>
    public async Task<Passkey?> AddAsync(User user, string name, string credential, string? word, HttpContext context)
    {
        if (Open(_new, word) is not { } state) return null;
        var result = await handler.PerformAttestationAsync(
            new PasskeyAttestationContext { HttpContext = context, CredentialJson = credential, AttestationState = state });
        if (!result.Succeeded || result.UserEntity.Id != IdentityAccounts.IdOf(user)) return null;
        result.Passkey.Name = name;
        var key = IdentityAccounts.FromInfo(result.Passkey, used: null);
        var isAdded = false;
        await users.NoteAsync(user.Id, u =>
        {
            if (PasskeyList.Read(u.Passkeys).Count >= PasskeyList.Most) return;
            (u.Passkeys, isAdded) = (PasskeyList.With(u.Passkeys, key), true);
        }, context.RequestAborted);
        return isAdded ? key : null;
    }

    /// <param name="user">Who is to show one of the own; null = whoever comes.</param>
    public async Task<PasskeyQuestion> AskAsync(User? user, HttpContext context)
    {
        var made = await handler.MakeRequestOptionsAsync(user, context);
        return new PasskeyQuestion(made.RequestOptionsJson, Seal(_known, made.AssertionState));
    }

    /// <summary>Whose passkey it is; null = the answer is not right, too late, or the account is disabled.</summary>
    public async Task<User?> TakeAsync(string? credential, string? word, HttpContext context)
    {
        if (credential is not { Length: > 0 } || Open(_known, word) is not { } state) return null;
        var result = await handler.PerformAssertionAsync(
            new PasskeyAssertionContext { HttpContext = context, CredentialJson = credential, AssertionState = state });
        if (!result.Succeeded || result.User.Disabled) return null;
        var key = IdentityAccounts.FromInfo(result.Passkey, clock.GetUtcNow());
        var isStillThere = false;
        var user = await users.NoteAsync(result.User.Id, u =>
        {
            // It may have been taken away meanwhile.
            if (u.Disabled || !PasskeyList.Read(u.Passkeys).Any(k => k.Id == key.Id)) return;
            (u.Passkeys, isStillThere) = (PasskeyList.With(u.Passkeys, key), true);
        }, context.RequestAborted);
        return isStillThere ? user : null;
    }

    private string Seal(ITimeLimitedDataProtector protector, string? state) => protector.Protect(state ?? "", clock.GetUtcNow() + Between);

    private string? Open(ITimeLimitedDataProtector protector, string? word)
    {
        if (word is not { Length: > 0 and <= 4_096 }) return null;
        try
        {
            var state = protector.Unprotect(word);
            // Only words of ours are remembered: what anybody sends must not fill the memory.
            return used.Take(word) ? state : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

/// <summary>Words that came back: each is taken once. Thread-safe; remembers them as long as they hold.</summary>
internal sealed class UsedWords(TimeProvider clock)
{
    private readonly Dictionary<string, DateTimeOffset> _taken = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public bool Take(string word)
    {
        var key = Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(word)));
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            foreach (var old in _taken.Where(t => t.Value < now).Select(t => t.Key).ToList()) _taken.Remove(old);
            return _taken.TryAdd(key, now + PasskeyDesk.Between);
        }
    }
}
