using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Writing.Keys;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Rows whose lines bear one message id. Those of one request are one row; and so are those of one session without a request whose prompts are of one
/// size. Which of these rows are one response after all follows when all are known, whatever was read first: a side chain's is the first one of the
/// main chain; one without a request is the one of its session whose prompt is of the same size; a line without figures is the next one of its
/// session. Its row is then a part (<see cref="CallKind.Part"/>) of the other and counts in its figures alone. Writer only.
/// </summary>
internal sealed class ResponseGroups(WriterState state, KeyMap keys)
{
    /// <summary>In a stored value beside the row's number: the row may be a part of another.</summary>
    private const uint Mixed = 1U << 31;

    private static readonly IReadOnlyList<ResponseEntity> s_none = [];

    private readonly KeyIndex _first = new();
    private readonly Dictionary<ulong, List<int>> _more = [];

    /// <summary>Message ids some of whose rows may be parts of others.</summary>
    private readonly HashSet<ulong> _mixed = [];
    private readonly HashSet<ulong> _touched = [];

    /// <summary>Message ids whose rows were looked through for copies since the start; what is copied later says so itself.</summary>
    private readonly HashSet<ulong> _looked = [];

    /// <summary>Stands for a row that is gone.</summary>
    private const int Gone = 0;

    /// <summary>Takes in a row that is not known by its message id yet.</summary>
    public void Import(int id, ulong high, ulong low)
    {
        if (EventKey.IsOneOfMany(low)) Keep(id, high, low);
    }

    private void Keep(int id, ulong high, ulong low) => keys.Add(ItemStore<ResponseEntity>.NotZero(high), (uint)id | (EventKey.IsMixed(low) ? Mixed : 0));

    /// <summary>Takes in the rows of message ids that have another one.</summary>
    public void Load()
    {
        foreach (var (group, value) in keys.Entries)
        {
            if ((value & Mixed) != 0) _mixed.Add(group);
            Join((int)(value & ~Mixed), group);
        }
    }

    /// <summary>Owners are loaded: rows of one message id that files of one session hold may be parts of each other.</summary>
    public void Loaded()
    {
        foreach (var id in keys.Entries.Count == 0 ? [] : state.Owners.CopiedResponses())
        {
            if (state.Responses.Look(id) is { } row && _first.TryGet(Of(row), out _)) _mixed.Add(Of(row));
        }
    }

    private void Join(int id, ulong high)
    {
        if (high == 0 || _first.TryAdd(high, id, out _)) return;
        if (!_more.TryGetValue(high, out var list)) _more[high] = list = [];
        list.Add(id);
    }

    public void Add(ResponseEntity row)
    {
        var (high, low) = ((ulong)row.KeyHigh, (ulong)row.KeyLow);
        if (EventKey.IsMixed(low)) _mixed.Add(high);
        Keep(row.Id, high, low);
        Join(row.Id, high);
        if (row.Request == 0 && !_mixed.Contains(high) && (IsCopied(row.Id) || _looked.Add(high) && Ids(high).Any(IsCopied))) _mixed.Add(high);
        Changed(row);
    }

    /// <summary>A row has changed that others may be part of, or that may be part of another.</summary>
    public void Changed(ResponseEntity row)
    {
        if (_mixed.Count > 0 && Of(row) is var group && _mixed.Contains(group)) _touched.Add(group);
    }

    private bool IsCopied(int id) => state.Owners.HasCopies(ItemKind.Response, id);

    /// <summary>Files of a further session hold the row: another row of its message id may be of that session.</summary>
    public void Met(ResponseEntity row)
    {
        if (!_first.TryGet(Of(row), out _)) return;
        _mixed.Add(Of(row));
        _touched.Add(Of(row));
    }

    /// <summary>The rows that are parts of this one.</summary>
    public IReadOnlyList<ResponseEntity> PartsOf(ResponseEntity row)
    {
        if (_mixed.Count == 0 || !_mixed.Contains(Of(row))) return s_none;
        return [.. Members(Of(row)).Where(r => r.Kind == (int)CallKind.Part && r.CallId == row.Id)];
    }

    /// <summary>
    /// Says of each row of the message ids that the transaction touched what it is. Before owners are judged: a part's sessions are the whole's.
    /// </summary>
    public void Settle()
    {
        foreach (var group in _touched)
        {
            var rows = Members(group);
            if (rows.Count > 1) Set(rows, new ResponseParts(rows, state.Owners, state.Words).Wholes());
        }
        _touched.Clear();
    }

    private void Set(List<ResponseEntity> rows, Dictionary<int, int> wholes)
    {
        foreach (var id in rows.Select(r => r.Id))
        {
            var (row, whole) = (state.Responses.Peek(id), wholes[id]);
            if (whole == id)
            {
                if (row.Kind != (int)CallKind.Part) continue;
                row = Leave(id);
                (row.Kind, row.CallId) = ((int)CallKind.Lines, 0);
            }
            else if (row.Kind != (int)CallKind.Part || row.CallId != whole)
            {
                row = Leave(id);
                var call = row.Kind == (int)CallKind.Lines && row.CallId != 0 ? state.Responses.Get(row.CallId) : null;
                if (call?.CallId == id) call.CallId = 0;
                (row.Kind, row.CallId) = ((int)CallKind.Part, whole);
            }
        }
        foreach (var parts in rows.ToLookup(r => wholes[r.Id]))
        {
            var whole = state.Responses.Peek(parts.Key);
            var words = state.Words.Of(whole);
            foreach (var part in parts.Where(p => p.Id != parts.Key)) words.Take(state.Words.Of(part), ResponseParts.IsEmpty(part), state.Names);
            whole = state.Responses.Get(parts.Key);
            words.SetOn(whole, state.Names);
            var others = parts.Where(p => p.Id != parts.Key).ToList();
            foreach (var part in others)
            {
                whole.Sources |= part.Sources;
                if (part.RequestRef != 0 && (whole.RequestRef == 0 || (ulong)part.RequestRef < (ulong)whole.RequestRef)) whole.RequestRef = part.RequestRef;
            }
            state.Owners.SetParts(whole, others);
        }
    }

    /// <summary>The row to change; what it was part of has to be summed anew.</summary>
    private ResponseEntity Leave(int id)
    {
        var row = state.Responses.Get(id);
        if (row.Kind == (int)CallKind.Part && row.CallId != 0) state.Responses.Get(row.CallId);
        return row;
    }

    private List<ResponseEntity> Members(ulong group) => [.. Ids(group).Select(state.Responses.Look).OfType<ResponseEntity>()];

    private IEnumerable<int> Ids(ulong group)
    {
        if (state.Responses.IdOf(group) is { } plain) yield return plain;
        if (!_first.TryGet(group, out var first)) yield break;
        if (first != Gone) yield return first;
        if (!_more.TryGetValue(group, out var more)) yield break;
        foreach (var id in more) yield return id;
    }

    /// <summary>The row is deleted.</summary>
    public void Forget(ResponseEntity row)
    {
        var group = (ulong)row.KeyHigh;
        if (!EventKey.IsOneOfMany((ulong)row.KeyLow) || !_first.TryGet(group, out var first)) return;
        if (first == row.Id) _first.Replace(group, Gone);
        else _more.GetValueOrDefault(group)?.Remove(row.Id);
    }

    /// <summary>The message id. A plain key may look like one of many: rows that were found beside it tell.</summary>
    private ulong Of(ResponseEntity row) =>
        EventKey.IsOneOfMany((ulong)row.KeyLow) && !_first.TryGet((ulong)row.KeyLow, out _) ? (ulong)row.KeyHigh : (ulong)row.KeyLow;
}
