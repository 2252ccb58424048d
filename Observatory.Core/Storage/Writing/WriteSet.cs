using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Writing.Keys;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// All that a transaction has to write, apart from the writer's memory: it is written on another thread while the writer applies the next batches.
/// Nothing in it changes any more.
/// </summary>
internal sealed class WriteSet
{
    private readonly List<NameEntity> _names;
    private readonly Changes<PromptEntity> _prompts;
    private readonly Changes<ResponseEntity> _responses;
    private readonly Changes<ToolCallEntity> _toolCalls;
    private readonly Changes<ApiErrorEntity> _apiErrors;
    private readonly Changes<MarkEntity> _marks;
    private readonly Changes<EventEntity> _events;
    private readonly List<(ConversationEntity Row, bool IsNew)> _conversations;
    private readonly IRollup _rollup;
    private readonly KeyWrites _keys;

    /// <summary>Takes it out of the memory, which is then as after the commit.</summary>
    /// <param name="rollup">Holds the sums of this transaction, and gathers no others until they are written.</param>
    public WriteSet(WriterState state, IRollup rollup)
    {
        _names = [.. state.Names.Added];
        _conversations = [.. state.Conversations.Touched.Select(id => (state.Conversations.Row(id).Copy(), state.Conversations.IsNew(id)))];
        Sessions = [.. _conversations.Where(c => c.Row.Id != ConversationCache.None).Select(c => c.Row.SessionId)];
        _keys = state.TakeKeys();
        _rollup = rollup;
        (_prompts, _responses, _toolCalls) = (state.Prompts.Take(), state.Responses.Take(), state.ToolCalls.Take());
        FirstPrompt = _prompts.Added is [{ After.Id: var prompt }, ..] ? prompt : Commit.NoneNew;
        FirstResponse = _responses.Added is [{ After.Id: var response }, ..] ? response : Commit.NoneNew;
        (_apiErrors, _marks, _events) = (state.ApiErrors.Take(), state.Marks.Take(), state.Events.Take());
        state.Committed();
    }

    /// <summary>Session ids of the conversations that change.</summary>
    public List<string> Sessions { get; }

    /// <inheritdoc cref="Commit.FirstPrompt"/>
    public int FirstPrompt { get; }

    /// <inheritdoc cref="Commit.FirstResponse"/>
    public int FirstResponse { get; }

    /// <summary>Of the sums; known when they are written.</summary>
    public CommitDeltas Deltas { get; private set; } = CommitDeltas.None;

    public void Write(IWriterRows rows)
    {
        foreach (var name in _names) rows.Write(name);
        Write(_prompts, rows.Prompts);
        Write(_responses, rows.Responses);
        Write(_toolCalls, rows.ToolCalls);
        Write(_apiErrors, rows.ApiErrors);
        Write(_marks, rows.Marks);
        Write(_events, rows.Events);
        foreach (var (row, isNew) in _conversations) rows.Write(row, isNew);
        _keys.Write(rows.Keys);
        _rollup.Flush(rows.Rollups);
        Deltas = _rollup.Deltas;
    }

    private static void Write<T>(Changes<T> changes, IItemRows<T> rows) where T : ItemEntity, new()
    {
        foreach (var (before, after) in changes.Loaded.Values) rows.Replace(before!, after);
        rows.Add(changes.Added);
    }
}

/// <summary>What a transaction changed of one kind of rows: new ones in order, and those that were stored, by number.</summary>
internal readonly record struct Changes<T>(List<Change<T>> Added, Dictionary<int, Change<T>> Loaded) where T : ItemEntity;
