using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Observatory.Core.Ingestion.Uploads;

/// <summary>A file inside what was uploaded. Its name says what it is, and never where anything is written.</summary>
internal sealed record UploadEntry(string Name, Stream Content);

/// <summary>The files of an upload, one after the other; each must be read before the next is asked for.</summary>
internal static class UploadEntries
{
    /// <summary>A frame may ask for a window of up to 32 MB.</summary>
    private const int LargestWindowLog = 25;

    public const int MaximumEntries = 100_000;

    /// <param name="file">Seekable.</param>
    /// <param name="name">Of the file where the sender gave one; it names the session of a single transcript.</param>
    /// <param name="most">Bytes that may come out of it, with those that nobody reads.</param>
    /// <exception cref="UploadRefusedException">It is none of the three.</exception>
    public static IAsyncEnumerable<UploadEntry> Open(Stream file, string name, long most, CancellationToken cancel)
    {
        Span<byte> head = stackalloc byte[64];
        head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        if (head.StartsWith("PK"u8)) return Zip(file, cancel);
        if (head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD])) return TarZst(file, most, cancel);
        if (head.StartsWith("\uFEFF"u8)) head = head[3..];
        if (head.TrimStart(" \t\r\n"u8) is [(byte)'{', ..]) return One(new UploadEntry(name, file));
        throw new UploadRefusedException("The file is neither a transcript (.jsonl) nor a .zip or .tar.zst of them.");
    }

    private static async IAsyncEnumerable<UploadEntry> One(UploadEntry entry)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return entry;
    }

    private static async IAsyncEnumerable<UploadEntry> Zip(Stream file, [EnumeratorCancellation] CancellationToken cancel)
    {
        var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        await using (archive.ConfigureAwait(false))
        {
            if (archive.Entries.Count > MaximumEntries) throw TooMany();
            foreach (var entry in archive.Entries)
            {
                if (entry.FullName.EndsWith('/') || !UploadNames.IsWanted(entry.FullName)) continue;
                var content = await entry.OpenAsync(cancel).ConfigureAwait(false);
                await using (content.ConfigureAwait(false)) yield return new UploadEntry(entry.FullName, content);
            }
        }
    }

    private static async IAsyncEnumerable<UploadEntry> TarZst(Stream file, long most, [EnumeratorCancellation] CancellationToken cancel)
    {
        var plain = new DecompressionStream(file, leaveOpen: true);
        await using (plain.ConfigureAwait(false))
        {
            plain.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, LargestWindowLog);
            var archive = new TarReader(plain, leaveOpen: true);
            await using (archive.ConfigureAwait(false))
            {
                var (count, skipped) = (0, 0L);
                while (await archive.GetNextEntryAsync(copyData: false, cancel).ConfigureAwait(false) is { } entry)
                {
                    if (++count > MaximumEntries) throw TooMany();
                    // Links and devices lead elsewhere: only what holds its own bytes is read.
                    if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || entry.DataStream is null
                        || !UploadNames.IsWanted(entry.Name))
                    {
                        // To step over it, it has to come out of the archive.
                        if ((skipped += entry.Length) > most) throw TooLarge();
                        continue;
                    }
                    yield return new UploadEntry(entry.Name, entry.DataStream);
                }
                if (count == 0) throw new UploadRefusedException("The .tar.zst holds no files.");
            }
        }
    }

    internal static UploadRefusedException TooLarge() =>
        new("The archive holds more than an upload may: 2 GB a file, 16 GB in all, and no more than 200 times its own size.");

    private static UploadRefusedException TooMany() => new($"The archive holds more than {MaximumEntries:N0} files.");
}
