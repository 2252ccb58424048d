using Observatory.Core.Exports.Tables;

namespace Observatory.Core.Exports;

/// <summary>One way to write a table as a file. Thread-safe: it keeps nothing of what it wrote.</summary>
public abstract class ExportFormat
{
    /// <summary>As parameters have it: <c>csv</c>.</summary>
    public abstract string Name { get; }

    /// <summary>For people.</summary>
    public abstract string Title { get; }

    /// <summary>Of the file, without the dot.</summary>
    public abstract string Ending { get; }

    public abstract string ContentType { get; }

    /// <summary>It shows the figures of the whole question too.</summary>
    public virtual bool HasSummary => false;

    /// <summary>
    /// Writes all rows as they come, so that their number costs no memory, and leaves <paramref name="output"/> open. What was written before it failed is no
    /// file.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public abstract Task WriteAsync(ExportTable table, Stream output, CancellationToken cancel = default);
}
