using System.Runtime.InteropServices;

namespace Observatory.Core.Storage.Writing;

/// <summary>A thing with a number.</summary>
internal interface INumbered
{
    int Id { get; }
}

/// <summary>Things in order of their numbers. New ones mostly have the highest: to add is to append.</summary>
internal sealed class Numbered<T> where T : struct, INumbered
{
    private readonly List<T> _items = [];

    public int Count => _items.Count;

    /// <summary>Valid until something is put in or taken out.</summary>
    public ReadOnlySpan<T> Items => CollectionsMarshal.AsSpan(_items);

    public IReadOnlyList<T> All => _items;

    /// <summary>Place of the number, or where it would be as a complement.</summary>
    public int Find(int id)
    {
        var items = Items;
        if (items.Length == 0 || items[^1].Id < id) return ~items.Length;
        var (low, high) = (0, items.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var found = items[middle].Id;
            if (found == id) return middle;
            if (found < id) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
    }

    /// <summary>The one at that place, to change all but its number.</summary>
    public ref T At(int place) => ref CollectionsMarshal.AsSpan(_items)[place];

    public void Insert(int place, in T item) => _items.Insert(place, item);

    public void RemoveAt(int place) => _items.RemoveAt(place);
}

/// <summary>Instants with the number of what they belong to, in order of both. Most come at or near the end.</summary>
internal sealed class Moments
{
    private readonly List<(long At, int Id)> _items = [];

    public int Count => _items.Count;

    public (long At, int Id) this[int place] => _items[place];

    /// <summary>First place that is not before this.</summary>
    public int Find(long at, int id)
    {
        var items = CollectionsMarshal.AsSpan(_items);
        var place = items.Length;
        // Near the end a step back is cheaper than to halve.
        for (var steps = 0; steps < 8; steps++)
        {
            if (place == 0 || IsBefore(items[place - 1], at, id)) return place;
            place--;
        }
        var low = 0;
        while (low < place)
        {
            var middle = (low + place) >>> 1;
            if (IsBefore(items[middle], at, id)) low = middle + 1;
            else place = middle;
        }
        return low;
    }

    /// <summary>Where it is now.</summary>
    public int Add(long at, int id)
    {
        var place = Find(at, id);
        _items.Insert(place, (at, id));
        return place;
    }

    /// <summary>Where it was.</summary>
    public int Remove(long at, int id)
    {
        var place = Find(at, id);
        if (place >= _items.Count || _items[place] != (at, id)) throw new InvalidOperationException($"Nothing was known at {at} of {id}.");
        _items.RemoveAt(place);
        return place;
    }

    private static bool IsBefore((long At, int Id) item, long at, int id) => item.At < at || item.At == at && item.Id < id;
}
