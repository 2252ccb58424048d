using System.Globalization;

namespace Observatory.Core.Accounts;

/// <summary>In whose name work is done that somebody asked for a while ago: as that person or key stands now, not as they stood then.</summary>
public sealed class Askers(IAccountStore accounts, TimeProvider clock)
{
    public const string AccountPrefix = "account:", KeyPrefix = "key:";

    /// <summary>As the account sees figures.</summary>
    public static Asker Of(User user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return new Asker(user.Name ?? user.Email, user.Role) { OwnUser = user.OwnUser, Projects = ProjectList.Read(user.Projects) };
    }

    /// <param name="id">Name identifier of who asked.</param>
    /// <param name="then">As whom they asked; it stands for who has neither account nor key.</param>
    /// <returns>Nobody where the account is closed or the key is over.</returns>
    public async Task<Asker> FindAsync(string id, Asker then, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (Number(id, AccountPrefix) is { } account)
            return await accounts.FindUserAsync(account, cancel).ConfigureAwait(false) is { Disabled: false } user ? Of(user) : Asker.Nobody;
        if (Number(id, KeyPrefix) is not { } number) return then;
        var key = (await accounts.ListKeysAsync(cancel).ConfigureAwait(false)).FirstOrDefault(k => k.Id == number);
        return key is not null && key.IsValidAt(clock.GetUtcNow().ToUnixTimeMilliseconds()) ? Of(key) : Asker.Nobody;
    }

    /// <summary>As the key sees figures; nobody where it reads none.</summary>
    public static Asker Of(ApiKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        UserRole? role = key.Scopes.HasFlag(KeyScopes.Admin) ? UserRole.Admin : key.Scopes.HasFlag(KeyScopes.Read) ? key.Role ?? UserRole.Editor : null;
        return role is { } reads ? new Asker(key.Name, reads) { OwnUser = key.UserId, Projects = ProjectList.Read(key.Projects) } : Asker.Nobody;
    }

    private static long? Number(string id, string prefix) => id.StartsWith(prefix, StringComparison.Ordinal)
        && long.TryParse(id.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
