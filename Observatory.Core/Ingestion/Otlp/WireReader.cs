using System.Buffers.Binary;

namespace Observatory.Core.Ingestion.Otlp;

/// <summary>
/// Reads one protobuf message field by field, without copying: <c>while (reader.Next()) switch (reader.Tag) { … }</c>. After each
/// <see cref="Next"/> exactly one of the reads or <see cref="Skip()"/>.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    /// <summary>Wire types, to be added to the field number times 8.</summary>
    public const uint Varint = 0, Fixed64 = 1, Bytes = 2, StartGroup = 3, EndGroup = 4, Fixed32 = 5;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Field number times 8 plus wire type.</summary>
    public uint Tag { get; private set; }

    /// <summary>False at the end of the message.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty) return false;
        var tag = ReadVarint();
        if (tag > uint.MaxValue || tag >> 3 == 0) throw Broken("a field without a number");
        Tag = (uint)tag;
        return true;
    }

    public ulong ReadVarint()
    {
        if (_rest.IsEmpty || _rest[0] >= 0x80) return ReadLong();
        // Most tags and lengths are one byte.
        var first = _rest[0];
        _rest = _rest[1..];
        return first;
    }

    private ulong ReadLong()
    {
        ulong value = 0;
        for (var (i, shift) = (0, 0); i < _rest.Length && shift < 70; i++, shift += 7)
        {
            value |= (ulong)(_rest[i] & 0x7F) << shift;
            if (_rest[i] >= 0x80) continue;
            _rest = _rest[(i + 1)..];
            return value;
        }
        throw Broken("a number without an end");
    }

    public ulong ReadFixed64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadVarint();
        return length <= (ulong)_rest.Length ? Take((int)length) : throw Broken("a length beyond the end");
    }

    public void Skip() => Skip(0);

    private void Skip(int depth)
    {
        switch (Tag & 7)
        {
            case Varint: ReadVarint(); break;
            case Fixed64: Take(8); break;
            case Bytes: ReadBytes(); break;
            case Fixed32: Take(4); break;
            case StartGroup: SkipGroup(depth); break;
            default: throw Broken("an unknown kind of field");
        }
    }

    /// <summary>Groups are not in use any more, but they are valid, so unknown fields may be ones.</summary>
    private void SkipGroup(int depth)
    {
        if (depth == OtlpLimits.Depth) throw Broken("groups nested too deeply");
        var number = Tag >> 3;
        while (Next())
        {
            if ((Tag & 7) != EndGroup) Skip(depth + 1);
            else if (Tag >> 3 == number) return;
            else throw Broken("a group that ends as another");
        }
        throw Broken("a group without an end");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length) throw Broken("a value beyond the end");
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    private static OtlpFormatException Broken(string what) => new($"The body is not protobuf of this kind: it has {what}.");
}
