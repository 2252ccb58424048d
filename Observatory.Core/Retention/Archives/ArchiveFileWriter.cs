using System.Security.Cryptography;
using System.Text.Json;
using ZstdSharp;

namespace Observatory.Core.Retention.Archives;

/// <summary>Writes the lines of one archive, each name, session and text once, before the first row that speaks of it. For one caller at a time.</summary>
internal sealed class ArchiveFileWriter : IDisposable
{
    private const int Level = 9;

    private readonly FileStream _file;
    private readonly SHA256 _sha = SHA256.Create();
    private readonly CryptoStream _hashed;
    private readonly CompressionStream _packed;
    private readonly BufferedStream _plain;
    private readonly string _dataset;
    private readonly HashSet<int> _names = [];
    private readonly HashSet<int> _sessions = [];

    public ArchiveFileWriter(FileStream file, ArchiveHead head)
    {
        (_file, _dataset) = (file, head.Dataset);
        _hashed = new CryptoStream(file, _sha, CryptoStreamMode.Write, leaveOpen: true);
        _packed = new CompressionStream(_hashed, Level, leaveOpen: true);
        _plain = new BufferedStream(_packed, 64 * 1024);
        Write(new ArchiveLine(ArchiveKinds.Head, Head: head));
    }

    public long Rows { get; private set; }

    public bool HasName(int id) => _names.Contains(id);

    public bool HasSession(int id) => _sessions.Contains(id);

    public void Name(int id, int kind, string text)
    {
        if (_names.Add(id)) Write(new ArchiveLine(ArchiveKinds.Name, id, kind, Text: text));
    }

    public void Session(int id, string text)
    {
        if (_sessions.Add(id)) Write(new ArchiveLine(ArchiveKinds.Session, id, Text: text));
    }

    public void Text(int id, long? at, string text) => Write(new ArchiveLine(ArchiveKinds.Text, id, At: at, Text: text));

    public void Row<T>(string kind, T row) => Write(new ArchiveLine(kind, Row: JsonSerializer.SerializeToElement(row, ArchiveLine.Json)));

    /// <summary>Ends the file: on the disk when this returns.</summary>
    /// <returns>Its bytes and their hash.</returns>
    public (long Bytes, string Sha256) Finish()
    {
        _plain.Dispose();
        _packed.Dispose();
        _hashed.FlushFinalBlock();
        _file.Flush(flushToDisk: true);
        return (_file.Length, Convert.ToHexStringLower(_sha.Hash!));
    }

    public void Dispose()
    {
        _plain.Dispose();
        _packed.Dispose();
        _hashed.Dispose();
        _sha.Dispose();
        _file.Dispose();
    }

    private void Write(ArchiveLine line)
    {
        JsonSerializer.Serialize(_plain, line, ArchiveLine.OfLines);
        _plain.WriteByte((byte)'\n');
        if (ArchiveKinds.IsRow(_dataset, line.Kind)) Rows++;
    }
}
