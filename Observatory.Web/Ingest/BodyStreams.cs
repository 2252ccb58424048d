namespace Observatory.Web.Ingest;

/// <summary>A stream that is read once, from front to back, and not closed by who reads it.</summary>
internal abstract class ForwardStream : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>Ends at a limit.</summary>
internal sealed class LimitedStream(Stream inner, long limit) : ForwardStream
{
    private long _count;

    /// <summary>There was more than the limit.</summary>
    public bool IsExceeded => _count > limit;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (IsExceeded) return 0;
        var read = await inner.ReadAsync(buffer, cancellationToken);
        _count += read;
        return IsExceeded ? 0 : read;
    }
}

/// <summary>A stream with a few bytes behind it.</summary>
internal sealed class FollowedStream(Stream inner, ReadOnlyMemory<byte> last) : ForwardStream
{
    private bool _innerEnded;
    private int _given;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_innerEnded)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            if (read > 0 || buffer.IsEmpty) return read;
            _innerEnded = true;
        }
        var rest = last[_given..];
        var length = Math.Min(rest.Length, buffer.Length);
        rest[..length].CopyTo(buffer);
        _given += length;
        return length;
    }
}
