namespace Observatory.Core.Ingestion.Otlp;

/// <summary>
/// Reads a body in parts: what is made of a large one takes twice its size, and more until it is written; of a part that is little. A large body is first read
/// without
/// making anything of it, so that one which cannot be read is refused before a part of it was written, and then once for each part, the others skipped.
/// </summary>
/// <param name="part">Bytes of a part, about; what is not larger is read at once.</param>
public sealed class OtlpParts(OtlpSignal signal, OtlpEncoding encoding, int part = OtlpParts.Usual)
{
    private const int Usual = 8 * 1024 * 1024;

    private readonly OtlpInterpreter _interpreter = new();
    private int _first;
    private int _count = int.MaxValue;
    private int _all;

    /// <summary>Whether there is nothing more to read.</summary>
    public bool IsAtEnd { get; private set; }

    /// <param name="body">The same each time.</param>
    /// <returns>The batches of the next part; what it counts and says is of all parts so far.</returns>
    /// <exception cref="OtlpFormatException">It cannot be read. Only of the first part.</exception>
    public OtlpRequest Next(ReadOnlySpan<byte> body)
    {
        if (_first == 0 && body.Length > part)
        {
            _all = OtlpRequest.Read(signal, encoding, body, OtlpNobody.Instance);
            var parts = (body.Length + part - 1) / part;
            _count = Math.Max(1, (_all + parts - 1) / parts);
        }
        OtlpRequest.Read(signal, encoding, body, _interpreter, _first, _count);
        IsAtEnd = (long)_first + _count >= _all;
        _first += _count;
        return _interpreter.Finish();
    }
}
