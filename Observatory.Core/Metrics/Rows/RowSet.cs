namespace Observatory.Core.Metrics.Rows;

/// <summary>
/// Rows as one moment had them: what is committed meanwhile neither repeats nor drops one. They are read once, while they are enumerated; dispose of it to let
/// go of the moment.
/// </summary>
public sealed class RowSet<T> : IAsyncDisposable
{
    private readonly IAsyncDisposable _moment;

    internal RowSet(IAsyncEnumerable<T> rows, IAsyncDisposable moment) => (Rows, _moment) = (rows, moment);

    public IAsyncEnumerable<T> Rows { get; }

    /// <summary>Null = it is not known before they are read.</summary>
    public long? Count { get; internal init; }

    /// <summary>From when on rows are there, where earlier ones of the range were deleted.</summary>
    public DateTimeOffset? RawSince { get; internal init; }

    /// <summary>The same rows, each as <paramref name="to"/> makes it; it holds the moment in place of this one.</summary>
    internal RowSet<T> Select(Func<T, T> to) => new(Rows.Select(to), _moment) { Count = Count, RawSince = RawSince };

    public ValueTask DisposeAsync() => _moment.DisposeAsync();
}
