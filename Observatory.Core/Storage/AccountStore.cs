using Microsoft.EntityFrameworkCore;
using Observatory.Core.Accounts;

namespace Observatory.Core.Storage;

/// <summary>Accounts and keys in the database.</summary>
internal sealed class AccountStore(IDbContextFactory<ObservatoryContext> contexts, INarrowReads reads) : IAccountStore
{
    private readonly KeyCache _keys = new();

    public async Task<bool> AnyAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.Accounts.AnyAsync(cancel).ConfigureAwait(false) || await db.ApiKeys.AnyAsync(k => k.RevokedAt == null, cancel).ConfigureAwait(false);
    }

    public async Task<bool> AnyUserAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.Accounts.AnyAsync(u => !u.Disabled, cancel).ConfigureAwait(false);
    }

    public async Task<User?> FindUserAsync(string email, CancellationToken cancel = default)
    {
        var normalized = User.Normalize(email);
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.Accounts.FirstOrDefaultAsync(u => u.NormalizedEmail == normalized, cancel).ConfigureAwait(false);
    }

    public async Task<User?> FindUserAsync(long id, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.Accounts.FirstOrDefaultAsync(u => u.Id == id, cancel).ConfigureAwait(false);
    }

    public async Task<User?> FindExternalAsync(string issuer, string subject, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.Accounts.FirstOrDefaultAsync(u => u.ExternalIssuer == issuer && u.ExternalSubject == subject, cancel).ConfigureAwait(false);
    }

    public async Task<User?> FirstAdminAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.Accounts.Where(u => u.Role == UserRole.Admin && !u.Disabled).OrderBy(u => u.Id).FirstOrDefaultAsync(cancel).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<User>> ListUsersAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.Accounts.OrderBy(u => u.NormalizedEmail).ToListAsync(cancel).ConfigureAwait(false);
    }

    public async Task<User?> FindInvitedAsync(byte[] hash, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.Accounts.FirstOrDefaultAsync(u => u.InviteHash == hash, cancel).ConfigureAwait(false);
    }

    public async Task<bool> DeleteUserAsync(long id, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.Accounts.Where(u => u.Id == id).ExecuteDeleteAsync(cancel).ConfigureAwait(false) > 0;
    }

    public async Task<User> SaveUserAsync(User user, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        if (user.Id == 0) db.Accounts.Add(user);
        else db.Accounts.Update(user);
        await db.SaveChangesAsync(cancel).ConfigureAwait(false);
        return user;
    }

    public Task<ApiKey?> FindKeyAsync(ReadOnlyMemory<byte> hash, CancellationToken cancel = default) =>
        Task.FromResult(hash.IsEmpty ? null : _keys.Find(hash.Span, () => reads.Keys(hash.Span).FirstOrDefault()));

    public Task<IReadOnlyList<ApiKey>> ListKeysAsync(CancellationToken cancel = default) => Task.FromResult<IReadOnlyList<ApiKey>>(reads.Keys([]));

    public async Task<ApiKey> SaveKeyAsync(ApiKey key, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        if (key.Id == 0) db.ApiKeys.Add(key);
        else db.ApiKeys.Update(key);
        try
        {
            await db.SaveChangesAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            _keys.Clear();
        }
        return key;
    }

    public async Task NoteKeyUseAsync(long id, long at, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        await db.ApiKeys.Where(k => k.Id == id && (k.LastUsedAt == null || k.LastUsedAt < at))
            .ExecuteUpdateAsync(k => k.SetProperty(x => x.LastUsedAt, at), cancel).ConfigureAwait(false);
        _keys.Clear();
    }

    public async Task DeleteKeyAsync(long id, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        try
        {
            await db.ApiKeys.Where(k => k.Id == id).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            _keys.Clear();
        }
    }
}
