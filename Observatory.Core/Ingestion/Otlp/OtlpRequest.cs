namespace Observatory.Core.Ingestion.Otlp;

/// <summary>The three kinds of OTLP requests.</summary>
public enum OtlpSignal
{
    Logs,
    Metrics,
    Traces,
}

/// <summary>How a request is written.</summary>
public enum OtlpEncoding
{
    Protobuf,
    Json,
}

/// <summary>The body is no OTLP request: it is refused as a whole. The only exception that reading one throws.</summary>
public sealed class OtlpFormatException(string message, bool isTooLarge = false) : Exception(message)
{
    /// <summary>It can be read, but holds more than is taken at once.</summary>
    public bool IsTooLarge { get; } = isTooLarge;
}

/// <summary>A request as it goes to the writer and as it is answered.</summary>
/// <param name="Batches">One for each user that it names; none where it was empty.</param>
/// <param name="Taken">Records, points or spans that count.</param>
/// <param name="Rejected">Those that were set aside as dead letters (in <paramref name="Batches"/>).</param>
/// <param name="Message">Why, the first reasons; null where nothing was rejected.</param>
public sealed record OtlpRequest(IReadOnlyList<EventBatch> Batches, int Taken, int Rejected, string? Message)
{
    /// <exception cref="OtlpFormatException">It cannot be read.</exception>
    public static OtlpRequest Read(OtlpSignal signal, OtlpEncoding encoding, ReadOnlySpan<byte> body)
    {
        var interpreter = new OtlpInterpreter();
        Read(signal, encoding, body, interpreter);
        return interpreter.Finish();
    }

    /// <summary>An empty body is an empty request in both encodings: the specification asks for success.</summary>
    /// <param name="first">Items before those that the handler is given.</param>
    /// <param name="count">How many it is given.</param>
    /// <returns>How many there are.</returns>
    internal static int Read(OtlpSignal signal, OtlpEncoding encoding, ReadOnlySpan<byte> body, IOtlpHandler handler, int first = 0, int count = int.MaxValue)
    {
        if (body.IsEmpty) return 0;
        var buffers = OtlpBuffers.Take();
        (buffers.First, buffers.Count) = (first, count);
        try
        {
            if (encoding == OtlpEncoding.Json) new OtlpJsonReader(body, handler, buffers).Read(signal);
            else new OtlpProtobufReader(handler, buffers).Read(signal, body);
            return buffers.Items;
        }
        finally
        {
            buffers.Return();
        }
    }
}

/// <summary>How much of one request is taken.</summary>
internal static class OtlpLimits
{
    /// <summary>Records, points and spans of one request.</summary>
    public const int Items = 50_000;

    /// <summary>Characters of ids and names.</summary>
    public const int Name = 256;

    /// <summary>Attributes of a record, span or resource.</summary>
    public const int Attributes = 128;

    /// <summary>Attributes of a point: they become tags.</summary>
    public const int Tags = 64;

    /// <summary>Lists and maps inside one another in one value.</summary>
    public const int ValueDepth = 16;

    /// <summary>Elements of all lists and maps of one value.</summary>
    public const int ValueElements = 1_000;

    /// <summary>Messages (JSON: objects and lists) inside one another.</summary>
    public const int Depth = 64;
}
