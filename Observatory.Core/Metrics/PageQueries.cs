using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Metrics;

/// <summary>
/// The compiled queries behind pages and answers. Held by a singleton in instance fields: a static one would bind to the first model
/// it meets, and there is one model a provider. Ranges are half-open.
/// </summary>
public sealed class PageQueries
{
    public Func<ObservatoryContext, int, int, IAsyncEnumerable<HourEntity>> Hours { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, int start, int end) => db.Hours.Where(h => h.Bucket >= start && h.Bucket < end));

    public Func<ObservatoryContext, int, int, IAsyncEnumerable<QuarterEntity>> Quarters { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, int start, int end) => db.Quarters.Where(q => q.Bucket >= start && q.Bucket < end));

    /// <summary>Messages a conversation by hour (quarters per bucket = 4) or quarter (1).</summary>
    public Func<ObservatoryContext, int, int, int, IAsyncEnumerable<PresenceRow>> Presence { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, int start, int end, int quarters) => db.Quarters
            .Where(q => q.Bucket >= start && q.Bucket < end && (q.UserMessages > 0 || q.AssistantMessages > 0))
            .GroupBy(q => new { Slot = q.Bucket / quarters, q.ConversationId, q.UserId, q.ProjectId, q.ModelId, q.Sources })
            .Select(g => new PresenceRow(g.Key.Slot, g.Key.ConversationId, g.Key.UserId, g.Key.ProjectId, g.Key.ModelId, g.Key.Sources,
                g.Sum(q => q.UserMessages), g.Sum(q => q.AssistantMessages))));

    public Func<ObservatoryContext, int, int, IAsyncEnumerable<ToolQuarterEntity>> Tools { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, int start, int end) => db.ToolQuarters.Where(t => t.Bucket >= start && t.Bucket < end));

    public Func<ObservatoryContext, int, int, IAsyncEnumerable<BinRow>> Bins { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, int start, int end) => db.Sketches
            .Where(s => s.Bucket >= start && s.Bucket < end)
            .GroupBy(s => new { s.ToolId, s.UserId, s.ProjectId, s.ModelId, s.Sources, s.Bin })
            .Select(g => new BinRow(g.Key.ToolId, g.Key.UserId, g.Key.ProjectId, g.Key.ModelId, g.Key.Sources, g.Key.Bin, g.Sum(s => s.Count))));

    public Func<ObservatoryContext, int, int, IAsyncEnumerable<BinRow>> AnswerBins { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, int start, int end) => db.Sketches
            .Where(s => s.Bucket >= start && s.Bucket < end && s.ToolId == 0)
            .GroupBy(s => new { s.UserId, s.ProjectId, s.ModelId, s.Sources, s.Bin })
            .Select(g => new BinRow(0, g.Key.UserId, g.Key.ProjectId, g.Key.ModelId, g.Key.Sources, g.Key.Bin, g.Sum(s => s.Count))));

    // Without a filter names do not matter: the database adds up, and some dozen rows come instead of some thousand.

    public Func<ObservatoryContext, int, int, IAsyncEnumerable<ToolSumRow>> AllTools { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, int start, int end) => db.ToolQuarters
            .Where(t => t.Bucket >= start && t.Bucket < end)
            .GroupBy(t => t.ToolId)
            .Select(g => new ToolSumRow(g.Key, g.Sum(t => t.Calls), g.Sum(t => t.Errors), g.Sum(t => t.DurationMs), g.Sum(t => t.DurationCount))));

    public Func<ObservatoryContext, int, int, IAsyncEnumerable<BinRow>> AllBins { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, int start, int end) => db.Sketches
            .Where(s => s.Bucket >= start && s.Bucket < end && s.ToolId != 0)
            .GroupBy(s => new { s.ToolId, s.Bin })
            .Select(g => new BinRow(g.Key.ToolId, 0, 0, 0, 0, g.Key.Bin, g.Sum(s => s.Count))));

    public Func<ObservatoryContext, int, int, IAsyncEnumerable<BinRow>> AllAnswerBins { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, int start, int end) => db.Sketches
            .Where(s => s.Bucket >= start && s.Bucket < end && s.ToolId == 0)
            .GroupBy(s => s.Bin)
            .Select(g => new BinRow(0, 0, 0, 0, 0, g.Key, g.Sum(s => s.Count))));

    public Func<ObservatoryContext, long, long, IAsyncEnumerable<PromptEntity>> Prompts { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, long start, long end) => db.Prompts.Where(x => x.At >= start && x.At < end));

    public Func<ObservatoryContext, long, long, IAsyncEnumerable<ResponseEntity>> Responses { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, long start, long end) => db.Responses.Where(x => x.At >= start && x.At < end));

    public Func<ObservatoryContext, long, long, IAsyncEnumerable<ToolCallEntity>> ToolCalls { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, long start, long end) => db.ToolCalls.Where(x => x.At >= start && x.At < end && x.IsCalled));

    public Func<ObservatoryContext, long, long, IAsyncEnumerable<ApiErrorEntity>> ApiErrors { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, long start, long end) => db.ApiErrors.Where(x => x.At >= start && x.At < end));

    /// <summary>Instants of activity of users: prompts.</summary>
    public Func<ObservatoryContext, long, long, IAsyncEnumerable<ActivityRow>> PromptActivity { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, long start, long end) => db.Prompts
            .Where(x => x.At >= start && x.At < end).Select(x => new ActivityRow(x.At, x.UserId, x.ProjectId, 0, x.Sources)));

    /// <summary>Instants of activity of users: main-chain answers.</summary>
    public Func<ObservatoryContext, long, long, IAsyncEnumerable<ActivityRow>> AnswerActivity { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, long start, long end) => db.Responses
            .Where(x => x.At >= start && x.At < end && !x.IsSidechain && !x.IsAuxiliary).Select(x => new ActivityRow(x.At, x.UserId, x.ProjectId, x.ModelId, x.Sources)));

    public Func<ObservatoryContext, long, long, IAsyncEnumerable<CreatedRow>> Created { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, long start, long end) => db.Conversations
            .Where(c => c.CreatedAt >= start && c.CreatedAt < end).Select(c => new CreatedRow(c.Id, c.CreatedAt)));

    public Func<ObservatoryContext, string, Task<ConversationEntity?>> Conversation { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, string session) => db.Conversations.FirstOrDefault(c => c.SessionId == session));

    public Func<ObservatoryContext, int, Task<string?>> SessionId { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, int id) => db.Conversations.Where(c => c.Id == id).Select(c => c.SessionId).FirstOrDefault());

    public Func<ObservatoryContext, int, IAsyncEnumerable<NameEntity>> NamesAfter { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, int id) => db.Names.Where(n => n.Id > id).OrderBy(n => n.Id).Select(n => n));

    public Func<ObservatoryContext, IAsyncEnumerable<int>> SourceMasks { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db) => db.Conversations.Select(c => c.Sources).Distinct());

    public Func<ObservatoryContext, IAsyncEnumerable<RunEntity>> Runs { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db) => db.Runs.OrderBy(r => r.StartedAt).Select(r => r));
}

/// <param name="Slot">Unix time in the asked number of quarters.</param>
public sealed record PresenceRow(int Slot, int ConversationId, int UserId, int ProjectId, int ModelId, int Sources, long UserMessages, long AssistantMessages);

public sealed record ToolSumRow(int ToolId, long Calls, long Errors, long DurationMs, long DurationCount);

public sealed record BinRow(int ToolId, int UserId, int ProjectId, int ModelId, int Sources, int Bin, long Count);

public sealed record ActivityRow(long At, int UserId, int ProjectId, int ModelId, int Sources);

public sealed record CreatedRow(int Id, long CreatedAt);
