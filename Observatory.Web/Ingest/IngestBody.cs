using System.Buffers;
using System.Numerics;

namespace Observatory.Web.Ingest;

/// <summary>A request's body, whole and decompressed. Dispose it as soon as it is parsed, before waiting for anything else.</summary>
internal sealed class IngestBody : IDisposable
{
    /// <summary>Larger arrays are not kept by the pool: one large body must not hold its memory for ever.</summary>
    private const int LargestPooled = 1024 * 1024;
    private const int FirstSize = 16 * 1024;

    private readonly BodyBudget _budget;
    private readonly int _capacity;
    private byte[] _bytes = [];

    internal IngestBody(BodyBudget budget, int capacity) => (_budget, _capacity) = (budget, capacity);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    public ReadOnlySequence<byte> Sequence => new(Memory);

    /// <summary>As many bytes as may be held are held.</summary>
    internal bool IsFull => Length == _capacity;

    /// <summary>Where the next bytes go.</summary>
    internal Memory<byte> Free => _bytes.AsMemory(Length, Math.Min(_bytes.Length, _capacity) - Length);

    internal void Advance(int read) => Length += read;

    internal void Cut(int bytes) => Length -= bytes;

    /// <summary>Makes room. False = the budget of all requests is used up.</summary>
    internal bool TryGrow(long wanted = 0)
    {
        var doubled = Math.Max(wanted, Math.Max(FirstSize, _bytes.Length * 2L));
        // Not a last step by a few bytes: both arrays exist while one is copied to the other.
        var size = doubled + doubled / 2 > _capacity && doubled > wanted ? _capacity : (int)Math.Min(_capacity, doubled);
        // The pool gives powers of two.
        if (size <= LargestPooled) size = (int)BitOperations.RoundUpToPowerOf2((uint)size);
        if (!_budget.TryTake(size)) return false;
        var larger = size <= LargestPooled ? ArrayPool<byte>.Shared.Rent(size) : GC.AllocateUninitializedArray<byte>(size);
        _bytes.AsSpan(0, Length).CopyTo(larger);
        Release();
        _bytes = larger;
        return true;
    }

    public void Dispose()
    {
        Release();
        (_bytes, Length) = ([], 0);
    }

    private void Release()
    {
        if (_bytes.Length == 0) return;
        _budget.Give(_bytes.Length);
        if (_bytes.Length <= LargestPooled) ArrayPool<byte>.Shared.Return(_bytes);
    }
}
