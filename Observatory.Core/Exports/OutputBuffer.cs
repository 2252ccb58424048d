using System.Buffers;
using System.Text;

namespace Observatory.Core.Exports;

/// <summary>Bytes on their way to a stream: put together here, handed over in large pieces and never synchronously. One writer's; not thread-safe.</summary>
internal sealed class OutputBuffer(Stream output)
{
    /// <summary>A piece; whoever adds more than this at a time gets what that needs.</summary>
    private const int Piece = 32 * 1024;

    private readonly ArrayBufferWriter<byte> _bytes = new(2 * Piece);

    public IBufferWriter<byte> Writer => _bytes;

    public void Add(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }

    public void Add(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    /// <summary>Lone surrogates become U+FFFD.</summary>
    public void Add(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, _bytes);

    /// <summary>A value that formats itself in little space.</summary>
    public void Add<T>(T value, ReadOnlySpan<char> format, IFormatProvider culture) where T : IUtf8SpanFormattable
    {
        for (var size = 64; ; size *= 2)
        {
            if (value.TryFormat(_bytes.GetSpan(size), out var written, format, culture))
            {
                _bytes.Advance(written);
                return;
            }
        }
    }

    /// <summary>Hands over what is there if it is a piece.</summary>
    public ValueTask PassAsync(CancellationToken cancel) => _bytes.WrittenCount < Piece ? ValueTask.CompletedTask : FlushAsync(cancel);

    public async ValueTask FlushAsync(CancellationToken cancel)
    {
        if (_bytes.WrittenCount > 0) await output.WriteAsync(_bytes.WrittenMemory, cancel).ConfigureAwait(false);
        await output.FlushAsync(cancel).ConfigureAwait(false);
        _bytes.ResetWrittenCount();
    }
}
