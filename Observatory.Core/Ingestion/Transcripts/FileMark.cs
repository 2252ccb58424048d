using System.Buffers;
using System.IO.Hashing;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>Hashes by which a file is known again: its head, and the bytes before the place that was read to.</summary>
internal static class FileMark
{
    private const int LongestHead = 4096;
    private const int LongestTail = 256;

    public static Bookmark Make(TranscriptBytes bytes, string path, long offset, long line, long size, long modifiedAt)
    {
        var head = (int)Math.Min(LongestHead, offset);
        var tail = (int)Math.Min(LongestTail, offset);
        return new Bookmark(path, offset, line, Hash(bytes, 0, head), head, Hash(bytes, offset - tail, tail), size, modifiedAt);
    }

    /// <summary>The file still begins as it did and still has the same bytes before the bookmark.</summary>
    public static bool Holds(TranscriptBytes bytes, Bookmark mark)
    {
        var tail = (int)Math.Min(LongestTail, mark.Offset);
        return Hash(bytes, 0, mark.HeadLength) == mark.HeadHash && Hash(bytes, mark.Offset - tail, tail) == mark.TailHash;
    }

    private static ulong Hash(TranscriptBytes file, long offset, int length)
    {
        var part = ArrayPool<byte>.Shared.Rent(Math.Max(1, length));
        try
        {
            var read = 0;
            while (read < length)
            {
                var more = file.Read(part.AsSpan(read, length - read), offset + read);
                if (more == 0) break;
                read += more;
            }
            return XxHash3.HashToUInt64(part.AsSpan(0, read));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(part);
        }
    }
}
