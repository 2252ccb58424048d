using Microsoft.Win32.SafeHandles;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>
/// The bytes of a transcript: a file that may grow meanwhile, or a copy that is read once. For one reader; the copy belongs to whoever made it.
/// </summary>
internal sealed class TranscriptBytes : IDisposable
{
    private readonly SafeFileHandle? _file;
    private readonly Stream? _copy;

    private TranscriptBytes(SafeFileHandle? file, Stream? copy) => (_file, _copy) = (file, copy);

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static TranscriptBytes Open(TranscriptFile file)
    {
        if (file.Copy is { } copy) return new TranscriptBytes(null, copy);
        // Only a regular file is opened: a named pipe would keep the reader waiting for ever.
        if (FileKind.Oddity(file.Path) is { } oddity) throw new IOException($"It is {oddity}, no file.");
        const FileShare Anybody = FileShare.ReadWrite | FileShare.Delete;
        return new TranscriptBytes(File.OpenHandle(file.Path, FileMode.Open, FileAccess.Read, Anybody, FileOptions.SequentialScan), null);
    }

    public long Length => _file is not null ? RandomAccess.GetLength(_file) : _copy!.Length;

    /// <summary>Unix ms; 0 of a copy.</summary>
    public long ModifiedAt => _file is not null ? new DateTimeOffset(File.GetLastWriteTimeUtc(_file)).ToUnixTimeMilliseconds() : 0;

    /// <summary>Fewer than there is room for only where others follow; 0 at the end.</summary>
    public int Read(Span<byte> buffer, long at)
    {
        if (_file is not null) return RandomAccess.Read(_file, buffer, at);
        _copy!.Position = at;
        return _copy.Read(buffer);
    }

    public void Dispose() => _file?.Dispose();
}
