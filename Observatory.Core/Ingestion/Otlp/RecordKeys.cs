using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;
using Observatory.Core.Events;

namespace Observatory.Core.Ingestion.Otlp;

/// <summary>Identities of records that bring none of their own. The same record again, in either encoding, has the same one.</summary>
internal static class RecordKeys
{
    /// <summary>Bytes: two names as long as they may be, and two numbers.</summary>
    private const int LongestIdentity = 2_048;

    /// <summary>
    /// The client numbers its events from 0 in each of its processes, so that a resumed session repeats numbers: name and time tell them apart.
    /// </summary>
    [SkipLocalsInit]
    public static EventKey Of(string session, OtlpValue sequence, string name, ulong time)
    {
        // Written at once where it is the number that the client sends; the bytes are the same.
        Span<byte> bytes = stackalloc byte[LongestIdentity];
        return sequence.TryInt(out var number) && Utf8.TryWrite(bytes, CultureInfo.InvariantCulture, $"{session}\n{number}\n{name}\n{time}", out var length)
            ? EventKey.Of(KeySpace.Record, bytes[..length])
            : EventKey.Of(KeySpace.Record, string.Create(CultureInfo.InvariantCulture, $"{session}\n{sequence.AsText()}\n{name}\n{time}"));
    }

    /// <summary>Of all that a record holds, whatever the order of its attributes.</summary>
    public static EventKey OfAll(OtlpAttributes resource, ulong time, string name, OtlpValue body, OtlpAttributes attributes)
    {
        var hash = new XxHash128();
        Append(hash, name);
        Append(hash, time);
        Append(hash, (byte)body.Kind);
        Append(hash, body.AsText() ?? "");
        Append(hash, resource);
        Append(hash, attributes);
        return Finish(hash, KeySpace.Record);
    }

    /// <param name="part">Tells the two values of a distribution apart.</param>
    public static EventKey OfPoint(string metric, string tags, ulong start, ulong time, byte part)
    {
        var hash = new XxHash128();
        Append(hash, metric);
        Append(hash, tags);
        Append(hash, start);
        Append(hash, time);
        Append(hash, part);
        return Finish(hash, KeySpace.Point);
    }

    /// <summary>What the points of one running total share.</summary>
    public static ulong Series(string metric, string tags, ulong start) =>
        EventKey.Fingerprint(string.Create(CultureInfo.InvariantCulture, $"{metric}\n{start}\n{tags}"));

    private static void Append(XxHash128 hash, OtlpAttributes attributes)
    {
        Append(hash, (ulong)attributes.Count);
        foreach (var (name, value) in attributes.Items.OrderBy(a => a.Key, StringComparer.Ordinal).ThenBy(a => a.Value.AsText(), StringComparer.Ordinal))
        {
            Append(hash, name);
            Append(hash, (byte)value.Kind);
            Append(hash, value.AsText() ?? "");
        }
    }

    /// <summary>With its length, so that two texts never read as others.</summary>
    private static void Append(XxHash128 hash, string text)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, bytes);
        Append(hash, (ulong)length);
        hash.Append(bytes.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(bytes);
    }

    private static void Append(XxHash128 hash, ulong number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
        hash.Append(bytes);
    }

    private static EventKey Finish(XxHash128 hash, KeySpace space)
    {
        Span<byte> bytes = stackalloc byte[16];
        hash.GetHashAndReset(bytes);
        return EventKey.Of(space, bytes);
    }
}
