using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Reports;

/// <summary>Notes in the database.</summary>
internal sealed class NoteStore(IDbContextFactory<ObservatoryContext> contexts, TimeProvider clock) : INotes
{
    private const int MostListed = 1_000;

    public async Task<IReadOnlyList<Note>> ListAsync(long? start, long? end, IReadOnlyList<string> projects, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var notes = db.Notes.AsQueryable();
        if (end is { } before) notes = notes.Where(n => n.At < before);
        if (start is { } from) notes = notes.Where(n => (n.Until ?? n.At + 1) > from);
        if (projects.Count > 0)
        {
            var wanted = projects.ToArray();
            notes = notes.Where(n => n.Project == null || EF.Parameter(wanted).Contains(n.Project));
        }
        return [.. (await notes.OrderBy(n => n.At).ThenBy(n => n.Id).Take(MostListed).ToListAsync(cancel).ConfigureAwait(false)).Select(Read)];
    }

    public async Task<Note?> FindAsync(int id, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.Notes.FirstOrDefaultAsync(n => n.Id == id, cancel).ConfigureAwait(false) is { } row ? Read(row) : null;
    }

    public async Task<Note?> SaveAsync(Note note, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(note);
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var row = note.Id == 0 ? new NoteEntity() : await db.Notes.FirstOrDefaultAsync(n => n.Id == note.Id, cancel).ConfigureAwait(false);
        if (row is null) return null;
        (row.At, row.Until) = (note.At.ToUnixTimeMilliseconds(), note.Until?.ToUnixTimeMilliseconds());
        (row.Text, row.Project, row.Author, row.ChangedAt) = (note.Text, note.Project, note.Author, clock.GetUtcNow().ToUnixTimeMilliseconds());
        if (note.Id == 0) db.Notes.Add(row);
        else db.Notes.Update(row);
        await db.SaveChangesAsync(cancel).ConfigureAwait(false);
        return Read(row);
    }

    public async Task<bool> DeleteAsync(int id, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.Notes.Where(n => n.Id == id).ExecuteDeleteAsync(cancel).ConfigureAwait(false) > 0;
    }

    private static Note Read(NoteEntity row) => new(
        row.Id, DateTimeOffset.FromUnixTimeMilliseconds(row.At), row.Until is { } until ? DateTimeOffset.FromUnixTimeMilliseconds(until) : null, row.Text,
        row.Project, row.Author);
}
