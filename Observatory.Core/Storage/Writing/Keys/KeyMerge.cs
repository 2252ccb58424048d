namespace Observatory.Core.Storage.Writing.Keys;

/// <summary>Makes one set of several, a part in each transaction. Until the last part is on disk the several stay what is looked at.</summary>
internal sealed class KeyMerge(KeyMap map, IReadOnlyList<KeySet> sets, KeyNumbers numbers)
{
    private readonly Reader[] _readers = [.. sets.Select(s => new Reader(s))];
    private KeySetBuilder? _builder;

    public KeyMap Map => map;

    public IReadOnlyList<KeySet> Sets => sets;

    /// <summary>Null until all is merged.</summary>
    public KeySet? Result { get; private set; }

    public void Run(IKeyRows rows, int entries)
    {
        if (Result is not null) return;
        _builder ??= Begin(rows);
        for (; entries > 0; entries--)
        {
            Reader? least = null;
            foreach (var reader in _readers)
            {
                if (reader.TryRead(rows) && (least is null || reader.Current.CompareTo(least.Current) < 0)) least = reader;
            }
            if (least is null)
            {
                End(rows);
                return;
            }
            _builder.Add(least.Current);
            least.Next();
        }
    }

    private KeySetBuilder Begin(IKeyRows rows)
    {
        var (id, level) = (++numbers.Set, sets.Max(s => s.Level) + 1);
        rows.BeginSet(id, map.Kind, level);
        return new KeySetBuilder(id, map.Kind, level, sets.Sum(s => s.Count), page =>
        {
            rows.WritePage(++numbers.Page, id, page);
            return numbers.Page;
        });
    }

    private void End(IKeyRows rows)
    {
        var set = _builder!.Finish();
        rows.WriteSet(set, set.Head());
        foreach (var old in sets) rows.LeaveSet(old.Id);
        Result = set;
    }

    /// <summary>Walks through one set.</summary>
    private sealed class Reader(KeySet set)
    {
        private readonly byte[] _page = new byte[KeyPage.MostBytes];
        private int _length;
        private int _next;
        private int _place;
        private int _count;

        public KeyEntry Current { get; private set; }

        private bool _isRead;

        /// <summary>False behind the last entry.</summary>
        public bool TryRead(IKeyRows rows)
        {
            if (_isRead) return true;
            if (_place == _count)
            {
                if (_next == set.Pages) return false;
                _length = rows.ReadOwnPage(set.NumberOf(_next++), _page);
                KeyPage.Verify(_page.AsSpan(0, _length));
                (_place, _count) = (0, KeyPage.CountOf(_page));
            }
            Current = KeyPage.EntryAt(_page.AsSpan(0, _length), _place);
            return _isRead = true;
        }

        public void Next()
        {
            _place++;
            _isRead = false;
        }
    }
}
