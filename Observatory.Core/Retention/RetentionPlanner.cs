using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Writing;

namespace Observatory.Core.Retention;

/// <summary>Finds what is to go by the settings that hold: in one snapshot, so that what it counts is what it means.</summary>
internal sealed class RetentionPlanner(IReadSnapshots snapshots, IStoreSize size, TimeProvider clock)
{
    public async Task<RetentionPlan> MakeAsync(RetentionSettings settings, CancellationToken cancel)
    {
        await using var snapshot = await snapshots.OpenAsync(cancel).ConfigureAwait(false);
        var db = snapshot.Db;
        var marks = new RowMarks(
            await LastAsync(db.Prompts, cancel).ConfigureAwait(false), await LastAsync(db.Responses, cancel).ConfigureAwait(false),
            await LastAsync(db.ToolCalls, cancel).ConfigureAwait(false), await LastAsync(db.ApiErrors, cancel).ConfigureAwait(false),
            await LastAsync(db.Marks, cancel).ConfigureAwait(false), await LastAsync(db.Events, cancel).ConfigureAwait(false));
        var raw = await FiltersAsync(db, settings, RetentionDatasets.Raw, cancel).ConfigureAwait(false);
        var texts = await FiltersAsync(db, settings, RetentionDatasets.Texts, cancel).ConfigureAwait(false);
        var letters = CutoffOf(settings.Of(RetentionDatasets.DeadLetters).Days);
        var lastLetter = await db.DeadLetters.MaxAsync(l => (int?)l.Id, cancel).ConfigureAwait(false) ?? 0;
        var sizes = await size.ReadAsync(db, cancel).ConfigureAwait(false);
        var tables = new List<PlannedTable>();
        var shares = new Dictionary<string, double>();
        Add(RetentionDatasets.Raw, await CountAsync(db, raw, marks, cancel).ConfigureAwait(false));
        Add(RetentionDatasets.Texts, await CountTextsAsync(db, texts, marks, cancel).ConfigureAwait(false));
        Add(RetentionDatasets.DeadLetters, letters is { } before
            ? await RangeAsync(db.DeadLetters.Where(l => l.ReceivedAt < before && l.Id <= lastLetter).Select(l => l.ReceivedAt), cancel).ConfigureAwait(false)
            : default);
        return new RetentionPlan(CutoffOf(settings.Of(RetentionDatasets.Raw).Days), raw, texts, letters, marks, lastLetter, tables, shares,
            settings.Archive);

        void Add(string dataset, Range range)
        {
            var whole = sizes.Of(dataset);
            var share = whole.Rows > 0 ? Math.Min(1, (double)range.Rows / whole.Rows) : 0;
            shares[dataset] = share;
            tables.Add(new PlannedTable(dataset, range.Rows, (long)(whole.Bytes * share), Time(range.Oldest), Time(range.Newest)));
        }
    }

    private static DateTimeOffset? Time(long? at) => at is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    /// <summary>Unix ms of the start of the first UTC day that is kept; null = all are.</summary>
    private long? CutoffOf(int? days) => days is { } kept
        ? new DateTimeOffset(clock.GetUtcNow().UtcDateTime.Date.AddDays(-kept), TimeSpan.Zero).ToUnixTimeMilliseconds() : null;

    private async Task<List<RowFilter>> FiltersAsync(ObservatoryContext db, RetentionSettings settings, string dataset, CancellationToken cancel)
    {
        var policy = settings.Of(dataset);
        var own = await NumbersAsync(db, NameKind.Project, policy.Projects.Select(p => p.Path), cancel).ConfigureAwait(false);
        var heldProjects = await NumbersAsync(db, NameKind.Project, Names("project"), cancel).ConfigureAwait(false);
        var heldUsers = await NumbersAsync(db, NameKind.User, Names("user"), cancel).ConfigureAwait(false);
        int[] users = [.. heldUsers.Values.Order()];
        var filters = new List<RowFilter>();
        if (CutoffOf(policy.Days) is { } before)
            filters.Add(new RowFilter(before, null, [.. own.Values.Concat(heldProjects.Values).Distinct().Order()], users));
        foreach (var project in policy.Projects)
        {
            if (CutoffOf(project.Days) is not { } other || !own.TryGetValue(project.Path, out var number) || heldProjects.ContainsValue(number)) continue;
            filters.Add(new RowFilter(other, number, [], users));
        }
        return filters;

        IEnumerable<string> Names(string kind) => settings.Holds.Where(h => h.Kind == kind).Select(h => h.Name);
    }

    private static async Task<Dictionary<string, int>> NumbersAsync(
        ObservatoryContext db, NameKind kind, IEnumerable<string> names, CancellationToken cancel)
    {
        var wanted = names.Distinct(StringComparer.Ordinal).ToArray();
        if (wanted.Length == 0) return [];
        return await db.Names.Where(n => n.Kind == kind && wanted.Contains(n.Text)).ToDictionaryAsync(n => n.Text, n => n.Id, cancel).ConfigureAwait(false);
    }

    private static async Task<int> LastAsync<T>(DbSet<T> items, CancellationToken cancel) where T : ItemEntity =>
        await items.IgnoreQueryFilters().MaxAsync(x => (int?)x.Id, cancel).ConfigureAwait(false) ?? 0;

    private static async Task<Range> CountAsync(ObservatoryContext db, IReadOnlyList<RowFilter> filters, RowMarks marks, CancellationToken cancel)
    {
        var all = new Range();
        foreach (var filter in filters)
        {
            all += await Of(db.Prompts, marks.Prompts).ConfigureAwait(false);
            all += await Of(db.Responses, marks.Responses).ConfigureAwait(false);
            all += await Of(db.ToolCalls, marks.ToolCalls).ConfigureAwait(false);
            all += await Of(db.ApiErrors, marks.ApiErrors).ConfigureAwait(false);
            all += await Of(db.Marks, marks.Marks).ConfigureAwait(false);
            all += await Of(db.Events, marks.Events).ConfigureAwait(false);

            Task<Range> Of<T>(DbSet<T> items, int last) where T : ItemEntity =>
                RangeAsync(items.IgnoreQueryFilters().Where(filter.Of<T>(last)).Select(x => x.At), cancel);
        }
        var partners = await RetentionPartners.FindAsync(db, filters, marks, cancel).ConfigureAwait(false);
        return partners.Count == 0 ? all : all + new Range(partners.Count, partners.Values.Min(), partners.Values.Max());
    }

    private static async Task<Range> CountTextsAsync(ObservatoryContext db, IReadOnlyList<RowFilter> filters, RowMarks marks, CancellationToken cancel)
    {
        var all = new Range();
        foreach (var query in filters.SelectMany(f => RetentionTexts.Rows(db, f, marks)))
            all += await RangeAsync(query.Where(x => db.Texts.Any(t => t.Id == x.TextId)).Select(x => x.At), cancel).ConfigureAwait(false);
        return all;
    }

    private static async Task<Range> RangeAsync(IQueryable<long> times, CancellationToken cancel)
    {
        var found = await times.GroupBy(_ => 1).Select(g => new { Rows = g.LongCount(), Oldest = (long?)g.Min(), Newest = (long?)g.Max() })
            .FirstOrDefaultAsync(cancel).ConfigureAwait(false);
        return found is null ? default : new Range(found.Rows, found.Oldest, found.Newest);
    }

    private readonly record struct Range(long Rows, long? Oldest, long? Newest)
    {
        public static Range operator +(Range a, Range b) => new(a.Rows + b.Rows, Least(a.Oldest, b.Oldest), Most(a.Newest, b.Newest));

        private static long? Least(long? a, long? b) => a is null ? b : b is null ? a : Math.Min(a.Value, b.Value);

        private static long? Most(long? a, long? b) => a is null ? b : b is null ? a : Math.Max(a.Value, b.Value);
    }
}
