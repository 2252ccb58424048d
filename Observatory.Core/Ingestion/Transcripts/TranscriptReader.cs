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

    /// <summary>Bad lines of one file that are kept; the rest is counted.</summary>
    public const int MostRejected = 1_000;

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public Task<ReadResult> ReadAsync(TranscriptFile file, Bookmark? from, CancellationToken cancel) => ReadAsync(file, from, null, withRest: false, cancel);

    /// <param name="marks">What is known of the file's marks, where it is followed; null = nothing.</param>
    /// <param name="withRest">The file has been still: records behind its last line end count too, and are read again when a line end comes.</param>
    /// <param name="isUrgent">What is read goes before what waits for the writer. Of a file of which nothing waits.</param>
    internal async Task<ReadResult> ReadAsync(
        TranscriptFile file, Bookmark? from, PromptMarks? marks, bool withRest, CancellationToken cancel, bool isUrgent = false)
    {
        var batches = new List<EventBatch>();
        var (end, startedOver) = await ReadAsync(file, from, marks, withRest, batches.Add, isUrgent, cancel).ConfigureAwait(false);
        return new ReadResult(end, batches, startedOver);
    }

    /// <summary>Reads a copy once: nothing will be appended to it, so that its rest is a line.</summary>
    /// <param name="written">Given each batch after it was handed on.</param>
    internal Task ReadCopyAsync(TranscriptFile file, Action<EventBatch> written, CancellationToken cancel) =>
        ReadAsync(file, null, null, withRest: true, written, isUrgent: false, cancel);

    private async Task<(Bookmark? End, bool StartedOver)> ReadAsync(
        TranscriptFile file, Bookmark? from, PromptMarks? marks, bool withRest, Action<EventBatch> written, bool isUrgent, CancellationToken cancel)
    {
        using var bytes = TranscriptBytes.Open(file);
        var (size, modifiedAt) = (bytes.Length, bytes.ModifiedAt);
        // Same length, another time of change: rewritten in place. What is read twice counts once, so reading again is always right.
        var startedOver = from is not null && (size < from.Offset || size == from.Size && modifiedAt != from.ModifiedAt || !FileMark.Holds(bytes, from));
        if (startedOver) from = null;
        if (from is null) marks?.Clear();

        using var state = new Reading(file, bytes, from, size, modifiedAt, source, marks ?? new PromptMarks(isKnown: from is null), withRest, isUrgent);
        while (state.NextBatch() is { } batch)
        {
            await sink.WriteAsync(batch, cancel).ConfigureAwait(false);
            written(batch);
        }
        return (state.Last ?? from, startedOver);
    }

    private sealed class Reading : IDisposable
    {
        private readonly TranscriptFile _file;
        private readonly TranscriptBytes _bytes;
        private readonly Bookmark? _from;
        private readonly (long Size, long ModifiedAt) _seen;
        private readonly EventSource _source;
        private readonly LineFeed _feed;
        private readonly RecordReader _records;
        private readonly bool _withRest;
        private readonly bool _isUrgent;
        private long _line;
        private bool _ended;

        public Reading(TranscriptFile file, TranscriptBytes bytes, Bookmark? from, long size, long modifiedAt, EventSource source, PromptMarks marks,
            bool withRest, bool isUrgent)
        {
            (_file, _bytes, _from, _seen, _source, _withRest, _isUrgent) = (file, bytes, from, (size, modifiedAt), source, withRest, isUrgent);
            _feed = new LineFeed(bytes, from?.Offset ?? 0);
            _line = from?.Line ?? 0;
            var interpreter = new LineInterpreter(file) { Marks = marks, Before = from is null ? null : () => PromptsBefore.Read(file, bytes, from.Offset) };
            _records = new RecordReader(file, interpreter);
        }

        public Bookmark? Last { get; private set; }

        /// <summary>Null at the end. A file without a new line still gives one batch where its time of change must be remembered.</summary>
        public EventBatch? NextBatch()
        {
            if (_ended) return null;
            var batch = new EventBatch { Source = _source, User = _file.Owner, IsUrgent = _isUrgent };
            if (Last is null && _from is null) AddAgentFacts(batch);
            var start = _feed.Offset;
            var more = true;
            while (batch.Events.Count < EventsPerBatch && batch.Rejected.Count < MostRejected && _feed.Offset - start < BytesPerBatch
                && (more = _feed.TryRead(out var line)))
            {
                _line++;
                batch.Lines++;
                _records.Read(line, batch, _line, _feed.LineStart);
            }
            _ended = !more;
            var hasRest = _ended && _withRest && ReadRest(batch);
            if (batch.Lines == 0 && !hasRest && _from is { } from && (from.Size, from.ModifiedAt) == _seen) return null;
            if (batch.Lines == 0 && !hasRest && Last is not null) return null;
            Last = FileMark.Make(_bytes, _file.Path, _feed.Offset, _line, _seen.Size, _seen.ModifiedAt);
            if (_file.Copy is null) batch.Bookmark = Last;
            return batch;
        }

        /// <summary>The bookmark stays before the rest: what is appended makes a line of it, which counts once.</summary>
        private bool ReadRest(EventBatch batch)
        {
            var rest = _feed.Rest;
            if (rest.IsEmpty) return false;
            var isFinal = _file.Copy is not null;
            if (isFinal) batch.Lines++;
            _records.Read(rest, batch, _line + 1, _feed.Offset, mayGoOn: !isFinal);
            return true;
        }

        private void AddAgentFacts(EventBatch batch)
        {
            if (_file.Agent is null || _file.Session is null || _file.Copy is not null) return;
            if (AgentMeta.TryRead(_file.Path, _file.Agent) is { } facts) batch.Session(_file.Session).Agents.Add(facts);
        }

        public void Dispose() => _feed.Dispose();
    }
}
