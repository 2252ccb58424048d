using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>The figures with which a row of a call counts, made of what its own source said and, where there is one, of the report that stands in for it.
/// Writer only.</summary>
internal static class CallFigures
{
    /// <param name="row">The row to set.</param>
    /// <param name="parts">Rows of lines that are part of the same response: of each figure the largest counts.</param>
    /// <param name="report">The OpenTelemetry event of the same call: each figure is its, else the row's own.</param>
    public static void Set(ResponseEntity row, ResponseEntity? report, IReadOnlyList<ResponseEntity> parts, ModelNames models)
    {
        if (row.Kind == (int)CallKind.Total) return;
        var from = report ?? row;
        // A report that names the model by an alias names it less well than the line.
        row.ModelId = from.OwnModelId != 0 && (report is null || row.OwnModelId == 0 || !models.IsAlias(from.OwnModelId)) ? from.OwnModelId : row.OwnModelId;
        row.SpeedId = from.OwnSpeedId != 0 ? from.OwnSpeedId : row.OwnSpeedId;
        (row.Input, row.Output, row.CacheRead) = (from.OwnInput, from.OwnOutput, from.OwnCacheRead);
        var writes = Writes(from);
        if (report is null && parts.Count > 0) Raise(row, parts, ref writes);
        // Older clients report no split of cache writes; what their transcript says of it holds, as far as there are writes.
        var hasSplit = report is null || from.CacheWriteSplit5m + from.OwnCacheWrite1h > 0;
        row.CacheWrite1h = hasSplit ? OneHour(from, report is null ? parts : []) : Math.Min(row.OwnCacheWrite1h, writes);
        row.CacheWrite5m = writes - row.CacheWrite1h;
        if (row.Kind != (int)CallKind.Lines) return;
        (row.ClientCost, row.DurationMs, row.FirstTokenMs) = (report?.ClientCost, report?.DurationMs, report?.FirstTokenMs);
        const int Otlp = 1 << (int)EventSource.Otlp;
        row.Sources = report is null ? row.Sources & ~Otlp : row.Sources | Otlp;
    }

    private static void Raise(ResponseEntity row, IReadOnlyList<ResponseEntity> parts, ref long writes)
    {
        foreach (var part in parts)
        {
            row.Input = Math.Max(row.Input, part.OwnInput);
            row.Output = Math.Max(row.Output, part.OwnOutput);
            row.CacheRead = Math.Max(row.CacheRead, part.OwnCacheRead);
            writes = Math.Max(writes, Writes(part));
        }
    }

    private static long OneHour(ResponseEntity row, IReadOnlyList<ResponseEntity> parts)
    {
        var most = row.OwnCacheWrite1h;
        for (var i = 0; i < parts.Count; i++) most = Math.Max(most, parts[i].OwnCacheWrite1h);
        return most;
    }

    /// <summary>Running totals of touched conversations: each point counts what its series has grown since the point before.</summary>
    public static void SetTotals(WriterState state)
    {
        var points = new List<ResponseEntity>();
        foreach (var (_, row) in state.Responses.Changes)
        {
            if (row.Kind == (int)CallKind.Total) points.Add(row);
        }
        if (points.Count == 0) return;
        foreach (var point in points) state.Conversations.State(point.ConversationId).Put(point);
        foreach (var conversation in points.Select(p => p.ConversationId).Distinct())
        {
            foreach (var series in state.Conversations.State(conversation).Responses.Where(r => r.Report.Kind == CallKind.Total).GroupBy(r => r.Report.Request))
            {
                var before = state.Gone.CarryOf(conversation)?.Totals.GetValueOrDefault(series.Key) ?? 0;
                foreach (var point in series.OrderBy(r => r.First).ThenBy(r => r.Report.High).ThenBy(r => r.Report.Low))
                {
                    if (!state.Gone.IsFrozen(conversation, point.First)) SetGrowth(state.Responses.Get(point.Id), Math.Max(0, point.Report.Amount - before));
                    before = Math.Max(before, point.Report.Amount);
                }
            }
        }
    }

    private static void SetGrowth(ResponseEntity row, long growth)
    {
        row.ModelId = row.OwnModelId;
        row.Input = row.OwnInput > 0 ? growth : 0;
        row.Output = row.OwnOutput > 0 ? growth : 0;
        row.CacheWrite5m = row.CacheWriteField > 0 ? growth : 0;
        row.CacheRead = row.OwnCacheRead > 0 ? growth : 0;
    }

    private static long Writes(ResponseEntity row) => ResponseParts.Writes(row);
}
