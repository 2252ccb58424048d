using System.Buffers;

namespace Observatory.Core.Privacy;

/// <summary>
/// Redacts a text of any length in bounded memory: in pieces, parted only where the text on both sides gives the same whether it is looked at
/// together or apart.
/// </summary>
public sealed class TextStreamRedactor(Redactor redactor)
{
    /// <summary>In place of what could not be checked.</summary>
    public const string Unchecked = "[redacted:unchecked]";

    /// <summary>Characters that are held at once.</summary>
    internal const int Piece = 256 * 1024;

    /// <summary>On each side of a seam, what is looked at to judge it; longer than what any rule reads on.</summary>
    private const int Around = 16 * 1024;

    private const int MostTries = 64;

    /// <returns>False where a part could not be checked: <see cref="Unchecked"/> stands in its place.</returns>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public async Task<bool> CopyAsync(TextReader from, TextWriter to, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        var held = ArrayPool<char>.Shared.Rent(Piece);
        var isWhole = true;
        try
        {
            for (var (length, isEnd) = (0, false); !isEnd || length > 0;)
            {
                while (!isEnd && length < Piece)
                {
                    var read = await from.ReadAsync(held.AsMemory(length, Piece - length), cancel).ConfigureAwait(false);
                    isEnd = read == 0;
                    length += read;
                }
                var end = isEnd ? length : Seam(held.AsSpan(0, length));
                // Nowhere a seam: all of it is one thing that is not known.
                var text = end > 0 || length == 0 ? redactor.Redact(new string(held, 0, end)) : null;
                if (text is null) (isWhole, end) = (false, end > 0 ? end : length);
                await to.WriteAsync((text ?? Unchecked).AsMemory(), cancel).ConfigureAwait(false);
                held.AsSpan(end, length - end).CopyTo(held);
                length -= end;
                if (isEnd) break;
            }
            await to.FlushAsync(cancel).ConfigureAwait(false);
            return isWhole;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(held, clearArray: true);
        }
    }

    /// <summary>Where it may be parted: behind a line, else behind a blank, else anywhere; 0 where nowhere.</summary>
    private int Seam(ReadOnlySpan<char> text)
    {
        var last = text.Length - Around;
        foreach (var sign in "\n ")
        {
            for (var (at, tries) = (text[..last].LastIndexOf(sign), 0); at >= 0 && tries < MostTries; at = text[..at].LastIndexOf(sign), tries++)
            {
                if (Holds(text, at + 1)) return at + 1;
            }
        }
        for (var at = last; at > last - MostTries && at > 0; at--)
        {
            if (!char.IsLowSurrogate(text[at]) && Holds(text, at)) return at;
        }
        return 0;
    }

    private bool Holds(ReadOnlySpan<char> text, int at)
    {
        var (left, right) = (text[Math.Max(0, at - Around)..at].ToString(), text.Slice(at, Math.Min(Around, text.Length - at)).ToString());
        return redactor.Redact(left + right) is { } whole && redactor.Redact(left) is { } first && redactor.Redact(right) is { } second
            && whole.Length == first.Length + second.Length
            && whole.StartsWith(first, StringComparison.Ordinal)
            && whole.EndsWith(second, StringComparison.Ordinal);
    }
}
