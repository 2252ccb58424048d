using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Text;

namespace Observatory.Core.Events;

/// <summary>
/// 128 bits that name one thing (a message, a tool call, a prompt) over all files, machines and sources. <see cref="Low"/> is what
/// indexes are made of; <see cref="High"/> is compared too, so that two things whose lower halves meet are never taken for one.
/// </summary>
public readonly record struct EventKey(ulong High, ulong Low)
{
    /// <summary>Characters; of UTF-8 they take at most three bytes each.</summary>
    private const int OnStack = 256;

    /// <summary>Key of an identifier as raw UTF-8, inside a name space (so that a uuid and a message id never meet).</summary>
    public static EventKey Of(KeySpace space, ReadOnlySpan<byte> id) => From(XxHash128.HashToUInt128(id, (long)space));

    [SkipLocalsInit]
    public static EventKey Of(KeySpace space, string id)
    {
        if (id.Length > OnStack) return Of(space, Encoding.UTF8.GetBytes(id));
        Span<byte> bytes = stackalloc byte[OnStack * 3];
        return Of(space, bytes[..Encoding.UTF8.GetBytes(id, bytes)]);
    }

    /// <summary>A key made of two: used where one identifier alone does not tell things apart.</summary>
    public EventKey With(ulong more)
    {
        Span<byte> bytes = stackalloc byte[24];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, High);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], Low);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], more);
        return From(XxHash128.HashToUInt128(bytes, (long)KeySpace.Combined));
    }

    /// <summary>
    /// One of several things to which their senders gave this one identifier. Its upper half is the lower half of this key, by which its fellows are
    /// found again (<see cref="IsOneOfMany"/>), and its own low bits say that it is such a key.
    /// </summary>
    /// <param name="more">What tells it from its fellows.</param>
    /// <param name="isMixed">Fellows may be parts of one thing: they have to be looked at together.</param>
    public EventKey Of(ulong more, bool isMixed)
    {
        var own = With(more);
        return new EventKey(Low, own.Low & ~0xFFFFUL | (isMixed ? MixedMark : ManyMark));
    }

    /// <summary>A key of <see cref="Of(ulong, bool)"/>; of other keys, two in 65,536 look like one.</summary>
    public static bool IsOneOfMany(ulong low) => (low & 0xFFFF) is ManyMark or MixedMark;

    public static bool IsMixed(ulong low) => (low & 0xFFFF) == MixedMark;

    private const ulong ManyMark = 0x5EA1;
    private const ulong MixedMark = 0x5EA2;

    /// <summary>64-bit fingerprint of an identifier, never 0 (0 means "none").</summary>
    public static ulong Fingerprint(ReadOnlySpan<byte> id)
    {
        var hash = XxHash3.HashToUInt64(id);
        return hash == 0 ? 1 : hash;
    }

    [SkipLocalsInit]
    public static ulong Fingerprint(string id)
    {
        if (id.Length > OnStack) return Fingerprint(Encoding.UTF8.GetBytes(id));
        Span<byte> bytes = stackalloc byte[OnStack * 3];
        return Fingerprint(bytes[..Encoding.UTF8.GetBytes(id, bytes)]);
    }

    private static EventKey From(UInt128 hash) => new((ulong)(hash >> 64), (ulong)hash);
}

/// <summary>Name spaces of keys; also the hash seed. The numbers are stored inside keys: never change one.</summary>
public enum KeySpace
{
    Line = 1,
    Message = 2,
    ToolUse = 3,
    Combined = 4,
    Event = 5,
    /// <summary>Log records without an id of their own: session and sequence, or a hash of all that they hold.</summary>
    Record = 6,
    /// <summary>Requests to the API, by <c>request_id</c>.</summary>
    Request = 7,
    /// <summary>Points of a metric.</summary>
    Point = 8,
}
