namespace Observatory.Core.Reports;

/// <summary>A word on a moment or a stretch of time.</summary>
/// <param name="Until">Exclusive end, null = a moment.</param>
/// <param name="Project">Path, null = it concerns all.</param>
public sealed record Note(int Id, DateTimeOffset At, DateTimeOffset? Until, string Text, string? Project, string Author);

/// <summary>Notes that people put on time. Thread-safe.</summary>
public interface INotes
{
    const int LongestText = 500;

    /// <summary>Those that touch the range, in order of time.</summary>
    /// <param name="start">Unix ms, null = from the beginning.</param>
    /// <param name="end">Unix ms, exclusive; null = to the end.</param>
    /// <param name="projects">Those of these and those that concern all; empty = every one.</param>
    Task<IReadOnlyList<Note>> ListAsync(long? start, long? end, IReadOnlyList<string> projects, CancellationToken cancel = default);

    Task<Note?> FindAsync(int id, CancellationToken cancel = default);

    /// <summary>Adds the note (id 0) or replaces the one of that id; null = there is none.</summary>
    Task<Note?> SaveAsync(Note note, CancellationToken cancel = default);

    /// <summary>False = there is none.</summary>
    Task<bool> DeleteAsync(int id, CancellationToken cancel = default);
}
