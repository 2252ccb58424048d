using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Observatory.Core.Metrics;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;

namespace Observatory.Tests.Support;

/// <summary>
/// Everything that a core answers, as one text: equal data must give equal bytes. Left out is what says in which order things were first
/// seen (row numbers, colours).
/// </summary>
internal static class FigureImage
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    public static async Task<string> OfAsync(CoreHost core, DateTimeOffset start, DateTimeOffset end) =>
        await AnswersOfAsync(core, start, end) + await RollupsAsync(core);

    /// <summary>Answers without the roll-ups that they come from.</summary>
    public static async Task<string> AnswersOfAsync(CoreHost core, DateTimeOffset start, DateTimeOffset end)
    {
        var image = new StringBuilder();
        void Add(object? value) => image.AppendLine(JsonSerializer.Serialize(value, s_json));

        foreach (var zone in new[] { "UTC", "Asia/Kathmandu" })
        {
            var query = Compare.Query(start, end, zone);
            var dashboard = await core.Metrics.GetDashboardAsync(query);
            Add(dashboard with
            {
                TopMetrics = dashboard.TopMetrics with
                {
                    TopProjects = [.. dashboard.TopMetrics.TopProjects.Select(p => p with { Color = 0 })],
                        TopModels = [.. dashboard.TopMetrics.TopModels.Select(m => m with { Color = 0 })],
                },
            });
            Add(await core.Metrics.GetSystemAsync(query));
            Add(await core.Metrics.GetUsersAsync(query));
            Add((await core.Metrics.GetProjectsAsync(query)).Select(p => p with { Color = 0 }));
            Add((await core.Metrics.GetModelsAsync(query)).Select(m => m with { Color = 0 }));
            Add(await core.Metrics.GetToolsAsync(query));
        }
        var rows = (await core.Metrics.GetConversationsAsync(new ConversationListQuery { Metrics = Compare.Query(start, end), Limit = 500,
            Sort = "createdAt" })).Items;
        Add(rows);
        foreach (var row in rows) Add(await core.Metrics.GetTimelineAsync(row.Id));
        return image.ToString();
    }

    /// <summary>The roll-up tables with names for numbers, sorted.</summary>
    public static async Task<string> RollupsAsync(CoreHost core)
    {
        await using var db = await core.OpenAsync();
        var names = await db.Names.ToDictionaryAsync(n => n.Id, n => n.Text);
        var sessions = await db.Conversations.ToDictionaryAsync(c => c.Id, c => c.SessionId);
        string Name(int id) => id == 0 ? "-" : names[id];
        string Tool(int key) => $"{Timings.KindOf(key)} {Name(Timings.ToolOf(key))}";
        string Measures(MeasuresEntity row)
        {
            var m = Core.Storage.Measures.Of(row);
            return string.Join(' ', Enumerable.Range(0, Core.Storage.Measures.Count).Select(i => m[i]));
        }

        var lines = new List<string>();
        foreach (var q in await db.Quarters.ToListAsync()) lines.Add($"quarter {q.Bucket} {sessions[q.ConversationId]} {Name(q.UserId)} {Name(q.ProjectId)} "
            + $"{Name(q.ModelId)} {q.Sources}: {Measures(q)}");
        foreach (var h in await db.Hours.ToListAsync()) lines.Add($"hour {h.Bucket} {Name(h.UserId)} {Name(h.ProjectId)} {Name(h.ModelId)} {h.Sources}: "
            + $"{Measures(h)}");
        foreach (var t in await db.ToolQuarters.ToListAsync())
            lines.Add($"tool {t.Bucket} {Tool(t.ToolId)} {Name(t.UserId)} {Name(t.ProjectId)} {Name(t.ModelId)} {t.Sources}: {t.Calls} {t.Errors} "
                + $"{t.DurationMs} {t.DurationCount}");
        foreach (var s in await db.Sketches.ToListAsync())
            lines.Add($"bin {s.Bucket} {Tool(s.ToolId)} {Name(s.UserId)} {Name(s.ProjectId)} {Name(s.ModelId)} {s.Sources} {s.Bin}: {s.Count}");
        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }
}
