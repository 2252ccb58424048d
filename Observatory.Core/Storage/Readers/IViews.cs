namespace Observatory.Core.Storage.Readers;

/// <summary>A page as somebody left it.</summary>
/// <param name="Path">Of the page.</param>
/// <param name="Query">Of its address, without the question mark.</param>
/// <param name="IsShared">Everybody sees it in the list.</param>
public sealed record SavedView(
    long Id, string Owner, string Name, string Path, string Query, bool IsShared, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt);

/// <summary>What a view is to be.</summary>
public sealed record ViewDraft(string Name, string Path, string Query, bool IsShared)
{
    public const int LongestName = 120;
    public const int LongestPath = 512;
    public const int LongestQuery = 8_000;
}

/// <summary>Saved views. Each has an owner, who alone changes it; those that are shared are seen by everybody. Thread-safe.</summary>
public interface IViews
{
    /// <summary>Own ones and shared ones, by name.</summary>
    Task<IReadOnlyList<SavedView>> ListAsync(string reader, CancellationToken cancel = default);

    /// <summary>Null = there is none of this id that the reader may see.</summary>
    Task<SavedView?> FindAsync(long id, string reader, CancellationToken cancel = default);

    Task<SavedView> AddAsync(ViewDraft draft, string owner, CancellationToken cancel = default);

    /// <summary>Null = the reader has none of this id.</summary>
    Task<SavedView?> ChangeAsync(long id, ViewDraft draft, string owner, CancellationToken cancel = default);

    /// <summary>False = the reader has none of this id.</summary>
    Task<bool> RemoveAsync(long id, string owner, CancellationToken cancel = default);
}
