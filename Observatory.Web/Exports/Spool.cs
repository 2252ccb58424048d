using Microsoft.Win32.SafeHandles;

namespace Observatory.Web.Exports;

/// <summary>
/// What a writer writes and a slower reader reads at the same time: the beginning in memory, the rest in a file without a name that goes with it. The writer
/// never waits for the reader, so that no reader holds a moment of the store. One writer, one reader.
/// </summary>
/// <param name="folder">Where a file may be made.</param>
internal sealed class Spool(string folder) : Stream
{
    /// <summary>Most answers are shorter, and need no file.</summary>
    private const int InMemory = 512 * 1024;

    private const int Piece = 64 * 1024;

    private readonly MemoryStream _start = new();
    private readonly SemaphoreSlim _more = new(0);
    private readonly Lock _gate = new();
    private SafeFileHandle? _rest;
    private long _written;
    private bool _isOver;
    private Exception? _fault;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var room = (int)Math.Min(buffer.Length, Math.Max(0, InMemory - _written));
            if (room > 0)
            {
                lock (_gate) _start.Write(buffer.Span[..room]);
            }
            else
            {
                room = buffer.Length;
                _rest ??= Open();
                await RandomAccess.WriteAsync(_rest, buffer, _written - InMemory, cancellationToken);
            }
            buffer = buffer[room..];
            lock (_gate) _written += room;
        }
        Tell();
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        // Writers of archives end them synchronously; it is little.
        var bytes = buffer.ToArray();
        WriteAsync(bytes, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Nothing more is written.</summary>
    /// <param name="fault">Why it is not whole; null = it is.</param>
    public void Complete(Exception? fault)
    {
        lock (_gate) (_isOver, _fault) = (true, fault);
        Tell();
    }

    /// <summary>Gives on what is written until it is complete.</summary>
    /// <exception cref="IOException">It will never be whole.</exception>
    public async Task CopyAsync(Stream output, CancellationToken cancel)
    {
        var (piece, at) = (new byte[Piece], 0L);
        while (true)
        {
            var (written, isOver, fault) = Seen();
            if (fault is not null) throw new IOException("The file could not be written to its end.", fault);
            if (at == written && isOver) return;
            if (at == written)
            {
                await output.FlushAsync(cancel);
                await _more.WaitAsync(cancel);
                continue;
            }
            var length = await ReadAsync(piece.AsMemory(0, (int)Math.Min(Piece, written - at)), at, cancel);
            await output.WriteAsync(piece.AsMemory(0, length), cancel);
            at += length;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rest?.Dispose();
            _more.Dispose();
            _start.Dispose();
        }
        base.Dispose(disposing);
    }

    private (long Written, bool IsOver, Exception? Fault) Seen()
    {
        lock (_gate) return (_written, _isOver, _fault);
    }

    private async ValueTask<int> ReadAsync(Memory<byte> into, long at, CancellationToken cancel)
    {
        if (at >= InMemory) return await RandomAccess.ReadAsync(_rest!, into, at - InMemory, cancel);
        var length = (int)Math.Min(into.Length, InMemory - at);
        lock (_gate) _start.GetBuffer().AsSpan((int)at, length).CopyTo(into.Span);
        return length;
    }

    private void Tell()
    {
        if (_more.CurrentCount == 0) _more.Release();
    }

    private SafeFileHandle Open()
    {
        Directory.CreateDirectory(folder);
        return File.OpenHandle(
            Path.Combine(folder, $"{Guid.NewGuid():N}.part"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None,
            FileOptions.Asynchronous | FileOptions.DeleteOnClose);
    }
}
