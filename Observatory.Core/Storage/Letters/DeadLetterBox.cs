using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Letters;

/// <summary>Letters in the database. The writer adds them; here they are read, tried again and removed, a few rows at a time.</summary>
internal sealed class DeadLetterBox(IDbContextFactory<ObservatoryContext> contexts, IDeadLetterRedrive redrive) : IDeadLetters
{
    private const int MostGroups = 100;
    private const string LinePrefix = "line-";

    public async Task<DeadLetterPage> ListAsync(DeadLetterQuery query, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var letters = db.DeadLetters.AsNoTracking();
        var lines = db.RejectedLines.AsNoTracking();
        var groups = (await letters.GroupBy(l => new { l.Source, l.Reason }).Select(g => new { g.Key.Source, g.Key.Reason, Count = g.LongCount() })
            .ToListAsync(cancel).ConfigureAwait(false))
            .Select(g => new DeadLetterGroup((EventSource)g.Source, g.Reason, g.Count))
            .Concat((await lines.GroupBy(l => l.Reason).Select(g => new { Reason = g.Key, Count = g.LongCount() }).ToListAsync(cancel).ConfigureAwait(false))
                .Select(g => new DeadLetterGroup(EventSource.Transcript, g.Reason, g.Count)))
            .OrderByDescending(g => g.Count).ThenBy(g => g.Reason, StringComparer.Ordinal).ToList();
        if (query.Source is { } source)
        {
            letters = letters.Where(l => l.Source == (int)source);
            if (source != EventSource.Transcript) lines = lines.Where(_ => false);
        }
        if (query.Reason is { } reason)
        {
            letters = letters.Where(l => l.Reason == reason);
            lines = lines.Where(l => l.Reason == reason);
        }
        var total = await letters.LongCountAsync(cancel).ConfigureAwait(false) + await lines.LongCountAsync(cancel).ConfigureAwait(false);
        var items = (await letters.OrderByDescending(l => l.Id).Take(query.Limit).ToListAsync(cancel).ConfigureAwait(false)).Select(Of)
            .Concat((await lines.OrderByDescending(l => l.Id).Take(query.Limit).ToListAsync(cancel).ConfigureAwait(false)).Select(Of))
            .OrderByDescending(l => l.ReceivedAt).Take(query.Limit);
        return new DeadLetterPage([.. items], total, [.. groups.Take(MostGroups)]);
    }

    public async Task<DeadLetter?> FindAsync(string id, CancellationToken cancel = default)
    {
        if (Read(id) is not { } key) return null;
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return key.Line
            ? await db.RejectedLines.AsNoTracking().FirstOrDefaultAsync(l => l.Id == key.Id, cancel).ConfigureAwait(false) is { } line ? Of(line) : null
            : await db.DeadLetters.AsNoTracking().FirstOrDefaultAsync(l => l.Id == key.Id, cancel).ConfigureAwait(false) is { } letter ? Of(letter) : null;
    }

    public async Task<RedriveResult?> RedriveAsync(string id, CancellationToken cancel = default)
    {
        if (await FindAsync(id, cancel).ConfigureAwait(false) is not { } letter || Read(id) is not { } key) return null;
        if (letter.Stuck is { } stuck) return new RedriveResult(false, stuck);
        var reason = await redrive.RedriveAsync(letter.Source, letter.User, letter.Text!, cancel).ConfigureAwait(false);
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        if (reason is null)
        {
            // Committed before the letter goes: a stop in between lets it in twice, and the second time it is known.
            await db.DeadLetters.Where(l => l.Id == key.Id).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
            return new RedriveResult(true, null);
        }
        await db.DeadLetters.Where(l => l.Id == key.Id).ExecuteUpdateAsync(l => l.SetProperty(x => x.Reason, reason), cancel).ConfigureAwait(false);
        return new RedriveResult(false, reason);
    }

    public async Task<int> DiscardAsync(IReadOnlyCollection<string> ids, CancellationToken cancel = default)
    {
        var keys = ids.Select(Read).OfType<(bool Line, int Id)>().ToList();
        var letters = keys.Where(k => !k.Line).Select(k => k.Id).ToArray();
        var lines = keys.Where(k => k.Line).Select(k => k.Id).ToArray();
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var gone = 0;
        if (letters.Length > 0) gone += await db.DeadLetters.Where(l => EF.Parameter(letters).Contains(l.Id)).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        if (lines.Length > 0) gone += await db.RejectedLines.Where(l => EF.Parameter(lines).Contains(l.Id)).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        return gone;
    }

    private static DeadLetter Of(DeadLetterEntity l) => new(
        l.Id.ToString(CultureInfo.InvariantCulture), (EventSource)l.Source, l.EventId, l.Reason, l.Text, l.User,
            DateTimeOffset.FromUnixTimeMilliseconds(l.ReceivedAt), null, null);

    private static DeadLetter Of(RejectedLineEntity l) => new(
        LinePrefix + l.Id.ToString(CultureInfo.InvariantCulture), EventSource.Transcript, null, l.Reason, l.Text, null,
            DateTimeOffset.FromUnixTimeMilliseconds(l.At), l.File, l.Line);

    private static (bool Line, int Id)? Read(string id)
    {
        var line = id.StartsWith(LinePrefix, StringComparison.Ordinal);
        return int.TryParse(id.AsSpan(line ? LinePrefix.Length : 0), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (line, number) : null;
    }
}
