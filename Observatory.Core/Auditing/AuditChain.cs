using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Observatory.Core.Auditing;

/// <summary>
/// What of a row is hashed: the hash of the row before, then each column with its type and its length, in the order of the table. Those are the bytes that are
/// stored, so that a column that is changed, or moved into its neighbour, shows. Anyone can compute it again from an export.
/// </summary>
internal sealed class AuditChain
{
    public const int HashLength = 32;

    private const byte Integer = 1, Text = 3, Blob = 4, Null = 5;

    private byte[] _bytes = new byte[1024];
    private int _length;

    /// <summary>Begins a row.</summary>
    /// <param name="before">Hash of the row before, 32 bytes.</param>
    public AuditChain Begin(ReadOnlySpan<byte> before)
    {
        _length = 0;
        before.CopyTo(Room(before.Length));
        return this;
    }

    public AuditChain Add(long value)
    {
        var room = Room(1 + sizeof(long));
        room[0] = Integer;
        BinaryPrimitives.WriteInt64LittleEndian(room[1..], value);
        return this;
    }

    /// <param name="text">UTF-8.</param>
    public AuditChain AddText(ReadOnlySpan<byte> text) => AddBytes(Text, text);

    public AuditChain Add(string text) => AddBytes(Text, Encoding.UTF8.GetBytes(text));

    public AuditChain AddBlob(ReadOnlySpan<byte> blob) => AddBytes(Blob, blob);

    public AuditChain AddNull()
    {
        Room(1)[0] = Null;
        return this;
    }

    /// <param name="hash">Takes 32 bytes.</param>
    public void End(Span<byte> hash) => SHA256.HashData(_bytes.AsSpan(0, _length), hash);

    /// <summary>The row with its hash.</summary>
    public AuditRow Seal(AuditPlace before, long at, AuditEvent done)
    {
        var row = new AuditRow(before.Seq + 1, at, done.Actor, done.Action, done.Target, done.Address ?? "", done.Details ?? "", new byte[HashLength]);
        Begin(before.Hash).Add(row.Seq).Add(row.At).Add(row.Actor.Kind).Add(row.Actor.Id).Add(row.Actor.Name).Add(row.Action).Add(row.Target)
            .Add(row.Address).Add(row.Details).End(row.Hash);
        return row;
    }

    private AuditChain AddBytes(byte type, ReadOnlySpan<byte> bytes)
    {
        var room = Room(1 + sizeof(int) + bytes.Length);
        room[0] = type;
        BinaryPrimitives.WriteInt32LittleEndian(room[1..], bytes.Length);
        bytes.CopyTo(room[(1 + sizeof(int))..]);
        return this;
    }

    private Span<byte> Room(int length)
    {
        if (_length + length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_length + length, _bytes.Length * 2));
        var room = _bytes.AsSpan(_length, length);
        _length += length;
        return room;
    }
}
