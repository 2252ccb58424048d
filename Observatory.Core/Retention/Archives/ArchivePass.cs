using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Writing;
using Observatory.Core.Time;

namespace Observatory.Core.Retention.Archives;

/// <summary>
/// Writes what a plan names, one file a dataset and UTC day. A file has its name once it is on the disk, was read again and holds what was written. It is done
/// anew from the beginning wherever it was cut off; days that are written are looked through and kept.
/// </summary>
internal sealed class ArchivePass(IDbContextFactory<ObservatoryContext> contexts, ArchiveFolder folder, SchemaVersion schema, TimeProvider clock)
{
    /// <exception cref="InvalidDataException">What was written could not be read again.</exception>
    public async IAsyncEnumerable<ArchiveManifest> RunAsync(RetentionPlan plan, string planId, [EnumeratorCancellation] CancellationToken cancel)
    {
        folder.RemoveParts();
        IReadOnlyList<int> errors;
        Dictionary<int, long> partners;
        await using (var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false))
        {
            partners = await RetentionPartners.FindAsync(db, plan.Raw, plan.Marks, cancel).ConfigureAwait(false);
            errors = await ArchiveSource.AttemptsAsync(db, plan, cancel).ConfigureAwait(false);
        }
        var source = new ArchiveSource(contexts, plan, partners, errors);
        foreach (var dataset in RetentionDatasets.Planned)
        {
            foreach (var day in await source.DaysAsync(dataset, cancel).ConfigureAwait(false))
            {
                if (await OneAsync(source, dataset, day, ArchiveFolder.IdOf(dataset, day, planId), cancel).ConfigureAwait(false) is { } written)
                    yield return written;
            }
        }
    }

    private async Task<ArchiveManifest?> OneAsync(ArchiveSource source, string dataset, long day, string id, CancellationToken cancel)
    {
        if (folder.Find(id) is { } there && ArchiveReader.Verify(folder.FileOf(id), there, cancel).Ok) return there;
        var head = new ArchiveHead(ArchiveKinds.Format, dataset, id, await schema.ReadAsync(cancel).ConfigureAwait(false));
        ArchiveManifest manifest;
        using (var file = new ArchiveFileWriter(folder.Create(id), head))
        {
            await source.WriteAsync(file, dataset, day, cancel).ConfigureAwait(false);
            var (rows, (bytes, hash)) = (file.Rows, file.Finish());
            var start = DateTimeOffset.FromUnixTimeMilliseconds(day * BucketClock.Day);
            manifest = new ArchiveManifest(id, dataset, start, start.AddDays(1), rows, bytes, hash, head.Schema, head.Format, clock.GetUtcNow());
        }
        // What the plan counted may have gone in another way meanwhile.
        if (manifest.Rows == 0)
        {
            folder.RemoveParts();
            return null;
        }
        var verdict = ArchiveReader.Verify(folder.PartOf(id), manifest, cancel);
        if (!verdict.Ok) throw new InvalidDataException($"The archive {id} could not be read again, and nothing was deleted. {verdict.Reason}");
        folder.Finish(manifest);
        return manifest;
    }
}

/// <summary>The rows that a plan names, by day.</summary>
/// <param name="partners">Responses that go with others: number and time.</param>
/// <param name="attempts">Failed calls that go with others.</param>
internal sealed class ArchiveSource(
    IDbContextFactory<ObservatoryContext> contexts, RetentionPlan plan, Dictionary<int, long> partners, IReadOnlyList<int> attempts)
{
    private const int AtOnce = 1_000;

    /// <summary>A failed call that two sources tell of is two rows, which go together (<see cref="Removal"/>).</summary>
    public static async Task<IReadOnlyList<int>> AttemptsAsync(ObservatoryContext db, RetentionPlan plan, CancellationToken cancel)
    {
        var found = new HashSet<int>();
        foreach (var filter in plan.Raw)
        {
            var both = await db.ApiErrors.IgnoreQueryFilters().Where(filter.Of<ApiErrorEntity>(plan.Marks.ApiErrors))
                .Where(x => (x.Sources & (x.Sources - 1)) != 0).ToListAsync(cancel).ConfigureAwait(false);
            foreach (var row in both)
            {
                var others = await db.ApiErrors.IgnoreQueryFilters().Where(x => x.ConversationId == row.ConversationId).ToListAsync(cancel)
                    .ConfigureAwait(false);
                foreach (var other in others.Where(o => Removal.IsToldBy(o, row) || Removal.IsToldBy(row, o))) found.Add(other.Id);
            }
        }
        return [.. found];
    }

    /// <summary>Days since 1970-01-01 that have something, in order.</summary>
    public async Task<IReadOnlyCollection<long>> DaysAsync(string dataset, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var days = new SortedSet<long>();
        foreach (var times in dataset switch
        {
            RetentionDatasets.Raw => plan.Raw.SelectMany(f => RawTimes(db, f)),
            RetentionDatasets.Texts => plan.Texts.SelectMany(f => RetentionTexts.Rows(db, f, plan.Marks)).Select(q => q.Select(x => x.At)),
            _ => [Letters(db).Select(l => l.ReceivedAt)],
        })
        {
            foreach (var day in await times.Select(at => at / BucketClock.Day).Distinct().ToListAsync(cancel).ConfigureAwait(false)) days.Add(day);
        }
        if (dataset != RetentionDatasets.Raw) return days;
        foreach (var at in partners.Values) days.Add(at / BucketClock.Day);
        foreach (var at in await db.ApiErrors.IgnoreQueryFilters().Where(x => attempts.Contains(x.Id)).Select(x => x.At).ToListAsync(cancel)
            .ConfigureAwait(false)) days.Add(at / BucketClock.Day);
        return days;
    }

    public async Task WriteAsync(ArchiveFileWriter file, string dataset, long day, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        await using var look = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        // As the days are found: by a division that leaves the rest.
        switch (dataset)
        {
            case RetentionDatasets.Raw:
                await RawAsync(file, db, look, day, cancel).ConfigureAwait(false);
                break;
            case RetentionDatasets.Texts:
                foreach (var rows in plan.Texts.SelectMany(f => RetentionTexts.Rows(db, f, plan.Marks)))
                    await TextsAsync(file, rows.Where(x => x.At / BucketClock.Day == day), look, cancel).ConfigureAwait(false);
                break;
            default:
                await foreach (var letter in Letters(db).Where(l => l.ReceivedAt / BucketClock.Day == day).AsAsyncEnumerable().WithCancellation(cancel)
                    .ConfigureAwait(false)) file.Row(ArchiveKinds.Letter, letter);
                break;
        }
    }

    private IQueryable<DeadLetterEntity> Letters(ObservatoryContext db)
    {
        var (before, last) = (plan.LettersBefore ?? long.MinValue, plan.LastLetter);
        return db.DeadLetters.Where(l => l.ReceivedAt < before && l.Id <= last);
    }

    private IEnumerable<IQueryable<long>> RawTimes(ObservatoryContext db, RowFilter filter)
    {
        var marks = plan.Marks;
        return
        [
            Of(db.Prompts, marks.Prompts), Of(db.Responses, marks.Responses), Of(db.ToolCalls, marks.ToolCalls), Of(db.ApiErrors, marks.ApiErrors),
            Of(db.Marks, marks.Marks), Of(db.Events, marks.Events),
        ];

        IQueryable<long> Of<T>(DbSet<T> items, int last) where T : ItemEntity => Meant(items, filter, last).Select(x => x.At);
    }

    private static IQueryable<T> Meant<T>(DbSet<T> items, RowFilter filter, int last) where T : ItemEntity =>
        items.IgnoreQueryFilters().Where(filter.Of<T>(last));

    private async Task RawAsync(ArchiveFileWriter file, ObservatoryContext db, ObservatoryContext look, long day, CancellationToken cancel)
    {
        var (start, end, seen) = (day * BucketClock.Day, (day + 1) * BucketClock.Day, new HashSet<(string, int)>());
        foreach (var filter in plan.Raw)
        {
            await Of(ArchiveKinds.Prompt, db.Prompts, plan.Marks.Prompts).ConfigureAwait(false);
            await Of(ArchiveKinds.Response, db.Responses, plan.Marks.Responses).ConfigureAwait(false);
            await Of(ArchiveKinds.ToolCall, db.ToolCalls, plan.Marks.ToolCalls).ConfigureAwait(false);
            await Of(ArchiveKinds.ApiError, db.ApiErrors, plan.Marks.ApiErrors).ConfigureAwait(false);
            await Of(ArchiveKinds.Mark, db.Marks, plan.Marks.Marks).ConfigureAwait(false);
            await Of(ArchiveKinds.Event, db.Events, plan.Marks.Events).ConfigureAwait(false);

            Task Of<T>(string kind, DbSet<T> items, int last) where T : ItemEntity =>
                RowsAsync(kind, Meant(items, filter, last).Where(x => x.At >= start && x.At < end));
        }
        var more = partners.Where(p => p.Value >= start && p.Value < end).Select(p => p.Key).ToArray();
        if (more.Length > 0)
            await RowsAsync(ArchiveKinds.Response, db.Responses.IgnoreQueryFilters().Where(x => more.Contains(x.Id))).ConfigureAwait(false);
        if (attempts.Count > 0)
        {
            await RowsAsync(ArchiveKinds.ApiError, db.ApiErrors.IgnoreQueryFilters().Where(x => attempts.Contains(x.Id) && x.At >= start && x.At < end))
                .ConfigureAwait(false);
        }

        async Task RowsAsync<T>(string kind, IQueryable<T> rows) where T : ItemEntity
        {
            var some = new List<T>(AtOnce);
            await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancel).ConfigureAwait(false))
            {
                if (!seen.Add((kind, row.Id))) continue;
                some.Add(row);
                if (some.Count < AtOnce) continue;
                await SomeAsync(kind, some).ConfigureAwait(false);
            }
            await SomeAsync(kind, some).ConfigureAwait(false);
        }

        async Task SomeAsync<T>(string kind, List<T> some) where T : ItemEntity
        {
            if (some.Count == 0) return;
            await NamesAsync(file, look, some, cancel).ConfigureAwait(false);
            var texts = some.SelectMany(ArchiveNames.TextsOf).Distinct().ToArray();
            foreach (var text in await look.Texts.Where(t => texts.Contains(t.Id)).ToListAsync(cancel).ConfigureAwait(false))
                file.Text(text.Id, null, text.Body);
            foreach (var row in some) file.Row(kind, row);
            some.Clear();
        }
    }

    private static async Task NamesAsync<T>(ArchiveFileWriter file, ObservatoryContext look, List<T> rows, CancellationToken cancel) where T : ItemEntity
    {
        var names = rows.SelectMany(ArchiveNames.Of).Where(id => id != 0 && !file.HasName(id)).Distinct().ToArray();
        if (names.Length > 0)
        {
            foreach (var name in await look.Names.Where(n => names.Contains(n.Id)).ToListAsync(cancel).ConfigureAwait(false))
                file.Name(name.Id, (int)name.Kind, name.Text);
        }
        var sessions = rows.Select(r => r.ConversationId).Where(id => id != 0 && !file.HasSession(id)).Distinct().ToArray();
        if (sessions.Length == 0) return;
        foreach (var session in await look.Conversations.Where(c => sessions.Contains(c.Id)).Select(c => new { c.Id, c.SessionId }).ToListAsync(cancel)
            .ConfigureAwait(false)) file.Session(session.Id, session.SessionId);
    }

    private static async Task TextsAsync(ArchiveFileWriter file, IQueryable<TextOfRow> rows, ObservatoryContext look, CancellationToken cancel)
    {
        foreach (var some in (await rows.ToListAsync(cancel).ConfigureAwait(false)).DistinctBy(r => r.TextId).OrderBy(r => r.TextId).Chunk(AtOnce))
        {
            var (ids, times) = (some.Select(r => r.TextId).ToArray(), some.ToDictionary(r => r.TextId, r => r.At));
            foreach (var text in await look.Texts.Where(t => ids.Contains(t.Id)).OrderBy(t => t.Id).ToListAsync(cancel).ConfigureAwait(false))
                file.Text(text.Id, times[text.Id], text.Body);
        }
    }
}

/// <summary>Which numbers of a row stand for names and texts.</summary>
internal static class ArchiveNames
{
    public static IEnumerable<int> Of(ItemEntity row)
    {
        // Below 0 it is the name of an installation.
        int[] common = [row.UserId, Math.Abs(row.OwnUserId), row.ProjectId, row.FolderId ?? 0, row.BranchId, row.VersionId, row.AgentId];
        return row switch
        {
            ResponseEntity r => [.. common, r.ModelId, r.OwnModelId, r.SpeedId, r.OwnSpeedId, r.TierId, r.RegionId],
            ToolCallEntity t => [.. common, t.ToolId, t.ModelId, t.StartedAgentId],
            EventEntity e => [.. common, e.TypeId, e.ModelId, e.ToolId],
            _ => common,
        };
    }

    public static IEnumerable<int> TextsOf(ItemEntity row) => (row switch
    {
        PromptEntity p => [p.TextId],
        ToolCallEntity t => [t.TargetId, t.OutputId],
        ApiErrorEntity e => [e.TextId],
        _ => Array.Empty<int?>(),
    }).OfType<int>();
}
