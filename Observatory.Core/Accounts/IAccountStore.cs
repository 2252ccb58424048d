namespace Observatory.Core.Accounts;

/// <summary>
/// Where accounts and keys are kept. Thread-safe. What it returns is a copy: changes count only through the methods here, and are
/// durable when these return.
/// </summary>
public interface IAccountStore
{
    /// <summary>Some account or valid key exists: the program may be reached from other machines.</summary>
    Task<bool> AnyAsync(CancellationToken cancel = default);

    /// <summary>Some account exists that may sign in.</summary>
    Task<bool> AnyUserAsync(CancellationToken cancel = default);

    /// <param name="email">In any case.</param>
    Task<User?> FindUserAsync(string email, CancellationToken cancel = default);

    Task<User?> FindUserAsync(long id, CancellationToken cancel = default);

    /// <summary>By what a provider calls somebody.</summary>
    Task<User?> FindExternalAsync(string issuer, string subject, CancellationToken cancel = default);

    /// <summary>The oldest account of an administrator that may sign in, null = there is none.</summary>
    Task<User?> FirstAdminAsync(CancellationToken cancel = default);

    /// <summary>By address.</summary>
    Task<IReadOnlyList<User>> ListUsersAsync(CancellationToken cancel = default);

    /// <param name="hash">SHA-256 of the token of an invitation.</param>
    Task<User?> FindInvitedAsync(byte[] hash, CancellationToken cancel = default);

    /// <returns>False = there was none of this id.</returns>
    Task<bool> DeleteUserAsync(long id, CancellationToken cancel = default);

    /// <summary>Adds the account (<see cref="User.Id"/> 0) or replaces the one of that id; gives it back with its id.</summary>
    Task<User> SaveUserAsync(User user, CancellationToken cancel = default);

    /// <param name="hash">SHA-256 of the key.</param>
    Task<ApiKey?> FindKeyAsync(ReadOnlyMemory<byte> hash, CancellationToken cancel = default);

    Task<IReadOnlyList<ApiKey>> ListKeysAsync(CancellationToken cancel = default);

    /// <summary>Adds the key (<see cref="ApiKey.Id"/> 0) or replaces the one of that id; gives it back with its id.</summary>
    Task<ApiKey> SaveKeyAsync(ApiKey key, CancellationToken cancel = default);

    /// <summary>Notes when the key was used, and changes nothing else of it.</summary>
    /// <param name="at">Unix ms.</param>
    Task NoteKeyUseAsync(long id, long at, CancellationToken cancel = default);

    Task DeleteKeyAsync(long id, CancellationToken cancel = default);
}
