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
    public Func<ObservatoryContext, long, long, IAsyncEnumerable<PromptEntity>> Prompts { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, long start, long end) => db.Prompts.Where(x => x.At >= start && x.At < end));

    public Func<ObservatoryContext, long, long, IAsyncEnumerable<ResponseEntity>> Responses { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, long start, long end) => db.Responses.Where(x => x.At >= start && x.At < end));

    public Func<ObservatoryContext, long, long, IAsyncEnumerable<ToolCallEntity>> ToolCalls { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, long start, long end) => db.ToolCalls.Where(x => x.At >= start && x.At < end && x.IsCalled));

    public Func<ObservatoryContext, long, long, IAsyncEnumerable<ApiErrorEntity>> ApiErrors { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, long start, long end) => db.ApiErrors.Where(x => x.At >= start && x.At < end));

    public Func<ObservatoryContext, long, long, IAsyncEnumerable<MomentRow>> PromptMoments { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, long start, long end) => db.Prompts.Where(x => x.At >= start && x.At < end && !x.IsVoid)
            .Select(x => new MomentRow(x.ConversationId, x.UserId, x.ProjectId, x.Sources, x.At, x.At)));

    public Func<ObservatoryContext, long, long, IAsyncEnumerable<MomentRow>> ResponseMoments { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, long start, long end) => db.Responses
            .Where(x => x.At >= start && x.At < end && !x.IsVoid && !x.IsAuxiliary)
            .Select(x => new MomentRow(x.ConversationId, x.UserId, x.ProjectId, x.Sources, x.At, x.LastAt)));

    /// <summary>By the time of the call: results come later.</summary>
    public Func<ObservatoryContext, long, long, IAsyncEnumerable<MomentRow>> ResultMoments { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, long start, long end) => db.ToolCalls
            .Where(x => x.At >= start && x.At < end && !x.IsVoid && x.ResultAt != null)
            .Select(x => new MomentRow(x.ConversationId, x.UserId, x.ProjectId, x.Sources, x.ResultAt!.Value, x.LastResultAt ?? x.ResultAt!.Value)));

    public Func<ObservatoryContext, long, long, IAsyncEnumerable<EventRow>> Events { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, long start, long end) => db.Events.Where(x => x.At >= start && x.At < end)
            .Select(x => new EventRow(x.At, x.UserId, x.ProjectId, x.Sources, x.TypeId)));

    /// <summary>Those that say how long something took.</summary>
    public Func<ObservatoryContext, long, long, IAsyncEnumerable<EventEntity>> Spans { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, long start, long end) => db.Events.Where(x => x.At >= start && x.At < end && x.SpanKind != 0));

    public Func<ObservatoryContext, string, Task<ConversationEntity?>> Conversation { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, string session) => db.Conversations.FirstOrDefault(c => c.SessionId == session));

    public Func<ObservatoryContext, int, Task<string?>> SessionId { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, int id) => db.Conversations.Where(c => c.Id == id).Select(c => c.SessionId).FirstOrDefault());

    public Func<ObservatoryContext, int, IAsyncEnumerable<NameEntity>> NamesAfter { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db, int id) => db.Names.Where(n => n.Id > id).OrderBy(n => n.Id).Select(n => n));

    public Func<ObservatoryContext, IAsyncEnumerable<int>> SourceMasks { get; } =
        EF.CompileAsyncQuery((ObservatoryContext db) => db.Conversations.Select(c => c.Sources).Distinct());
}
