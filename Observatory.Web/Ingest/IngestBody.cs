using System.Buffers;
using System.Numerics;

namespace Observatory.Web.Ingest;

/// <summary>
/// A request's body, whole and decompressed. Once it is parsed and before waiting for anything else, dispose it, or release it where what was
/// made of it stays in memory until it is written.
/// </summary>
internal sealed class IngestBody : IDisposable
{
    /// <summary>Larger bodies lie outside the heap: one of them must not hold its memory for ever.</summary>
    private const int LargestPooled = 1024 * 1024;
    private const int FirstSize = 16 * 1024;

    private readonly BodyBudget _budget;
    private readonly int _capacity;
    private byte[] _pooled = [];
    private NativeBuffer? _large;

    /// <summary>Bytes of the budget that outlive the memory they stood for.</summary>
    private long _kept;

    internal IngestBody(BodyBudget budget, int capacity) => (_budget, _capacity) = (budget, capacity);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => Bytes[..Length];

    public ReadOnlySequence<byte> Sequence => new(Memory);

    /// <summary>As many bytes as may be held are held.</summary>
    internal bool IsFull => Length == _capacity;

    /// <summary>Where the next bytes go.</summary>
    internal Memory<byte> Free => Bytes[Length..Math.Min(Size, _capacity)];

    private Memory<byte> Bytes => _large?.Memory ?? _pooled;

    private int Size => _large?.Size ?? _pooled.Length;

    internal void Advance(int read) => Length += read;

    internal void Cut(int bytes) => Length -= bytes;

    /// <summary>Makes room. False = the budget of all requests is used up.</summary>
    internal bool TryGrow(long wanted = 0)
    {
        // Exactly what is wanted, else a half more; the pool gives powers of two.
        var size = (int)Math.Min(_capacity, Math.Max(wanted, Math.Max(FirstSize, Size + Size / 2L)));
        if (size <= LargestPooled) return TryRent((int)BitOperations.RoundUpToPowerOf2((uint)size));
        // What moves over is counted once: the smaller one goes back in a moment.
        if (!_budget.TryTake(size - Size)) return false;
        var large = _large ?? new NativeBuffer();
        large.Resize(size);
        if (_large is null)
        {
            _pooled.AsSpan(0, Length).CopyTo(large.GetSpan());
            if (_pooled.Length > 0) ArrayPool<byte>.Shared.Return(_pooled);
            _pooled = [];
            _large = large;
        }
        return true;
    }

    /// <summary>
    /// Gives the memory back, but of a large body not its share of the budget: the events of it take at least as much until they are written, and
    /// several such bodies must not stand behind each other. <see cref="Dispose"/> gives back the share.
    /// </summary>
    public void Release()
    {
        if (_large is { } large)
        {
            _kept += large.Size;
            ((IDisposable)large).Dispose();
            _large = null;
        }
        ReturnPooled();
        Length = 0;
    }

    public void Dispose()
    {
        Release();
        _budget.Give(_kept);
        _kept = 0;
    }

    private bool TryRent(int size)
    {
        if (!_budget.TryTake(size)) return false;
        var larger = ArrayPool<byte>.Shared.Rent(size);
        _pooled.AsSpan(0, Length).CopyTo(larger);
        ReturnPooled();
        _pooled = larger;
        return true;
    }

    private void ReturnPooled()
    {
        if (_pooled.Length == 0) return;
        _budget.Give(_pooled.Length);
        ArrayPool<byte>.Shared.Return(_pooled);
        _pooled = [];
    }
}
