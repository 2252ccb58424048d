using System.Buffers;
using System.Runtime.InteropServices;

namespace Observatory.Web.Ingest;

/// <summary>
/// A large block outside the collector's heap: it grows without a second copy beside it, and its memory goes back to the system when it is
/// released, not at some later collection. One owner at a time, who releases it.
/// </summary>
internal sealed unsafe class NativeBuffer : MemoryManager<byte>
{
    private byte* _bytes;

    public int Size { get; private set; }

    public void Resize(int size)
    {
        _bytes = (byte*)NativeMemory.Realloc(_bytes, (nuint)size);
        Size = size;
    }

    public override Span<byte> GetSpan() => new(_bytes, Size);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)Size);
        return new MemoryHandle(_bytes + elementIndex);
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        NativeMemory.Free(_bytes);
        _bytes = null;
        Size = 0;
    }
}
