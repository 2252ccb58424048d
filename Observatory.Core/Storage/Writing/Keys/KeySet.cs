using System.Buffers.Binary;
using System.IO.Hashing;

namespace Observatory.Core.Storage.Writing.Keys;

/// <summary>
/// Keys that no longer lie in memory: pages in the database in the order of keys, which change no more. In memory are a filter (2 bytes a key) and the first
/// key and the number of each page, so that one page has to be read where the filter says "may be". Writer only.
/// </summary>
internal sealed class KeySet(int id, KeyKind kind, int level, long count, KeyFilter filter, ulong[] firsts, int[] pages)
{
    private const int HeadSize = sizeof(ulong) + sizeof(int);

    /// <summary>The page that was read last: who asks for many in order finds them together.</summary>
    private byte[]? _page;
    private int _pageLength;
    private int _pageAt = -1;

    public int Id => id;

    public KeyKind Kind => kind;

    /// <summary>How often its keys were merged: sets of one level are of about one size.</summary>
    public int Level => level;

    public long Count => count;

    public int Pages => pages.Length;

    /// <summary>Its pages, as long as nobody knows that they are on disk.</summary>
    public IReadOnlyList<byte[]>? Fresh { get; set; }

    public int NumberOf(int page) => pages[page];

    public void Prefetch(ulong hash) => filter.Prefetch(hash);

    public bool MayContain(ulong hash) => filter.MayContain(hash);

    /// <summary>Whether the entry is in it.</summary>
    public bool Contains(KeyEntry entry, IKeyRows rows)
    {
        for (var at = FirstPageOf(entry.Key); at < pages.Length && firsts[at] <= entry.Key; at++)
        {
            var page = Page(at, rows);
            var count = KeyPage.CountOf(page);
            for (var i = KeyPage.FirstOf(page, entry.Key); i < count && KeyPage.KeyAt(page, i) == entry.Key; i++)
            {
                if (KeyPage.ValueAt(page, i) == entry.Value) return true;
            }
        }
        return false;
    }

    /// <summary>Adds the values of a key to those that were found.</summary>
    public void Find(ulong key, List<uint> values, IKeyRows rows)
    {
        for (var at = FirstPageOf(key); at < pages.Length && firsts[at] <= key; at++)
        {
            var page = Page(at, rows);
            var count = KeyPage.CountOf(page);
            for (var i = KeyPage.FirstOf(page, key); i < count && KeyPage.KeyAt(page, i) == key; i++) values.Add(KeyPage.ValueAt(page, i));
        }
    }

    /// <summary>The last page that begins before the key: its entries may end that page and fill others.</summary>
    private int FirstPageOf(ulong key)
    {
        var (low, high) = (0, firsts.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (firsts[middle] < key) low = middle + 1;
            else high = middle;
        }
        return Math.Max(0, low - 1);
    }

    private ReadOnlySpan<byte> Page(int at, IKeyRows rows)
    {
        if (Fresh is { } fresh) return fresh[at];
        if (at == _pageAt) return _page.AsSpan(0, _pageLength);
        _pageAt = -1;
        _pageLength = rows.ReadPage(pages[at], _page ??= new byte[KeyPage.MostBytes]);
        var page = _page.AsSpan(0, _pageLength);
        KeyPage.Verify(page);
        _pageAt = at;
        return page;
    }

    /// <summary>What is stored of it beside its pages: a sum over what follows, the number of pages, first keys, numbers of pages, filter.</summary>
    public byte[] Head()
    {
        var numbers = HeadSize + firsts.Length * sizeof(ulong);
        var data = new byte[numbers + pages.Length * sizeof(int) + filter.Size];
        BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(sizeof(ulong)), pages.Length);
        for (var i = 0; i < pages.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(HeadSize + i * sizeof(ulong)), firsts[i]);
            BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(numbers + i * sizeof(int)), pages[i]);
        }
        filter.CopyTo(data.AsSpan(numbers + pages.Length * sizeof(int)));
        BinaryPrimitives.WriteUInt64LittleEndian(data, XxHash3.HashToUInt64(data.AsSpan(sizeof(ulong))));
        return data;
    }

    /// <exception cref="InvalidDataException">The bytes are not those that were written.</exception>
    public static KeySet Read(int id, KeyKind kind, int level, long count, ReadOnlySpan<byte> head)
    {
        var isWhole = head.Length > HeadSize && BinaryPrimitives.ReadUInt64LittleEndian(head) == XxHash3.HashToUInt64(head[sizeof(ulong)..]);
        if (!isWhole) throw new InvalidDataException($"The set of keys {id} is damaged: its bytes are not those that were written.");
        var (firsts, pages) = (new ulong[BinaryPrimitives.ReadInt32LittleEndian(head[sizeof(ulong)..])], Array.Empty<int>());
        Array.Resize(ref pages, firsts.Length);
        var numbers = HeadSize + firsts.Length * sizeof(ulong);
        for (var i = 0; i < firsts.Length; i++)
        {
            firsts[i] = BinaryPrimitives.ReadUInt64LittleEndian(head[(HeadSize + i * sizeof(ulong))..]);
            pages[i] = BinaryPrimitives.ReadInt32LittleEndian(head[(numbers + i * sizeof(int))..]);
        }
        return new KeySet(id, kind, level, count, new KeyFilter(head[(numbers + firsts.Length * sizeof(int))..]), firsts, pages);
    }
}
