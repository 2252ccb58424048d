using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Observatory.Core.Events;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>What became of one reading: the bookmark behind the last whole line, and whether it began at the top again.</summary>
/// <param name="End">Null where nothing was read and nothing had been before.</param>
/// <param name="Batches">Handed on, not necessarily committed.</param>
/// <param name="StartedOver">The file had shrunk or been replaced.</param>
public sealed record ReadResult(Bookmark? End, IReadOnlyList<EventBatch> Batches, bool StartedOver);

/// <summary>Reads one transcript from a bookmark to its last whole line. Stateless between files; thread-safe.</summary>
public sealed class TranscriptReader(IEventSink sink, EventSource source)
{
    /// <summary>A batch ends at this many events …</summary>
    public const int EventsPerBatch = 2_000;

    /// <summary>… or this many bytes of file.</summary>
    public const long BytesPerBatch = 4 * 1024 * 1024;

    private const int LongestRejectedText = 500;

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public async Task<ReadResult> ReadAsync(TranscriptFile file, Bookmark? from, CancellationToken cancel)
    {
        var batches = new List<EventBatch>();
        var (end, startedOver) = await ReadAsync(file, from, batches.Add, cancel).ConfigureAwait(false);
        return new ReadResult(end, batches, startedOver);
    }

    /// <param name="written">Given each batch after it was handed on.</param>
    internal async Task<(Bookmark? End, bool StartedOver)> ReadAsync(TranscriptFile file, Bookmark? from, Action<EventBatch> written, CancellationToken cancel)
    {
        using var handle = File.OpenHandle(file.Copy ?? file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        var size = RandomAccess.GetLength(handle);
        var modifiedAt = new DateTimeOffset(File.GetLastWriteTimeUtc(handle)).ToUnixTimeMilliseconds();
        // Same length, another time of change: rewritten in place. What is read twice counts once, so reading again is always right.
        var startedOver = from is not null && (size < from.Offset || size == from.Size && modifiedAt != from.ModifiedAt || !FileMark.Holds(handle, from));
        if (startedOver) from = null;

        var state = new Reading(file, handle, from, size, modifiedAt, source);
        try
        {
            while (state.NextBatch() is { } batch)
            {
                await sink.WriteAsync(batch, cancel).ConfigureAwait(false);
                written(batch);
            }
        }
        finally
        {
            state.Dispose();
        }
        return (state.Last ?? from, startedOver);
    }

    private sealed class Reading(TranscriptFile file, SafeFileHandle handle, Bookmark? from, long size, long modifiedAt, EventSource source) : IDisposable
    {
        private readonly LineFeed _feed = new(handle, from?.Offset ?? 0);
        private readonly LineFields _fields = new();
        private readonly LineInterpreter _interpreter = new(file);
        private long _line = from?.Line ?? 0;
        private bool _ended;

        public Bookmark? Last { get; private set; }

        /// <summary>Null at the end. A file without a new line still gives one batch where its time of change must be remembered.</summary>
        public EventBatch? NextBatch()
        {
            if (_ended) return null;
            var batch = new EventBatch { Source = source, User = file.Owner };
            if (Last is null && from is null) AddAgentFacts(batch);
            var start = _feed.Offset;
            var more = true;
            while (batch.Events.Count < EventsPerBatch && _feed.Offset - start < BytesPerBatch && (more = _feed.TryRead(out var line)))
            {
                _line++;
                batch.Lines++;
                if (IsBlank(line)) continue;
                Read(line, batch);
            }
            _ended = !more;
            if (batch.Lines == 0 && from is not null && from.Size == size && from.ModifiedAt == modifiedAt) return null;
            if (batch.Lines == 0 && Last is not null) return null;
            Last = FileMark.Make(handle, file.Path, _feed.Offset, _line, size, modifiedAt);
            if (file.Copy is null) batch.Bookmark = Last;
            return batch;
        }

        private void Read(ReadOnlySpan<byte> line, EventBatch batch)
        {
            string? fault;
            try
            {
                // A byte order mark may stand at the very top.
                if (_line == 1 && line.StartsWith("\uFEFF"u8)) line = line[3..];
                LineScanner.Scan(line, _fields);
                fault = _interpreter.Interpret(line, _fields, batch);
            }
            catch (JsonException e)
            {
                fault = line.IndexOf((byte)0) >= 0 ? "The line holds NUL bytes; it was not written to the end." : $"The line is not JSON: {Reason(e)}";
            }
            if (fault is not null) batch.Rejected.Add(new RejectedLine(file.Path, _line, _feed.LineStart, fault, Start(line)));
        }

        private void AddAgentFacts(EventBatch batch)
        {
            if (file.Agent is null || file.Session is null || file.Copy is not null) return;
            if (AgentMeta.TryRead(file.Path, file.Agent) is { } facts) batch.Session(file.Session).Agents.Add(facts);
        }

        private static string Reason(JsonException e)
        {
            var text = e.Message;
            var end = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
            return end > 0 ? text[..end] : text;
        }

        private static string Start(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line[..Math.Min(line.Length, LongestRejectedText)]).Replace('\0', '\uFFFD');

        private static bool IsBlank(ReadOnlySpan<byte> line) => line.TrimStart(" \t\r"u8).IsEmpty;

        public void Dispose() => _feed.Dispose();
    }
}
