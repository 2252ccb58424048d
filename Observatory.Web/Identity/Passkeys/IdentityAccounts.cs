using System.Buffers.Text;
using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Observatory.Core.Accounts;

namespace Observatory.Web.Identity.Passkeys;

/// <summary>The accounts as ASP.NET Core Identity asks for them. Accounts are made, changed and removed by <see cref="UserService"/> alone.</summary>
internal sealed class IdentityAccounts(IAccountStore store, UserService users, TimeProvider clock) : IUserPasskeyStore<User>
{
    public Task<string> GetUserIdAsync(User user, CancellationToken cancellationToken) => Task.FromResult(IdOf(user));

    public Task<string?> GetUserNameAsync(User user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    public Task<string?> GetNormalizedUserNameAsync(User user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.NormalizedEmail);

    public Task SetUserNameAsync(User user, string? userName, CancellationToken cancellationToken) => throw Elsewhere();

    public Task SetNormalizedUserNameAsync(User user, string? normalizedName, CancellationToken cancellationToken) => throw Elsewhere();

    public Task<IdentityResult> CreateAsync(User user, CancellationToken cancellationToken) => throw Elsewhere();

    public Task<IdentityResult> UpdateAsync(User user, CancellationToken cancellationToken) => throw Elsewhere();

    public Task<IdentityResult> DeleteAsync(User user, CancellationToken cancellationToken) => throw Elsewhere();

    public async Task<User?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        long.TryParse(userId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? await store.FindUserAsync(id, cancellationToken) : null;

    public Task<User?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        store.FindUserAsync(normalizedUserName, cancellationToken);

    public Task AddOrUpdatePasskeyAsync(User user, UserPasskeyInfo passkey, CancellationToken cancellationToken) =>
        users.NoteAsync(user.Id, u => u.Passkeys = PasskeyList.With(u.Passkeys, FromInfo(passkey, clock.GetUtcNow())), cancellationToken);

    public Task<IList<UserPasskeyInfo>> GetPasskeysAsync(User user, CancellationToken cancellationToken) =>
        Task.FromResult<IList<UserPasskeyInfo>>([.. PasskeyList.Read(user.Passkeys).Select(ToInfo)]);

    public async Task<User?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken)
    {
        var id = Base64Url.EncodeToString(credentialId);
        return (await store.ListUsersAsync(cancellationToken)).FirstOrDefault(u => PasskeyList.Read(u.Passkeys).Any(k => k.Id == id));
    }

    public Task<UserPasskeyInfo?> FindPasskeyAsync(User user, byte[] credentialId, CancellationToken cancellationToken)
    {
        var id = Base64Url.EncodeToString(credentialId);
        return Task.FromResult(PasskeyList.Read(user.Passkeys).FirstOrDefault(k => k.Id == id) is { } key ? ToInfo(key) : null);
    }

    public Task RemovePasskeyAsync(User user, byte[] credentialId, CancellationToken cancellationToken) =>
        users.NoteAsync(user.Id, u => u.Passkeys = PasskeyList.Without(u.Passkeys, Base64Url.EncodeToString(credentialId)), cancellationToken);

    public void Dispose()
    {
        // Holds nothing of its own.
    }

    public static string IdOf(User user) => user.Id.ToString(CultureInfo.InvariantCulture);

    public static Passkey FromInfo(UserPasskeyInfo info, DateTimeOffset? used) => new(
        Base64Url.EncodeToString(info.CredentialId), info.PublicKey, info.CreatedAt.ToUnixTimeMilliseconds(), info.SignCount, info.Transports,
        info.IsUserVerified, info.IsBackupEligible, info.IsBackedUp, info.Name ?? "Passkey", used?.ToUnixTimeMilliseconds());

    private static UserPasskeyInfo ToInfo(Passkey key) => new(
        Base64Url.DecodeFromChars(key.Id), key.PublicKey, DateTimeOffset.FromUnixTimeMilliseconds(key.CreatedAt), key.SignCount, key.Transports?.ToArray(),
        key.IsUserVerified, key.IsBackupEligible, key.IsBackedUp, [], []) { Name = key.Name };

    private static NotSupportedException Elsewhere() => new("Accounts are made, changed and removed by UserService.");
}
