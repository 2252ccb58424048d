using System.Runtime.InteropServices;

namespace Observatory.Core.Storage;

/// <summary>Adds up <see cref="CommitDeltas"/>: never more than <see cref="CommitDeltas.Most"/> rows are told apart. Not thread-safe.</summary>
internal sealed class CommitDeltaSum
{
    private readonly SortedSet<int> _days = [];
    private readonly Dictionary<(int Day, int User, int Project, int Model), Measures> _rows = [];
    private bool _isByDay;

    /// <summary>Rows of a day were added or changed.</summary>
    public void Touch(int day) => _days.Add(day);

    public void Add(int day, int user, int project, int model, in Measures change)
    {
        var key = _isByDay ? (day, 0, 0, 0) : (day, user, project, model);
        CollectionsMarshal.GetValueRefOrAddDefault(_rows, key, out _).Add(change);
        if (!_isByDay && _rows.Count > CommitDeltas.Most) SumByDay();
    }

    /// <summary>What was added, which is then forgotten.</summary>
    /// <param name="isWhole">False = some of it was by day already.</param>
    public CommitDeltas Take(bool isWhole = true)
    {
        if (!isWhole && !_isByDay) SumByDay();
        var rows = _rows.Where(r => !r.Value.IsZero).Select(r => new CommitDelta(r.Key.Day, r.Key.User, r.Key.Project, r.Key.Model, r.Value)).ToList();
        var deltas = _days.Count == 0 && rows.Count == 0 ? CommitDeltas.None : new CommitDeltas([.. _days], rows, !_isByDay);
        Clear();
        return deltas;
    }

    public void Clear()
    {
        _days.Clear();
        _rows.Clear();
        _isByDay = false;
    }

    private void SumByDay()
    {
        var apart = _rows.ToList();
        _rows.Clear();
        _isByDay = true;
        foreach (var (key, change) in apart) Add(key.Day, 0, 0, 0, change);
    }
}
