using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Storage.Maintenance;

namespace Observatory.Tests.Support;

/// <summary>Deletes rows as the program does, and says what is left.</summary>
internal static class Deleting
{
    /// <summary>Ends when everything from before that instant is gone.</summary>
    public static async Task DeleteAsync(this CoreHost core, DateTimeOffset before)
    {
        var maintenance = core.Services.GetRequiredService<IMaintenance>();
        var id = await maintenance.AskAsync(DeletionStep.StepName, DeletionStep.Before(before.ToUnixTimeMilliseconds()));
        MaintenanceJob? job = null;
        await Patience.UntilAsync(async () => (job = await maintenance.FindAsync(id)) is { IsOpen: false });
        if (job!.State != MaintenanceState.Done) throw new InvalidOperationException($"{job.State}: {job.Reason}");
    }

    /// <summary>Rows of each kind, void ones too.</summary>
    public static async Task<int[]> RowsAsync(this CoreHost core)
    {
        await using var db = await core.OpenAsync();
        return
        [
            await db.Prompts.IgnoreQueryFilters().CountAsync(), await db.Responses.IgnoreQueryFilters().CountAsync(),
            await db.ToolCalls.IgnoreQueryFilters().CountAsync(), await db.ApiErrors.IgnoreQueryFilters().CountAsync(),
            await db.Marks.IgnoreQueryFilters().CountAsync(), await db.Events.IgnoreQueryFilters().CountAsync(), await db.Texts.CountAsync(),
        ];
    }

    /// <summary>What outlives rows: the roll-ups, and all that is said of each conversation.</summary>
    public static async Task<string> LastingAsync(this CoreHost core)
    {
        await using var db = await core.OpenAsync();
        var names = await db.Names.ToDictionaryAsync(n => n.Id, n => n.Text);
        var sessions = await db.Conversations.ToDictionaryAsync(c => c.Id, c => c.SessionId);
        string Name(int id) => id == 0 ? "-" : names[id];
        var lines = (await db.Conversations.ToListAsync()).Select(c => string.Join('|', (object?[])
        [
            c.SessionId, c.Title, c.FirstPrompt, c.Summary, c.ParentId is { } parent ? sessions[parent] : "", Name(c.UserId), Name(c.ProjectId),
            Name(c.WorktreeId),
            Name(c.BranchId), Name(c.VersionId), c.CreatedAt, c.LastActivity, c.ActiveMs, c.UserMessages, c.AssistantMessages, c.Input, c.Output, c.CacheWrite,
            c.CacheRead, c.Cost, c.UnpricedTokens, c.ToolCalls, c.ToolErrors, c.ResponseCount, c.ResponseMs, c.Sources,
            string.Join(',', c.Models.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(m => Name(int.Parse(m, CultureInfo.InvariantCulture)))),
        ])).Order(StringComparer.Ordinal);
        return string.Join('\n', lines) + "\n" + await FigureImage.RollupsAsync(core);
    }
}
