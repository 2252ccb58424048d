using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Finds all that is known of one request, over conversations. Made when the first report from elsewhere comes: where there are only
/// transcripts, nothing has to meet, and it costs nothing. About 22 bytes a call. Writer only.
/// </summary>
internal sealed class RequestIndex(WriterState state)
{
    private readonly KeyIndex _first = new();
    private readonly Dictionary<ulong, List<int>> _more = [];
    private readonly HashSet<ulong> _touched = [];
    private bool _isBuilt;

    /// <summary>Stands for a row that is gone.</summary>
    private const int Gone = 0;

    /// <summary>Requests that the running transaction told something of.</summary>
    public IReadOnlyCollection<ulong> Touched => _touched;

    /// <summary>Takes a row in whose request has become known.</summary>
    /// <param name="request">As its source named it: what is kept of the events API is <see cref="Within"/> its conversation.</param>
    public void Add(ResponseEntity row, ulong request)
    {
        if (row.Request == 0 || (CallKind)row.Kind is not (CallKind.Lines or CallKind.Call or CallKind.Usage)) return;
        if (!_isBuilt)
        {
            if ((CallKind)row.Kind == CallKind.Lines && !state.HasForeign) return;
            Build();
        }
        _touched.Add(request);
        Put((ulong)row.Request, row.Id);
    }

    /// <summary>Request ids of the events API are unique within their conversation only; where that is not named, everywhere.</summary>
    public static ulong Within(string session, ulong request)
    {
        if (session.Length == 0 || request == 0) return request;
        var mixed = (request ^ EventKey.Fingerprint(session)) * 0x9E3779B97F4A7C15UL;
        return mixed == 0 ? 1 : mixed;
    }

    /// <summary>The rows of that request, whatever they are.</summary>
    public IEnumerable<ResponseEntity> Of(ulong request)
    {
        if (!_first.TryGet(request, out var id)) yield break;
        // A row whose request was corrected since stays in the list of the old one.
        if (id != Gone && state.Responses.Get(id) is var first && (ulong)first.Request == request) yield return first;
        if (!_more.TryGetValue(request, out var more)) yield break;
        foreach (var other in more)
        {
            if (state.Responses.Get(other) is var row && (ulong)row.Request == request) yield return row;
        }
    }

    /// <summary>Numbers of those rows, and of some that were of the request before.</summary>
    public IEnumerable<int> IdsOf(ulong request)
    {
        if (!_isBuilt) Build();
        if (!_first.TryGet(request, out var id)) yield break;
        if (id != Gone) yield return id;
        foreach (var other in _more.GetValueOrDefault(request, [])) yield return other;
    }

    /// <summary>The row is deleted.</summary>
    public void Forget(ResponseEntity row)
    {
        if (!_isBuilt || !_first.TryGet((ulong)row.Request, out var id)) return;
        if (id == row.Id) _first.Replace((ulong)row.Request, Gone);
        else _more.GetValueOrDefault((ulong)row.Request)?.Remove(row.Id);
    }

    public void Committed() => _touched.Clear();

    private void Build()
    {
        _isBuilt = true;
        foreach (var (id, request, _) in state.Rows.Requests()) Put(request, id);
        // And those that the running transaction has not written yet.
        foreach (var change in state.Responses.Changes)
        {
            if (change.After.Request == 0 || (CallKind)change.After.Kind > CallKind.Usage) continue;
            _touched.Add((ulong)change.After.Request);
            Put((ulong)change.After.Request, change.After.Id);
        }
    }

    private void Put(ulong request, int id)
    {
        if (_first.TryAdd(request, id, out var first) || first == id) return;
        if (first == Gone)
        {
            _first.Replace(request, id);
            return;
        }
        if (!_more.TryGetValue(request, out var list)) _more[request] = list = [];
        if (!list.Contains(id)) list.Add(id);
    }
}
