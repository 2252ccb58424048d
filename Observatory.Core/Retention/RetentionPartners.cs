using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Writing;

namespace Observatory.Core.Retention;

/// <summary>What counts as one with a row that goes, and is itself of a later time or another project, goes too.</summary>
internal static class RetentionPartners
{
    /// <summary>Reports of one call are told within a day or two of it.</summary>
    private static readonly long s_near = (long)TimeSpan.FromDays(2).TotalMilliseconds;

    /// <summary>Numbers and times (Unix ms) of responses that no filter means.</summary>
    public static async Task<Dictionary<int, long>> FindAsync(
        ObservatoryContext db, IReadOnlyList<RowFilter> filters, RowMarks marks, CancellationToken cancel)
    {
        var links = new Dictionary<int, List<ResponseKey>>();
        var rows = new Dictionary<int, ResponseKey>();
        foreach (var border in filters.Select(f => f.Before).Distinct())
        {
            var (from, to) = (border - s_near, border + s_near);
            var reports = await db.Responses.IgnoreQueryFilters().Where(r => r.CallId != 0 && r.At >= from && r.At < to)
                .Select(r => new ResponseKey(r.Id, r.CallId, r.At, r.ProjectId, r.UserId)).ToListAsync(cancel).ConfigureAwait(false);
            var calls = await db.Responses.IgnoreQueryFilters().Where(r => r.At >= from && r.At < to && r.CallId == 0)
                .Select(r => new ResponseKey(r.Id, 0, r.At, r.ProjectId, r.UserId)).ToListAsync(cancel).ConfigureAwait(false);
            foreach (var row in reports.Concat(calls)) rows[row.Id] = row;
        }
        foreach (var row in rows.Values.Where(r => r.CallId != 0 && rows.ContainsKey(r.CallId)))
        {
            Link(row.Id, rows[row.CallId]);
            Link(row.CallId, row);
        }
        var open = new Queue<ResponseKey>(rows.Values.Where(Goes));
        var extra = new Dictionary<int, long>();
        while (open.TryDequeue(out var row))
        {
            foreach (var other in links.GetValueOrDefault(row.Id) ?? [])
            {
                if (!Goes(other) && extra.TryAdd(other.Id, other.At)) open.Enqueue(other);
            }
        }
        return extra;

        bool Goes(ResponseKey r) => r.Id <= marks.Responses && filters.Any(f => f.Holds(r.At, r.Project, r.User));

        void Link(int from, ResponseKey to)
        {
            if (!links.TryGetValue(from, out var list)) links[from] = list = [];
            list.Add(to);
        }
    }

    private sealed record ResponseKey(int Id, int CallId, long At, int Project, int User);
}
