using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage;

namespace Observatory.Core.Metrics.Live;

/// <summary>Narrow reads of the last hour's raw rows, compiled; held by a singleton as <see cref="PageQueries"/> are.</summary>
public sealed class LiveQueries
{
    public Func<ObservatoryContext, long, IAsyncEnumerable<PromptNow>> Prompts { get; } = EF.CompileAsyncQuery((ObservatoryContext db, long start) =>
        db.Prompts.Where(x => x.At >= start).Select(x => new PromptNow(x.Id, x.At, x.ConversationId, x.UserId, x.ProjectId, x.Sources, x.Origin, x.Length)));

    public Func<ObservatoryContext, long, IAsyncEnumerable<AnswerNow>> Answers { get; } = EF.CompileAsyncQuery((ObservatoryContext db, long start) =>
        db.Responses.Where(x => x.At >= start).Select(x => new AnswerNow(
            x.Id, x.At, x.ConversationId, x.UserId, x.ProjectId, x.Sources, x.Origin, x.LastAt, x.ModelId, x.AgentId, x.IsSidechain, x.IsAuxiliary, x.Input,
                x.Output,
            x.CacheWrite5m + x.CacheWrite1h, x.CacheRead, x.Cost)));

    public Func<ObservatoryContext, long, IAsyncEnumerable<CallNow>> Calls { get; } = EF.CompileAsyncQuery((ObservatoryContext db, long start) =>
        db.ToolCalls.Where(x => x.At >= start && x.IsCalled).Select(x => new CallNow(
            x.Id, x.At, x.ConversationId, x.UserId, x.ProjectId, x.Sources, x.Origin, x.ResultAt, x.ToolId, x.ModelId, x.AgentId, x.IsError, x.TargetId)));

    public Func<ObservatoryContext, long, IAsyncEnumerable<ErrorNow>> Errors { get; } = EF.CompileAsyncQuery((ObservatoryContext db, long start) =>
        db.ApiErrors.Where(x => x.At >= start).Select(x =>
            new ErrorNow(x.Id, x.At, x.ConversationId, x.UserId, x.ProjectId, x.Sources, x.Origin, x.Status, x.IsFinal)));

    public Func<ObservatoryContext, long, IAsyncEnumerable<OtherNow>> Others { get; } = EF.CompileAsyncQuery((ObservatoryContext db, long start) =>
        db.Events.Where(x => x.At >= start).Select(x => new OtherNow(x.Id, x.At, x.ConversationId, x.UserId, x.ProjectId, x.Sources, x.Origin, x.TypeId)));
}

/// <summary>What all rows of the last hour have.</summary>
public abstract record ItemNow(int Id, long At, int Conversation, int User, int Project, int Sources, int Origin);

public sealed record PromptNow(int Id, long At, int Conversation, int User, int Project, int Sources, int Origin, int Length)
    : ItemNow(Id, At, Conversation, User, Project, Sources, Origin);

public sealed record AnswerNow(
    int Id, long At, int Conversation, int User, int Project, int Sources, int Origin, long LastAt, int Model, int Agent, bool Side, bool Auxiliary,
    long Input, long Output, long CacheWrite, long CacheRead, long? Cost) : ItemNow(Id, At, Conversation, User, Project, Sources, Origin)
{
    public long Tokens => Input + Output + CacheWrite + CacheRead;
}

public sealed record CallNow(
    int Id, long At, int Conversation, int User, int Project, int Sources, int Origin, long? ResultAt, int Tool, int Model, int Agent, bool IsError,
        int? Target)
    : ItemNow(Id, At, Conversation, User, Project, Sources, Origin);

public sealed record ErrorNow(int Id, long At, int Conversation, int User, int Project, int Sources, int Origin, int Status, bool IsFinal)
    : ItemNow(Id, At, Conversation, User, Project, Sources, Origin);

public sealed record OtherNow(int Id, long At, int Conversation, int User, int Project, int Sources, int Origin, int Type)
    : ItemNow(Id, At, Conversation, User, Project, Sources, Origin);
