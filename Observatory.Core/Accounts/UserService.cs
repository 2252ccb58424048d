using System.Buffers.Text;
using System.Net.Mail;
using System.Security.Cryptography;
using System.Text;

namespace Observatory.Core.Accounts;

/// <summary>Makes, changes and removes accounts, and keeps that somebody can administer. Thread-safe.</summary>
public sealed class UserService(IAccountStore store, TimeProvider clock) : IDisposable
{
    public const int LongestEmail = 254, LongestUserId = 256;

    public static readonly TimeSpan InviteLifetime = TimeSpan.FromDays(7);

    /// <summary>One change at a time: two that each leave an administrator must not leave none together.</summary>
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>By address.</summary>
    public Task<IReadOnlyList<User>> ListAsync(CancellationToken cancel = default) => store.ListUsersAsync(cancel);

    /// <summary>An address alone, without a name around it.</summary>
    public static bool IsAddress(string? text) => text is { Length: > 2 and <= LongestEmail } && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
        && MailAddress.TryCreate(text, out var address) && address.Address == text;

    /// <returns>The account, and the token of its invitation where one was wanted: it can be read nowhere again.</returns>
    /// <exception cref="AccountConflictException">The address is taken, in whatever case.</exception>
    public async Task<(User User, string? Token)> CreateAsync(NewAccount wanted, CancellationToken cancel = default)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (await store.FindUserAsync(wanted.Email, cancel).ConfigureAwait(false) is not null)
                throw new AccountConflictException("There is an account of this address.");
            var token = wanted.Invite ? NewToken() : null;
            var user = await store.SaveUserAsync(new User
            {
                Email = wanted.Email, NormalizedEmail = User.Normalize(wanted.Email), Role = wanted.Role, SecurityStamp = NewStamp(),
                UserId = wanted.UserId, Projects = ProjectList.Write(wanted.Projects), CreatedAt = Now,
                InviteHash = token is null ? null : HashOf(token), InviteExpiresAt = token is null ? null : Now + (long)InviteLifetime.TotalMilliseconds,
            }, cancel).ConfigureAwait(false);
            return (user, token);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Changes what an administrator may change; a new stamp ends what was begun before.</summary>
    /// <returns>Null = there is none of this id.</returns>
    /// <exception cref="AccountConflictException">Nobody would be left who can administer.</exception>
    public async Task<User?> ChangeAsync(long id, Action<User> change, CancellationToken cancel = default)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (await store.FindUserAsync(id, cancel).ConfigureAwait(false) is not { } user) return null;
            var wasAdmin = IsAdmin(user);
            change(user);
            if (wasAdmin && !IsAdmin(user)) await RequireOtherAdminAsync(id, cancel).ConfigureAwait(false);
            user.SecurityStamp = NewStamp();
            var saved = await store.SaveUserAsync(user, cancel).ConfigureAwait(false);
            await EndKeysAsync(id, key => user.Disabled || IsBeyond(key, user), cancel).ConfigureAwait(false);
            return saved;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Changes what has nothing to do with rights: sessions go on.</summary>
    /// <returns>Null = there is none of this id.</returns>
    public async Task<User?> NoteAsync(long id, Action<User> change, CancellationToken cancel = default)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (await store.FindUserAsync(id, cancel).ConfigureAwait(false) is not { } user) return null;
            change(user);
            return await store.SaveUserAsync(user, cancel).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>With the keys that were made with it.</summary>
    /// <returns>False = there is none of this id.</returns>
    /// <exception cref="AccountConflictException">Nobody would be left who can administer.</exception>
    public async Task<bool> RemoveAsync(long id, CancellationToken cancel = default)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (await store.FindUserAsync(id, cancel).ConfigureAwait(false) is not { } user) return false;
            if (IsAdmin(user)) await RequireOtherAdminAsync(id, cancel).ConfigureAwait(false);
            await EndKeysAsync(id, _ => true, cancel).ConfigureAwait(false);
            return await store.DeleteUserAsync(id, cancel).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A fresh link in place of the one before.</summary>
    /// <returns>Null = there is none of this id.</returns>
    public async Task<string?> InviteAsync(long id, CancellationToken cancel = default)
    {
        var token = NewToken();
        var user = await ChangeAsync(id, u => (u.InviteHash, u.InviteExpiresAt) = (HashOf(token), Now + (long)InviteLifetime.TotalMilliseconds), cancel)
            .ConfigureAwait(false);
        return user is null ? null : token;
    }

    /// <summary>Null = nobody was invited with it, it was used, its time is over, or the account is disabled.</summary>
    public async Task<User?> FindInvitedAsync(string? token, CancellationToken cancel = default) =>
        token is { Length: > 0 and <= 128 } && await store.FindInvitedAsync(HashOf(token), cancel).ConfigureAwait(false) is { Disabled: false } user
            && user.InviteExpiresAt > Now ? user : null;

    public static string NewStamp() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    public void Dispose() => _gate.Dispose();

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static bool IsAdmin(User user) => user is { Role: UserRole.Admin, Disabled: false };

    /// <summary>A key must not see what its owner does not see any more.</summary>
    private static bool IsBeyond(ApiKey key, User owner)
    {
        if (key.Scopes.HasFlag(KeyScopes.Admin)) return owner.Role < UserRole.Admin || owner.Projects is not null;
        return key.Scopes.HasFlag(KeyScopes.Read)
            && ((key.Role ?? UserRole.Editor) > owner.Role || owner.Projects is not null && key.Projects != owner.Projects);
    }

    private async Task EndKeysAsync(long owner, Func<ApiKey, bool> which, CancellationToken cancel)
    {
        foreach (var key in (await store.ListKeysAsync(cancel).ConfigureAwait(false)).Where(k => k.OwnerId == owner && k.RevokedAt is null && which(k)))
        {
            key.RevokedAt = Now;
            await store.SaveKeyAsync(key, cancel).ConfigureAwait(false);
        }
    }

    private async Task RequireOtherAdminAsync(long id, CancellationToken cancel)
    {
        if (!(await store.ListUsersAsync(cancel).ConfigureAwait(false)).Any(u => u.Id != id && IsAdmin(u)))
            throw new AccountConflictException("This is the last active administrator.");
    }

    private static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}

/// <summary>An account that is to be made.</summary>
/// <param name="Email">A plain address.</param>
/// <param name="UserId">Whose figures are the own ones; null = those of the address.</param>
/// <param name="Projects">Paths of those that are seen; null = all.</param>
/// <param name="Invite">A link is wanted by which a password is chosen.</param>
public sealed record NewAccount(string Email, UserRole Role, string? UserId, IReadOnlyList<string>? Projects, bool Invite);

/// <summary>The state of the accounts forbids it.</summary>
public sealed class AccountConflictException(string message) : Exception(message);
