using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Writing.Keys;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Finds all that is known of one request, over conversations. Made when the first report from elsewhere comes: where there are only
/// transcripts, nothing has to meet, and it costs nothing. Writer only.
/// </summary>
internal sealed class RequestIndex(WriterState state, KeyMap keys)
{
    private readonly HashSet<ulong> _touched = [];
    private readonly List<uint> _found = [];

    /// <summary>All calls that name a request are in it.</summary>
    public bool IsBuilt { get; private set; }

    /// <summary>Requests that the running transaction told something of.</summary>
    public IReadOnlyCollection<ulong> Touched => _touched;

    /// <summary>Takes a row in whose request has become known.</summary>
    /// <param name="request">As its source named it: what is kept of the events API is <see cref="Within"/> its conversation.</param>
    public void Add(ResponseEntity row, ulong request)
    {
        if (row.Request == 0 || (CallKind)row.Kind is not (CallKind.Lines or CallKind.Call or CallKind.Usage)) return;
        if (IsBuilt) keys.Add((ulong)row.Request, (uint)row.Id);
        else if ((CallKind)row.Kind == CallKind.Lines && !state.HasForeign) return;
        else Build();
        _touched.Add(request);
    }

    /// <summary>Request ids of the events API are unique within their conversation only; where that is not named, everywhere.</summary>
    public static ulong Within(string session, ulong request)
    {
        if (session.Length == 0 || request == 0) return request;
        var mixed = (request ^ EventKey.Fingerprint(session)) * 0x9E3779B97F4A7C15UL;
        return mixed == 0 ? 1 : mixed;
    }

    /// <summary>The rows of that request, whatever they are; the first one first.</summary>
    public IEnumerable<ResponseEntity> Of(ulong request)
    {
        foreach (var id in IdsOf(request))
        {
            // A row whose request was corrected since stays in the list of the old one, one that is deleted in its own; and some bits may be another's.
            if (state.Responses.TryGet(id) is { } row && (ulong)row.Request == request) yield return row;
        }
    }

    /// <summary>Numbers of those rows, and of some that are of another request or gone.</summary>
    public IReadOnlyList<int> IdsOf(ulong request)
    {
        if (!IsBuilt) Build();
        keys.Find(request, _found);
        if (_found.Count == 0) return [];
        return [.. _found.Distinct().Order().Select(id => (int)id)];
    }

    public void Committed() => _touched.Clear();

    /// <summary>At a start: takes in what is stored and not known by its request yet.</summary>
    public void Load()
    {
        IsBuilt = keys.Through > 0 || !keys.IsEmpty || state.HasForeign;
        if (!IsBuilt) return;
        var last = state.Responses.LastId;
        while (keys.Through < last)
        {
            var to = (int)Math.Min(last, (long)keys.Through + state.Keys.AtOnce);
            state.Keys.Import(KeyKind.Requests, [.. Stored(keys.Through, to)], to);
        }
    }

    private void Build()
    {
        IsBuilt = true;
        foreach (var (request, id) in Stored(keys.Through, int.MaxValue)) keys.Add(request, id);
        // And those that the running transaction has not written yet.
        foreach (var (before, row) in state.Responses.Changes)
        {
            if (row.Request == 0 || (CallKind)row.Kind > CallKind.Usage) continue;
            _touched.Add((ulong)row.Request);
            if (before is null || before.Request != row.Request || (CallKind)before.Kind > CallKind.Usage) keys.Add((ulong)row.Request, (uint)row.Id);
        }
    }

    private IEnumerable<KeyEntry> Stored(int after, int last) =>
        state.Rows.Requests(after, last).Select(call => new KeyEntry(call.Request, (uint)call.Id));
}
