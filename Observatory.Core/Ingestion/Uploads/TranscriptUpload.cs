using System.Buffers;
using Observatory.Core.Events;
using Observatory.Core.Ingestion.Transcripts;
using ZstdSharp;

namespace Observatory.Core.Ingestion.Uploads;

/// <summary>What an upload brought; all of it is durable.</summary>
/// <param name="Files">Transcripts.</param>
/// <param name="Lines">Their lines.</param>
/// <param name="Accepted">Events that added or changed something.</param>
/// <param name="Duplicates">Events that were known.</param>
/// <param name="Rejected">Lines that could not be read; they are set aside.</param>
public sealed record UploadResult(int Files, long Lines, long Accepted, long Duplicates, long Rejected);

/// <summary>An upload that cannot be read, or not to its end. What was read before counts: <see cref="Done"/>.</summary>
public sealed class UploadRefusedException(string reason, Exception? inner = null) : Exception(reason, inner)
{
    public UploadResult? Done { get; init; }
}

/// <summary>
/// Reads transcripts of another machine from one file: a transcript, or an archive of a <c>projects</c> folder. They take the road of
/// transcripts on disk, without bookmarks: what is uploaded twice counts once. Thread-safe.
/// </summary>
/// <param name="sink">Waits while the queue is full.</param>
/// <param name="folder">For one file at a time; emptied at the start.</param>
public sealed class TranscriptUpload(IEventSink sink, UploadFolder folder)
{
    /// <summary>Bytes of one transcript.</summary>
    public const long LargestFile = 2L * 1024 * 1024 * 1024;

    /// <summary>Bytes of all transcripts of one upload.</summary>
    public const long LargestContent = 16L * 1024 * 1024 * 1024;

    /// <summary>Transcripts shrink to a tenth; what shrinks to less than this part is made to fill disks.</summary>
    private const int HighestRatio = 200;

    /// <summary>So few bytes are no burden, however small they were sent.</summary>
    private const long RatioFrom = 1024 * 1024;

    private const int PendingBatches = 16;
    private const int ChunkSize = 128 * 1024;

    /// <summary>The same for what comes from this machine.</summary>
    public Task<UploadResult> ReadAsync(Stream file, string? name, string owner, CancellationToken cancel) => ReadAsync(file, name, owner, null, cancel);

    /// <param name="file">Seekable.</param>
    /// <param name="name">Of the file, or null.</param>
    /// <param name="owner">Whose transcripts they are.</param>
    /// <param name="sender">Who sent it; null = it is of this machine.</param>
    /// <exception cref="UploadRefusedException">It cannot be read, or not to its end.</exception>
    /// <exception cref="IOException">The disk is full.</exception>
    public async Task<UploadResult> ReadAsync(Stream file, string? name, string owner, BatchSender? sender, CancellationToken cancel)
    {
        var road = sender is null ? sink : new SentBy(sender, sink);
        var reader = new TranscriptReader(road, EventSource.Transcript);
        var counts = new Counts();
        var content = 0L;
        var largest = Math.Max(RatioFrom, Math.Min(LargestContent, file.Length * HighestRatio));
        try
        {
            await foreach (var entry in UploadEntries.Open(file, name ?? "upload.jsonl", largest, cancel).ConfigureAwait(false))
            {
                if (UploadNames.IsMeta(entry.Name)) await ReadMetaAsync(entry, owner, road, counts, cancel).ConfigureAwait(false);
                else content += await ReadTranscriptAsync(entry, owner, largest - content, reader, counts, cancel).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or ZstdException or UploadRefusedException
            or NotSupportedException)
        {
            await counts.SettleAsync(0).ConfigureAwait(false);
            throw new UploadRefusedException(e is UploadRefusedException ? e.Message : "The archive is damaged or ends before its end.",
                e) { Done = counts.Result };
        }
        await counts.SettleAsync(0).ConfigureAwait(false);
        return counts.Files > 0 ? counts.Result : throw new UploadRefusedException("The archive holds no transcript (.jsonl).");
    }

    private async Task<long> ReadTranscriptAsync(UploadEntry entry, string owner, long most, TranscriptReader reader, Counts counts, CancellationToken cancel)
    {
        var copy = new SealedFileStream(folder.NewFile());
        await using (copy.ConfigureAwait(false))
        {
            // The bytes that came before an archive broke are lines too: they are read before anyone hears of it.
            var (length, fault) = await CopyAsync(entry.Content, copy, Math.Min(most, LargestFile), cancel).ConfigureAwait(false);
            await reader.ReadCopyAsync(UploadNames.FileOf(entry.Name, owner) with { Copy = copy }, counts.Add, cancel).ConfigureAwait(false);
            counts.Files++;
            await counts.SettleAsync(PendingBatches).ConfigureAwait(false);
            if (fault is not null) throw fault;
            return length;
        }
    }

    private static async Task ReadMetaAsync(UploadEntry entry, string owner, IEventSink road, Counts counts, CancellationToken cancel)
    {
        var bytes = new byte[AgentMeta.LargestFile + 1];
        var length = await entry.Content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
        var file = UploadNames.FileOfMeta(entry.Name, owner);
        if (length == bytes.Length || file.Agent is null || file.Session is null || AgentMeta.TryParse(bytes.AsMemory(0, length), file.Agent)
            is not { } facts) return;
        var batch = new EventBatch { Source = EventSource.Transcript, User = owner };
        batch.Session(file.Session).Agents.Add(facts);
        await road.WriteAsync(batch, cancel).ConfigureAwait(false);
        counts.Add(batch);
    }

    private static async Task<(long Length, Exception? Fault)> CopyAsync(Stream from, Stream to, long most, CancellationToken cancel)
    {
        var length = 0L;
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            while (true)
            {
                int read;
                try
                {
                    read = await from.ReadAsync(buffer, cancel).ConfigureAwait(false);
                }
                catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ZstdException)
                {
                    return (length, e);
                }
                if (read == 0) return (length, null);
                length += read;
                if (length > most) return (length, UploadEntries.TooLarge());
                await to.WriteAsync(buffer.AsMemory(0, read), cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>Batches on their way, and what became of those that arrived.</summary>
    private sealed class Counts
    {
        private readonly Queue<EventBatch> _pending = [];
        private long _lines, _events, _duplicates, _rejected;

        public int Files { get; set; }

        public UploadResult Result => new(Files, _lines, _events - _duplicates, _duplicates, _rejected);

        public void Add(EventBatch batch) => _pending.Enqueue(batch);

        /// <summary>Waits until at most so many are not committed yet.</summary>
        public async Task SettleAsync(int most)
        {
            while (_pending.Count > most)
            {
                var batch = _pending.Dequeue();
                await batch.Committed.ConfigureAwait(false);
                _lines += batch.Lines;
                _events += batch.Events.Count;
                _duplicates += batch.Duplicates;
                _rejected += batch.Rejected.Count + batch.RejectedMore;
            }
        }
    }
}

/// <summary>Where an upload is kept while it is read. Only this program writes there, under names of its own.</summary>
public sealed class UploadFolder(string path)
{
    private bool _cleared;
    private readonly Lock _gate = new();

    /// <summary>Removes what a crash left behind. At the start, before anything is put there.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    public void Clear()
    {
        lock (_gate)
        {
            if (_cleared) return;
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            _cleared = true;
        }
    }

    /// <summary>A path that nothing is at.</summary>
    public string NewFile()
    {
        Clear();
        Directory.CreateDirectory(path);
        return Path.Combine(path, $"{Guid.NewGuid():N}.part");
    }
}
