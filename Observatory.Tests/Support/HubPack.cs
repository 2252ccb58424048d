using System.Buffers.Binary;
using System.Text;

namespace Observatory.Tests.Support;

/// <summary>As much of the hub protocol of pages (MessagePack, each message behind its length) as a test that plays the browser needs.</summary>
internal static class HubPack
{
    /// <summary>A call of the server without an answer. Arguments: texts, numbers, truth values and null.</summary>
    public static byte[] Call(string target, params object?[] arguments)
    {
        var message = new List<byte> { 0x95, 1, 0x80, 0xc0 };
        Write(message, target);
        message.Add((byte)(0x90 | arguments.Length));
        foreach (var argument in arguments) Write(message, argument);
        var framed = new List<byte>();
        for (var length = message.Count; ; length >>= 7)
        {
            framed.Add((byte)(length > 0x7f ? length & 0x7f | 0x80 : length));
            if (length <= 0x7f) break;
        }
        framed.AddRange(message);
        return [.. framed];
    }

    /// <summary>The messages of a frame, each an array as it was sent.</summary>
    public static IEnumerable<object?[]> Read(byte[] frame)
    {
        for (var at = 0; at < frame.Length;)
        {
            var (length, shift) = (0, 0);
            byte next;
            do
            {
                next = frame[at++];
                length |= (next & 0x7f) << shift;
                shift += 7;
            }
            while ((next & 0x80) != 0);
            var place = at;
            yield return (object?[])ReadValue(frame, ref place)!;
            at += length;
        }
    }

    private static void Write(List<byte> to, object? value)
    {
        switch (value)
        {
            case null: to.Add(0xc0); break;
            case bool truth: to.Add((byte)(truth ? 0xc3 : 0xc2)); break;
            case long number:
                Span<byte> bytes = stackalloc byte[8];
                BinaryPrimitives.WriteInt64BigEndian(bytes, number);
                to.Add(0xd3);
                to.AddRange(bytes);
                break;
            case string text:
                var utf8 = Encoding.UTF8.GetBytes(text);
                Span<byte> size = stackalloc byte[4];
                BinaryPrimitives.WriteInt32BigEndian(size, utf8.Length);
                to.Add(0xdb);
                to.AddRange(size);
                to.AddRange(utf8);
                break;
            default: throw new ArgumentException($"{value.GetType().Name} is not written here.", nameof(value));
        }
    }

    private static object? ReadValue(byte[] from, ref int at)
    {
        var kind = from[at++];
        switch (kind)
        {
            case <= 0x7f: return (long)kind;
            case >= 0xe0: return (long)(sbyte)kind;
            case <= 0x8f: return Pairs(from, ref at, kind & 0x0f);
            case <= 0x9f: return Items(from, ref at, kind & 0x0f);
            case <= 0xbf: return Text(from, ref at, kind & 0x1f);
            case 0xc0: return null;
            case 0xc2: return false;
            case 0xc3: return true;
            case 0xc4: return Bytes(from, ref at, (int)Number(from, ref at, 1));
            case 0xc5: return Bytes(from, ref at, (int)Number(from, ref at, 2));
            case 0xc6: return Bytes(from, ref at, (int)Number(from, ref at, 4));
            case 0xcb: return BitConverter.Int64BitsToDouble(Number(from, ref at, 8));
            case 0xcc or 0xd0: return Number(from, ref at, 1);
            case 0xcd or 0xd1: return Number(from, ref at, 2);
            case 0xce or 0xd2: return Number(from, ref at, 4);
            case 0xcf or 0xd3: return Number(from, ref at, 8);
            case 0xd9: return Text(from, ref at, (int)Number(from, ref at, 1));
            case 0xda: return Text(from, ref at, (int)Number(from, ref at, 2));
            case 0xdb: return Text(from, ref at, (int)Number(from, ref at, 4));
            case 0xdc: return Items(from, ref at, (int)Number(from, ref at, 2));
            case 0xdd: return Items(from, ref at, (int)Number(from, ref at, 4));
            default: throw new InvalidDataException($"A value of kind {kind:x2} is not read here.");
        }
    }

    /// <summary>Numbers below 0 are of no interest here.</summary>
    private static long Number(byte[] from, ref int at, int bytes)
    {
        var number = 0L;
        for (var i = 0; i < bytes; i++) number = number << 8 | from[at++];
        return number;
    }

    private static byte[] Bytes(byte[] from, ref int at, int length)
    {
        at += length;
        return from[(at - length)..at];
    }

    private static string Text(byte[] from, ref int at, int length) => Encoding.UTF8.GetString(Bytes(from, ref at, length));

    private static object?[] Items(byte[] from, ref int at, int count)
    {
        var items = new object?[count];
        for (var i = 0; i < count; i++) items[i] = ReadValue(from, ref at);
        return items;
    }

    private static object? Pairs(byte[] from, ref int at, int count)
    {
        for (var i = 0; i < 2 * count; i++) ReadValue(from, ref at);
        return null;
    }
}
