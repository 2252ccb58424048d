using Observatory.Core.Storage.Aliases;

namespace Observatory.Tests.Support;

/// <summary>Every name stands for itself.</summary>
internal sealed class NoAliases : IAliases
{
    public long Version => 0;

    public IReadOnlyDictionary<int, int> Map { get; } = new Dictionary<int, int>();

    public Task LoadAsync(CancellationToken cancel = default) => Task.CompletedTask;

    public Task<IReadOnlyList<Alias>> ListAsync(CancellationToken cancel = default) => Task.FromResult<IReadOnlyList<Alias>>([]);

    public Task<string?> MergeAsync(string name, string into, CancellationToken cancel = default) => Task.FromResult<string?>("none");

    public Task<bool> UndoAsync(string name, CancellationToken cancel = default) => Task.FromResult(false);
}
