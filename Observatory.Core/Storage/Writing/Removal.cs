using Observatory.Core.Events;
using Observatory.Core.Storage.DaySums;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Deletes rows within a transaction of the writer. Sums keep what they gave, their keys stay known, conversations carry the rest (<see cref="Carry"/>), and
/// their numbers
/// are not given again. What counts as one with a deleted row goes with it. Of rows that the transaction has not touched. Writer only.
/// </summary>
internal sealed class Removal(WriterState state)
{
    private readonly Dictionary<int, PromptEntity> _prompts = [];
    private readonly Dictionary<int, ResponseEntity> _responses = [];
    private readonly Dictionary<int, ToolCallEntity> _toolCalls = [];
    private readonly Dictionary<int, ApiErrorEntity> _apiErrors = [];
    private readonly Dictionary<int, MarkEntity> _marks = [];
    private readonly Dictionary<int, EventEntity> _events = [];
    private readonly List<int> _texts = [];

    public int Count => _prompts.Count + _responses.Count + _toolCalls.Count + _apiErrors.Count + _marks.Count + _events.Count;

    private IEnumerable<ItemEntity> All =>
        _prompts.Values.Concat<ItemEntity>(_responses.Values).Concat(_toolCalls.Values).Concat(_apiErrors.Values).Concat(_marks.Values).Concat(_events.Values);

    /// <summary>Takes rows of an earlier time than that, any of them.</summary>
    /// <param name="at">Unix ms.</param>
    /// <param name="most">Rows.</param>
    public void TakeBefore(long at, int most) => TakeMatching(RowFilter.Earlier(at), RowMarks.All, most);

    /// <summary>Takes rows that are meant, any of them.</summary>
    /// <param name="filter">What is meant.</param>
    /// <param name="marks">No later rows.</param>
    /// <param name="most">Rows.</param>
    public void TakeMatching(RowFilter filter, RowMarks marks, int most)
    {
        var end = Count + most;
        Take(_prompts, state.Rows.Prompts, marks.Prompts);
        Take(_responses, state.Rows.Responses, marks.Responses);
        Take(_toolCalls, state.Rows.ToolCalls, marks.ToolCalls);
        Take(_apiErrors, state.Rows.ApiErrors, marks.ApiErrors);
        Take(_marks, state.Rows.Marks, marks.Marks);
        Take(_events, state.Rows.Events, marks.Events);

        void Take<T>(Dictionary<int, T> taken, IItemRows<T> rows, int lastId) where T : ItemEntity, new()
        {
            if (Count >= end) return;
            foreach (var row in rows.Matching(filter, lastId, end - Count)) taken[row.Id] = row;
        }
    }

    /// <summary>Deletes what was taken. Returns how many rows.</summary>
    public int Run()
    {
        if (Count == 0) return 0;
        TakePartners();
        TakeAttempts();
        foreach (var rows in All.GroupBy(r => r.ConversationId).ToList()) Release(rows.Key, rows);
        foreach (var row in _prompts.Values) Forget(GoneKind.Prompt, ItemKind.Prompt, row, row.TextId);
        foreach (var row in _responses.Values)
        {
            Forget(GoneKind.Response, ItemKind.Response, row);
            state.Gone.AddRequest((ulong)row.Request);
            state.Groups.Forget(row);
        }
        foreach (var row in _toolCalls.Values) Forget(GoneKind.ToolCall, ItemKind.ToolCall, row, row.TargetId, row.OutputId);
        foreach (var row in _apiErrors.Values) Forget(GoneKind.ApiError, ItemKind.ApiError, row, row.TextId);
        foreach (var row in _marks.Values) Forget(GoneKind.Mark, ItemKind.Mark, row);
        foreach (var row in _events.Values) Forget(GoneKind.Event, null, row);
        KeepMoments();
        Delete(ItemStores.Prompts, state.Prompts, state.Rows.Prompts, _prompts);
        Delete(ItemStores.Responses, state.Responses, state.Rows.Responses, _responses);
        Delete(ItemStores.ToolCalls, state.ToolCalls, state.Rows.ToolCalls, _toolCalls);
        Delete(ItemStores.ApiErrors, state.ApiErrors, state.Rows.ApiErrors, _apiErrors);
        Delete(ItemStores.Marks, state.Marks, state.Rows.Marks, _marks);
        Delete(ItemStores.Events, state.Events, state.Rows.Events, _events);
        DeleteTexts();
        foreach (var day in All.GroupBy(r => BucketClock.DayOf(r.At))) state.Rows.NoteGone((int)day.Key, day.Count());
        state.Gone.Write();
        return Count;
    }

    /// <summary>Reports of one call and parts of one response: a row that is left would else point to one that is gone, and count what that counted.</summary>
    private void TakePartners()
    {
        var open = new Queue<ResponseEntity>(_responses.Values);
        while (open.TryDequeue(out var row))
        {
            foreach (var id in PartnersOf(row))
            {
                if (_responses.ContainsKey(id)) continue;
                var partner = state.Responses.Peek(id);
                _responses[id] = partner;
                open.Enqueue(partner);
            }
        }
    }

    private IEnumerable<int> PartnersOf(ResponseEntity row)
    {
        if (row.CallId != 0) yield return row.CallId;
        foreach (var part in state.Groups.PartsOf(row)) yield return part.Id;
        var own = state.Conversations.State(row.ConversationId).Responses;
        for (var i = 0; i < own.Count; i++)
        {
            if (own[i].Report.CallId == row.Id) yield return own[i].Id;
        }
        if (row.Request == 0 || !state.HasForeign) yield break;
        var within = RequestIndex.Within(state.Conversations.Row(row.ConversationId).SessionId, (ulong)row.Request);
        foreach (var id in state.Calls.IdsOf((ulong)row.Request).Concat(state.Calls.IdsOf(within)).ToList())
        {
            if (state.Responses.Look(id)?.CallId == row.Id) yield return id;
        }
    }

    /// <summary>A failed call that a transcript and telemetry tell of is one, with the attempts that either knows.</summary>
    private void TakeAttempts()
    {
        foreach (var row in _apiErrors.Values.ToList())
        {
            if ((row.Sources & (row.Sources - 1)) == 0) continue;
            foreach (var other in state.Rows.ApiErrors.OfConversation(row.ConversationId).ToList())
            {
                if (IsToldBy(other, row) || IsToldBy(row, other)) _apiErrors[other.Id] = other;
            }
        }
    }

    /// <summary>The second is telemetry's word for the first.</summary>
    internal static bool IsToldBy(ItemEntity lines, ItemEntity report) => KeyOf(lines).With((ulong)EventSource.Otlp) == KeyOf(report);

    /// <summary>Active time, sittings, events of other kinds and who called a tool are no sums: what they are made of is kept, in few bytes.</summary>
    private void KeepMoments()
    {
        var days = new Dictionary<int, GoneRowsKept>();
        foreach (var row in _prompts.Values) Add(row, row.At, row.At, 0, isActivity: true);
        foreach (var row in _responses.Values)
        {
            if (!row.IsAuxiliary) Add(row, row.At, row.LastAt, row.ModelId, !row.IsSidechain);
        }
        foreach (var row in _toolCalls.Values)
        {
            if (row.ResultAt is { } first) Add(row, first, row.LastResultAt ?? first, 0, isActivity: false);
            if (row.IsVoid || !row.IsCalled) continue;
            Of(row).Tools.Add(new ToolUseRow(row.At, row.ToolId, row.UserId, row.ProjectId, row.ModelId, row.Sources, row.ConversationId));
        }
        foreach (var row in _events.Values)
        {
            if (!row.IsVoid) Of(row).Events.Add(new GoneEvent(row.At, row.UserId, row.ProjectId, row.Sources, row.TypeId));
        }
        foreach (var (day, kept) in days) state.Rows.Facts.WriteGoneDay(day, GoneDay.Encode(day, kept));

        void Add(ItemEntity row, long first, long last, int model, bool isActivity)
        {
            if (row.IsVoid) return;
            Of(row).Moments.Add(new GoneMoment(row.At, first, last, row.ConversationId, row.UserId, row.ProjectId, model, row.Sources, isActivity));
        }

        GoneRowsKept Of(ItemEntity row)
        {
            var day = (int)BucketClock.DayOf(row.At);
            return days.TryGetValue(day, out var known) ? known : days[day] = new GoneRowsKept();
        }
    }

    private void Release(int conversation, IEnumerable<ItemEntity> rows)
    {
        var row = state.Conversations.Touch(conversation);
        var carry = state.Gone.TouchCarry(conversation);
        state.Conversations.State(conversation).Release(carry, row.ActiveMs, rows);
        state.Spans.Forget(conversation);
        foreach (var item in rows) carry.Take(item, row.Sources);
    }

    private void Forget(GoneKind gone, ItemKind? kind, ItemEntity row, params ReadOnlySpan<int?> texts)
    {
        if (kind is { } shared) state.Owners.Forget(shared, row);
        // What is known by its sender's name for it stays known by that.
        if (!state.Seen.Contains(KeyOf(row))) state.Gone.Add(gone, GoneRows.KeyOf(row));
        foreach (var text in texts)
        {
            if (text is { } id) _texts.Add(id);
        }
    }

    private void Delete<T>(string name, ItemStore<T> store, IItemRows<T> rows, Dictionary<int, T> gone) where T : ItemEntity, new()
    {
        if (gone.Count == 0) return;
        foreach (var row in gone.Values) store.Forget(row);
        rows.Remove([.. gone.Keys.Order()]);
        state.Rows.Facts.WriteIdMark(name, store.LastId);
    }

    private void DeleteTexts()
    {
        if (_texts.Count == 0) return;
        foreach (var text in _texts) state.Rows.DeleteText(text);
        state.Rows.Facts.WriteIdMark(ItemStores.Texts, state.NextTextId - 1);
    }

    private static EventKey KeyOf(ItemEntity row) => new((ulong)row.KeyHigh, (ulong)row.KeyLow);
}

/// <summary>Kinds of rows whose numbers are never given twice, as they are stored.</summary>
internal static class ItemStores
{
    public const string Prompts = "prompts", Responses = "responses", ToolCalls = "tool_calls", ApiErrors = "api_errors", Marks = "marks",
        Events = "events", Texts = "texts";
}
