using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Observatory.Core.Events;

namespace Observatory.Core.Storage.Writing;

/// <summary>Pieces of keys in the order in which they were stored, 16 bytes a key. Writer only.</summary>
internal interface IKeyPieces
{
    /// <summary>Calls back for each in order of arrival.</summary>
    void Read(KeyPieceReader each);

    /// <exception cref="InvalidOperationException">There is none of that number.</exception>
    byte[] Load(int id);

    void Write(int id, ReadOnlySpan<byte> data);
}

/// <param name="id">Number of the piece.</param>
/// <param name="data">Keys; valid during the call only.</param>
internal delegate void KeyPieceReader(int id, ReadOnlySpan<byte> data);

/// <summary>
/// A set of keys that only grows, as of the names that senders gave to their events: the same again is known. In memory some bits of the lower halves and
/// their places, about 11 bytes each;
/// on disk 16 bytes, appended once a transaction. That all bits are equal is looked up on disk: it is asked only where an event comes again. Writer only.
/// </summary>
internal sealed class KnownKeys(IKeyPieces pieces)
{
    private const int Size = 2 * sizeof(ulong);

    private readonly TagIndex _index = new();

    /// <summary>Where each piece on disk begins, by the place of its first key.</summary>
    private readonly List<(int First, int Piece)> _pieces = [];
    private readonly List<EventKey> _added = [];
    private int _count;
    private int _nextPiece = 1;

    /// <summary>The piece that was looked at last: who sends again sends what went together again.</summary>
    private (int Piece, byte[] Data) _last = (0, []);

    public void Load()
    {
        pieces.Read((piece, data) =>
        {
            _pieces.Add((_count, piece));
            _nextPiece = piece + 1;
            // What is still being read is at hand until it is whole.
            for (; data.Length >= Size; data = data[Size..]) Add(Read(data));
            _added.Clear();
        });
    }

    /// <summary>True where the key is new.</summary>
    public bool Add(EventKey key)
    {
        if (Contains(key)) return false;
        _index.Add(key.Low, _count++);
        _added.Add(key);
        return true;
    }

    public bool Contains(EventKey key)
    {
        foreach (var place in _index.Find(key.Low))
        {
            if (At(place) == key) return true;
        }
        return false;
    }

    /// <summary>Fetches what <see cref="Add"/> will look at.</summary>
    public void Prefetch(EventKey key) => _index.Prefetch(key.Low);

    /// <summary>What is to be appended for the running transaction: piece and keys; null = nothing.</summary>
    public (int Piece, byte[] Data)? Take()
    {
        if (_added.Count == 0) return null;
        var data = new byte[_added.Count * Size];
        for (var i = 0; i < _added.Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(i * Size), _added[i].High);
            BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(i * Size + sizeof(ulong)), _added[i].Low);
        }
        _pieces.Add((_count - _added.Count, _nextPiece));
        _added.Clear();
        return (_nextPiece++, data);
    }

    private EventKey At(int place)
    {
        var fresh = place - (_count - _added.Count);
        if (fresh >= 0) return _added[fresh];
        var (first, piece) = PieceOf(place);
        if (_last.Piece != piece) _last = (piece, pieces.Load(piece));
        return Read(_last.Data.AsSpan((place - first) * Size));
    }

    private (int First, int Piece) PieceOf(int place)
    {
        var pieces = CollectionsMarshal.AsSpan(_pieces);
        var (low, high) = (0, pieces.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (pieces[middle].First <= place) low = middle;
            else high = middle - 1;
        }
        return pieces[low];
    }

    private static EventKey Read(ReadOnlySpan<byte> data) => new(BinaryPrimitives.ReadUInt64LittleEndian(data), BinaryPrimitives.ReadUInt64LittleEndian(data[sizeof(ulong)..]));
}
