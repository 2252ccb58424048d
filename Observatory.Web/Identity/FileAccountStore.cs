using System.Text.Json;
using Observatory.Core.Accounts;
using Observatory.Web.Hosting;

namespace Observatory.Web.Identity;

/// <summary>Accounts and keys in one small file of the data directory. Every read gives copies, every change is on disk when it returns.</summary>
internal sealed class FileAccountStore(DataDirectory data) : IAccountStore, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly string _path = data.File("accounts.json");
    private Content? _content;

    public Task<bool> AnyAsync(CancellationToken cancel) => ReadAsync(c => c.Users.Count > 0 || c.Keys.Exists(k => k.RevokedAt is null), cancel);

    public Task<User?> FindUserAsync(string email, CancellationToken cancel)
    {
        var normalized = User.Normalize(email);
        return ReadAsync(c => c.Users.Find(u => u.NormalizedEmail == normalized), cancel);
    }

    public Task<User?> FindUserAsync(long id, CancellationToken cancel) => ReadAsync(c => c.Users.Find(u => u.Id == id), cancel);

    public Task<User> SaveUserAsync(User user, CancellationToken cancel) => ChangeAsync(c =>
    {
        if (user.Id == 0) user.Id = c.Users.Select(u => u.Id).DefaultIfEmpty().Max() + 1;
        c.Users.RemoveAll(u => u.Id == user.Id);
        c.Users.Add(Copy(user)!);
        return user;
    }, cancel);

    public Task<ApiKey?> FindKeyAsync(ReadOnlyMemory<byte> hash, CancellationToken cancel) =>
        ReadAsync(c => c.Keys.Find(k => hash.Span.SequenceEqual(k.Hash)), cancel);

    public async Task<IReadOnlyList<ApiKey>> ListKeysAsync(CancellationToken cancel) => (await ReadAsync(c => c.Keys, cancel))!;

    public Task<ApiKey> SaveKeyAsync(ApiKey key, CancellationToken cancel) => ChangeAsync(c =>
    {
        if (key.Id == 0) key.Id = c.Keys.Select(k => k.Id).DefaultIfEmpty().Max() + 1;
        c.Keys.RemoveAll(k => k.Id == key.Id);
        c.Keys.Add(Copy(key)!);
        return key;
    }, cancel);

    public Task DeleteKeyAsync(long id, CancellationToken cancel) => ChangeAsync(c => c.Keys.RemoveAll(k => k.Id == id), cancel);

    public void Dispose() => _gate.Dispose();

    private async Task<T?> ReadAsync<T>(Func<Content, T?> read, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            return Copy(read(_content ??= Load()));
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<T> ChangeAsync<T>(Func<Content, T> change, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            // On a copy: where writing fails, memory still agrees with the disk.
            var next = Copy(_content ??= Load())!;
            var result = change(next);
            DataDirectory.WriteClosed(_path, JsonSerializer.Serialize(next));
            _content = next;
            return result;
        }
        finally
        {
            _gate.Release();
        }
    }

    private Content Load() => File.Exists(_path) ? JsonSerializer.Deserialize<Content>(File.ReadAllText(_path)) ?? new() : new();

    private static T? Copy<T>(T? value) => JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(value));

    private sealed class Content
    {
        public List<User> Users { get; set; } = [];

        public List<ApiKey> Keys { get; set; } = [];
    }
}
