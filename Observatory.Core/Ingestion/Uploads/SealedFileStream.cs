using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Observatory.Core.Ingestion.Uploads;

/// <summary>
/// A file whose bytes are never on the disk as they are: AES-256 in counter mode, with a key that lives in this process only. What a crash
/// leaves behind is noise. For one writer, then one reader at a time; not thread-safe.
/// </summary>
public sealed class SealedFileStream : Stream
{
    private const int Block = 16;
    private const int Chunk = 64 * 1024;

    private readonly FileStream _file;
    private readonly Aes _aes = Aes.Create();
    private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(Block - sizeof(long));

    /// <param name="path">Nothing is there yet; it is gone when the stream is closed, and belongs to this account alone.</param>
    public SealedFileStream(string path)
    {
        _aes.Key = RandomNumberGenerator.GetBytes(32);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read,
            BufferSize = 0,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _file = new FileStream(path, options);
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => _file.Length;

    public override long Position
    {
        get => _file.Position;
        set => _file.Position = value;
    }

    public override int Read(Span<byte> buffer)
    {
        var at = _file.Position;
        var read = _file.Read(buffer);
        Apply(buffer[..read], at);
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var at = _file.Position;
        var read = await _file.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Apply(buffer.Span[..read], at);
        return read;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var copy = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            while (!buffer.IsEmpty)
            {
                var part = Math.Min(Chunk, buffer.Length);
                buffer[..part].CopyTo(copy);
                Apply(copy.AsSpan(0, part), _file.Position);
                _file.Write(copy, 0, part);
                buffer = buffer[part..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy, clearArray: true);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var copy = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            while (!buffer.IsEmpty)
            {
                var part = Math.Min(Chunk, buffer.Length);
                buffer[..part].CopyTo(copy);
                Apply(copy.AsSpan(0, part), _file.Position);
                await _file.WriteAsync(copy.AsMemory(0, part), cancellationToken).ConfigureAwait(false);
                buffer = buffer[part..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy, clearArray: true);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => _file.Flush();

    public override long Seek(long offset, SeekOrigin origin) => _file.Seek(offset, origin);

    public override void SetLength(long value) => _file.SetLength(value);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
            _aes.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>Adds the key stream of a place to the bytes there; a second time takes it away.</summary>
    private void Apply(Span<byte> bytes, long at)
    {
        var stream = ArrayPool<byte>.Shared.Rent(Chunk + Block);
        try
        {
            while (!bytes.IsEmpty)
            {
                var skip = (int)(at % Block);
                var part = Math.Min(Chunk - skip, bytes.Length);
                var blocks = stream.AsSpan(0, (skip + part + Block - 1) / Block * Block);
                for (var i = 0; i < blocks.Length; i += Block)
                {
                    _nonce.CopyTo(blocks[i..]);
                    BinaryPrimitives.WriteInt64LittleEndian(blocks[(i + _nonce.Length)..], (at + i) / Block);
                }
                _aes.EncryptEcb(blocks, blocks, PaddingMode.None);
                Xor(bytes[..part], blocks[skip..]);
                bytes = bytes[part..];
                at += part;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(stream, clearArray: true);
        }
    }

    private static void Xor(Span<byte> bytes, ReadOnlySpan<byte> with)
    {
        var i = 0;
        for (; i + Vector<byte>.Count <= bytes.Length; i += Vector<byte>.Count) (new Vector<byte>(bytes[i..]) ^ new Vector<byte>(with[i..])).CopyTo(bytes[i..]);
        for (; i < bytes.Length; i++) bytes[i] ^= with[i];
    }
}
