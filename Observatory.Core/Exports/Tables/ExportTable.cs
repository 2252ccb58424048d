using System.Runtime.CompilerServices;

namespace Observatory.Core.Exports.Tables;

/// <summary>
/// One dataset, opened: what every format writes. Its rows are those of one moment, and are read once; dispose of it to let go of the moment.
/// </summary>
/// <param name="request">What was asked.</param>
/// <param name="columns">In order.</param>
/// <param name="rows">Values in the order of the columns.</param>
/// <param name="owner">What holds the moment; null = nothing does.</param>
public sealed class ExportTable(
    ExportRequest request, IReadOnlyList<ExportColumn> columns, IAsyncEnumerable<object?[]> rows, IAsyncDisposable? owner = null) : IAsyncDisposable
{
    private long _rowsRead;
    private double _place;

    public ExportRequest Request => request;

    public IReadOnlyList<ExportColumn> Columns => columns;

    /// <summary>Null = it is not known before they are read.</summary>
    public long? RowCount { get; init; }

    /// <summary>From when on rows are there, where earlier ones of the range were deleted.</summary>
    public DateTimeOffset? RawSince { get; init; }

    /// <summary>Column of the time that rows are in order of; null = they are not.</summary>
    public int? TimeColumn { get; init; }

    /// <summary>Figures of the whole question, for formats that show them; empty for others.</summary>
    public IReadOnlyList<SummaryFigure> Summary { get; set; } = [];

    /// <summary>Of the program that writes.</summary>
    public static string ProgramVersion { get; } = typeof(ExportTable).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <summary>So far. Another thread may ask.</summary>
    public long RowsRead => Volatile.Read(ref _rowsRead);

    /// <summary>About how much of it is read, 0–1. Another thread may ask.</summary>
    public double Place => RowCount switch { 0 => 1, { } all => Math.Min(1, (double)RowsRead / all), _ => Volatile.Read(ref _place) };

    public async IAsyncEnumerable<object?[]> ReadAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        var (start, length) = (request.Query.Range.Start, (double)Math.Max(1, Math.Min(request.Query.Range.End, Asked) - request.Query.Range.Start));
        await foreach (var row in rows.WithCancellation(cancel).ConfigureAwait(false))
        {
            Volatile.Write(ref _rowsRead, _rowsRead + 1);
            if (TimeColumn is { } time && row[time] is DateTimeOffset at) Volatile.Write(ref _place,
                Math.Clamp((at.ToUnixTimeMilliseconds() - start) / length, 0, 1));
            yield return row;
        }
    }

    /// <summary>What lies ahead of the clock is hardly ever there.</summary>
    private long Asked => Math.Max(request.AskedAt.ToUnixTimeMilliseconds(), request.Query.Range.Start + 1);

    public ValueTask DisposeAsync() => owner?.DisposeAsync() ?? ValueTask.CompletedTask;
}
