using CsvHelper;

namespace Observatory.Core.Exports.Csv;

/// <param name="Name">Header.</param>
/// <param name="Value">Text, number, instant (<see cref="DateTimeOffset"/>, written as UTC) or null (an empty field).</param>
public sealed record CsvColumn<T>(string Name, Func<T, object?> Value);

/// <summary>Writes rows as CSV: RFC 4180, UTF-8 without a mark, a header line, rows as they come so that length costs no memory.</summary>
public sealed class CsvTable<T>(params CsvColumn<T>[] columns)
{
    public IReadOnlyList<CsvColumn<T>> Columns { get; } = columns;

    /// <summary>Leaves <paramref name="output"/> open.</summary>
    public async Task WriteAsync(Stream output, IAsyncEnumerable<T> rows, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var csv = CsvWriter.Create(output, CsvWriterOptions.Default, leaveOpen: true);
        await using (csv.ConfigureAwait(false))
        {
            foreach (var column in Columns) csv.WriteField(column.Name);
            await csv.EndRecordAsync(cancel).ConfigureAwait(false);
            // The first byte at once: who downloads sees that it works.
            await csv.FlushAsync(cancel).ConfigureAwait(false);
            await foreach (var row in rows.WithCancellation(cancel).ConfigureAwait(false))
            {
                foreach (var column in Columns)
                {
                    var text = CsvText.Of(column.Value(row));
                    csv.WriteField(text, CsvText.NeedsQuotes(text) ? CsvQuoting.Always : CsvQuoting.WhenNeeded);
                }
                await csv.EndRecordAsync(cancel).ConfigureAwait(false);
            }
        }
    }
}
