using Microsoft.EntityFrameworkCore;

namespace Observatory.Core.Storage;

/// <summary>Which form the database has. Thread-safe.</summary>
public sealed class SchemaVersion(IDbContextFactory<ObservatoryContext> contexts)
{
    private volatile string? _known;

    /// <summary>Name of the newest change of form that was applied. It does not change while the program runs.</summary>
    public async Task<string> ReadAsync(CancellationToken cancel = default)
    {
        if (_known is { } known) return known;
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return _known = (await db.Database.GetAppliedMigrationsAsync(cancel).ConfigureAwait(false)).LastOrDefault() ?? "none";
    }
}
