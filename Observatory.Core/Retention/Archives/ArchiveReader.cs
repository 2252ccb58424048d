using System.Security.Cryptography;
using System.Text.Json;
using ZstdSharp;

namespace Observatory.Core.Retention.Archives;

/// <summary>Reads archives, and says whether one is what its manifest says.</summary>
internal static class ArchiveReader
{
    /// <summary>The lines of a file, in their order.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or of a later form.</exception>
    public static IEnumerable<ArchiveLine> Lines(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024);
        foreach (var line in Lines(stream)) yield return line;
    }

    public static ArchiveVerdict Verify(string file, ArchiveManifest manifest, CancellationToken cancel = default)
    {
        var (rows, hash) = (0L, "");
        try
        {
            using var sha = SHA256.Create();
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024);
            using (var hashed = new CryptoStream(stream, sha, CryptoStreamMode.Read, leaveOpen: true))
            {
                string? reason = null;
                try
                {
                    foreach (var line in Lines(hashed))
                    {
                        cancel.ThrowIfCancellationRequested();
                        if (ArchiveKinds.IsRow(manifest.Dataset, line.Kind)) rows++;
                    }
                }
                catch (InvalidDataException e)
                {
                    reason = e.Message;
                }
                // To its end, whatever it holds: the hash is of all of it.
                hashed.CopyTo(Stream.Null);
                hash = Convert.ToHexStringLower(sha.Hash!);
                if (hash != manifest.Sha256) reason = "The file is not the one that was written: its hash is another.";
                else if (reason is null && rows != manifest.Rows) reason = $"It holds {rows} rows, and {manifest.Rows} were written.";
                return new ArchiveVerdict(reason is null, rows, hash, reason);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ArchiveVerdict(false, rows, hash, e is FileNotFoundException or DirectoryNotFoundException ? "The file is gone." : e.Message);
        }
    }

    private static IEnumerable<ArchiveLine> Lines(Stream packed)
    {
        using var plain = new DecompressionStream(packed, leaveOpen: true);
        using var text = new StreamReader(plain);
        var isFirst = true;
        while (Next(text) is { } line)
        {
            if (isFirst && (line.Kind != ArchiveKinds.Head || line.Head is null)) throw new InvalidDataException("It is no archive.");
            if (isFirst && line.Head!.Format > ArchiveKinds.Format) throw new InvalidDataException("It was written by a later version of this program.");
            isFirst = false;
            yield return line;
        }
        if (isFirst) throw new InvalidDataException("It is empty.");
    }

    private static ArchiveLine? Next(StreamReader text)
    {
        try
        {
            if (text.ReadLine() is not { } line) return null;
            return JsonSerializer.Deserialize<ArchiveLine>(line, ArchiveLine.OfLines) ?? throw new InvalidDataException("A line says nothing.");
        }
        catch (Exception e) when (e is JsonException or ZstdException or EndOfStreamException)
        {
            throw new InvalidDataException($"It is damaged: {e.Message}", e);
        }
    }
}
