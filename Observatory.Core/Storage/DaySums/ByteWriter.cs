using System.Buffers.Binary;

namespace Observatory.Core.Storage.DaySums;

/// <summary>Writes whole numbers in as few bytes as they need, seven bits each, the lowest first. A negative number takes ten.</summary>
internal sealed class ByteWriter
{
    private const int LongestNumber = 10;

    private byte[] _bytes = new byte[1024];
    private int _length;

    public int Length => _length;

    public void Write(long value)
    {
        if (_length + LongestNumber > _bytes.Length) Array.Resize(ref _bytes, 2 * _bytes.Length);
        var rest = (ulong)value;
        while (rest >= 0x80)
        {
            _bytes[_length++] = (byte)(rest | 0x80);
            rest >>= 7;
        }
        _bytes[_length++] = (byte)rest;
    }

    /// <summary>What another one holds, with its length in front.</summary>
    public void Write(ByteWriter part)
    {
        Write(part._length);
        var needed = _length + part._length;
        if (needed > _bytes.Length) Array.Resize(ref _bytes, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)needed));
        part._bytes.AsSpan(0, part._length).CopyTo(_bytes.AsSpan(_length));
        _length = needed;
    }

    public void Clear() => _length = 0;

    /// <summary>All of it behind a sum over it.</summary>
    public byte[] ToBlock()
    {
        var block = new byte[DayBlock.Head + _length];
        _bytes.AsSpan(0, _length).CopyTo(block.AsSpan(DayBlock.Head));
        BinaryPrimitives.WriteUInt32LittleEndian(block, DayBlock.SumOf(block.AsSpan(DayBlock.Head)));
        return block;
    }
}
