using System.Runtime.InteropServices;

namespace Observatory.Core.Storage.Writing.Keys;

/// <summary>Takes a page, and gives the number under which it is stored.</summary>
internal delegate int KeyPageWriter(ReadOnlySpan<byte> page);

/// <summary>Makes a set of entries that come in order.</summary>
/// <param name="id">Number of the set.</param>
/// <param name="kind">Of its keys.</param>
/// <param name="level">Of the set.</param>
/// <param name="most">Entries that will come, at most.</param>
/// <param name="write">Takes each page that is full.</param>
internal sealed class KeySetBuilder(int id, KeyKind kind, int level, long most, KeyPageWriter write)
{
    private readonly KeyFilter _filter = new(most);
    private readonly List<KeyEntry> _entries = [];
    private readonly byte[] _page = new byte[KeyPage.MostBytes];
    private readonly List<ulong> _firsts = [];
    private readonly List<int> _pages = [];
    private uint _most;
    private long _total;

    public int Id => id;

    /// <summary>The same again adds nothing.</summary>
    public void Add(KeyEntry entry)
    {
        if (_entries.Count > 0)
        {
            if (entry == _entries[^1]) return;
            if (KeyPage.SizeOf(_entries.Count + 1, entry.Key - _entries[0].Key, Math.Max(_most, entry.Value)) > KeyPage.MostBytes) Flush();
        }
        _total++;
        _filter.Add(KeyFilter.Hash(entry.Key));
        _most = Math.Max(_most, entry.Value);
        _entries.Add(entry);
    }

    public KeySet Finish()
    {
        if (_entries.Count > 0) Flush();
        return new KeySet(id, kind, level, _total, _filter, [.. _firsts], [.. _pages]);
    }

    private void Flush()
    {
        _firsts.Add(_entries[0].Key);
        _pages.Add(write(_page.AsSpan(0, KeyPage.Write(CollectionsMarshal.AsSpan(_entries), _page))));
        _entries.Clear();
        _most = 0;
    }
}
