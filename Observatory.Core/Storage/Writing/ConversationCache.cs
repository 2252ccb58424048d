using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Conversations by session id. Rows and states of those in work are kept; beyond <see cref="Limit"/> items those left
/// alone the longest are dropped and read again when needed. Writer only.
/// </summary>
internal sealed class ConversationCache(IWriterRows rows, GoneRows gone)
{
    /// <summary>Items of all states together, about 200 bytes each.</summary>
    public const int Limit = 20_000;

    private readonly Dictionary<string, int> _ids = [];
    private readonly Dictionary<int, ConversationEntity> _rows = [];
    private readonly Dictionary<int, ConversationState> _states = [];
    private readonly HashSet<int> _touched = [];
    private readonly HashSet<int> _created = [];
    private int _nextId = 1;
    private long _size;
    private long _transactions;

    /// <summary>Number of the conversation that stands for "none": what its source gave no session counts, in no conversation.</summary>
    public const int None = 0;

    // Items of one conversation follow each other: mostly nothing has to be looked up.
    private int _lastRow = -1;
    private int _lastState = -1;
    private ConversationEntity? _row;
    private ConversationState? _state;
    private int _lastTouched = -1;
    private (string? Session, int Id) _lastSession;

    public IReadOnlySet<int> Touched => _touched;

    public void Load(int id, string session)
    {
        _ids[session] = id;
        _nextId = Math.Max(_nextId, id + 1);
    }

    /// <summary>Number of the session's conversation, which is made where there is none.</summary>
    public int IdOf(string session)
    {
        if (ReferenceEquals(_lastSession.Session, session)) return _lastSession.Id;
        if (!_ids.TryGetValue(session, out var id)) id = Create(session);
        _lastSession = (session, id);
        return id;
    }

    private int Create(string session)
    {
        var id = session.Length == 0 ? None : _nextId++;
        _ids[session] = id;
        _rows[id] = new ConversationEntity { Id = id, SessionId = session, Title = session, UserAt = long.MaxValue };
        _states[id] = new ConversationState();
        _touched.Add(id);
        _created.Add(id);
        return id;
    }

    /// <summary>It is new in the running transaction: no row of it is stored yet.</summary>
    public bool IsNew(int id) => _created.Contains(id);

    /// <summary>The row for reading.</summary>
    public ConversationEntity Row(int id)
    {
        if (id == _lastRow) return _row!;
        if (!_rows.TryGetValue(id, out var row)) _rows[id] = row = rows.LoadConversation(id);
        (_lastRow, _row) = (id, row);
        return row;
    }

    /// <summary>The row to change: it is written with the transaction.</summary>
    public ConversationEntity Touch(int id)
    {
        if (id != _lastTouched) _touched.Add(_lastTouched = id);
        return Row(id);
    }

    /// <summary><see cref="State"/> of a conversation that is written with the transaction.</summary>
    public ConversationState TouchState(int id)
    {
        if (id != _lastTouched) _touched.Add(_lastTouched = id);
        if (id != _lastState) (_lastState, _state) = (id, State(id));
        return _state!;
    }

    /// <summary>The state as of the last commit, plus what the running transaction has put in.</summary>
    public ConversationState State(int id)
    {
        if (_states.TryGetValue(id, out var state)) return state;
        state = new ConversationState();
        if (id == None)
        {
            // What has no session has no order; only running totals need their neighbours.
            foreach (var row in rows.Responses.OfConversation(id).Where(r => (CallKind)r.Kind == CallKind.Total)) state.Put(row);
            if (gone.CarryOf(id) is { } totals) state.Take(totals);
            return _states[id] = state;
        }
        foreach (var row in rows.Prompts.OfConversation(id)) state.Put(row);
        foreach (var row in rows.Responses.OfConversation(id)) state.Put(row);
        foreach (var row in rows.ToolCalls.OfConversation(id)) state.Put(row);
        if (gone.CarryOf(id) is { } carry) state.Take(carry);
        _size += state.Size;
        (state.Counted, state.UsedAt) = (state.Size, _transactions);
        return _states[id] = state;
    }

    public void Committed()
    {
        _transactions++;
        foreach (var id in _touched)
        {
            if (!_states.TryGetValue(id, out var state)) continue;
            _size += state.Size - state.Counted;
            (state.Counted, state.UsedAt) = (state.Size, _transactions);
        }
        if (_size > Limit) Shrink();
        _touched.Clear();
        _created.Clear();
        (_lastRow, _lastState, _lastTouched, _row, _state) = (-1, -1, -1, null, null);
    }

    /// <summary>Drops what has been left alone the longest, down to three quarters: one that is written to all the time stays.</summary>
    private void Shrink()
    {
        foreach (var (id, state) in _states.Where(s => !_touched.Contains(s.Key)).OrderBy(s => s.Value.UsedAt).ToList())
        {
            if (_size <= Limit * 3 / 4) return;
            _size -= state.Counted;
            _states.Remove(id);
            _rows.Remove(id);
        }
    }
}
