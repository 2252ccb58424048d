using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Observatory.Web.Ingest;

/// <summary>How the reading of a body ended.</summary>
internal enum BodyEnd
{
    Whole,
    TooLarge,

    /// <summary>The compressed data is wrong, or ends before its end.</summary>
    Broken,

    /// <summary>All requests together hold as much as they may.</summary>
    NoBudget,
}

internal static class BodyFill
{
    public static async ValueTask<BodyEnd> FillAsync(this IngestBody body, Stream source, CancellationToken cancel)
    {
        while (true)
        {
            if (body.IsFull) return BodyEnd.TooLarge;
            if (body.Free.IsEmpty && !body.TryGrow()) return BodyEnd.NoBudget;
            var read = await source.ReadAsync(body.Free, cancel);
            if (read == 0) return BodyEnd.Whole;
            body.Advance(read);
        }
    }
}

/// <summary>
/// The decoder of the platform takes data that is cut for data that ends. So a member of our own is put behind what came: its content,
/// which no sender knows, comes out last only where everything before it was whole.
/// </summary>
internal static class GzipBody
{
    public const int Overhead = 16;

    private static readonly byte[] s_mark = RandomNumberGenerator.GetBytes(Overhead);
    private static readonly byte[] s_member = Compress(s_mark);

    public static async ValueTask<BodyEnd> ReadAsync(Stream raw, IngestBody body, CancellationToken cancel)
    {
        try
        {
            await using var source = new GZipStream(new FollowedStream(raw, s_member), CompressionMode.Decompress);
            if (await body.FillAsync(source, cancel) is var end and not BodyEnd.Whole) return end;
        }
        catch (InvalidDataException)
        {
            return BodyEnd.Broken;
        }
        if (!body.Memory.Span.EndsWith(s_mark)) return BodyEnd.Broken;
        body.Cut(Overhead);
        return BodyEnd.Whole;
    }

    private static byte[] Compress(byte[] data)
    {
        var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest)) gzip.Write(data);
        return bytes.ToArray();
    }
}

internal static class BrotliBody
{
    private const int ChunkSize = 16 * 1024;

    public static async ValueTask<BodyEnd> ReadAsync(Stream raw, IngestBody body, CancellationToken cancel)
    {
        // Not "using": the decoder is a structure that changes itself.
        var decoder = new BrotliDecoder();
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            var data = chunk.AsMemory(0, await raw.ReadAsync(chunk, cancel));
            if (data.IsEmpty) return BodyEnd.Whole;
            while (true)
            {
                if (body.IsFull) return BodyEnd.TooLarge;
                if (body.Free.IsEmpty && !body.TryGrow()) return BodyEnd.NoBudget;
                var status = decoder.Decompress(data.Span, body.Free.Span, out var consumed, out var written);
                data = data[consumed..];
                body.Advance(written);
                if (status == OperationStatus.InvalidData) return BodyEnd.Broken;
                if (status == OperationStatus.Done) return data.IsEmpty && await raw.ReadAsync(chunk, cancel) == 0 ? BodyEnd.Whole : BodyEnd.Broken;
                if (status != OperationStatus.NeedMoreData) continue;
                data = chunk.AsMemory(0, await raw.ReadAsync(chunk, cancel));
                if (data.IsEmpty) return BodyEnd.Broken;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
            decoder.Dispose();
        }
    }
}
