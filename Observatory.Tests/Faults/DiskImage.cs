namespace Observatory.Tests.Faults;

/// <summary>
/// A disk that loses what was not synced. It follows recorded operations; a cut writes what it would hold: everything up to each file's last sync,
/// and of what came later some, parts of it torn. Not modelled: files of other folders, and a disk that lies about a sync.
/// </summary>
internal sealed class DiskImage
{
    private const int Sector = 512;
    private const double Torn = 0.2;

    private readonly Dictionary<string, FileImage> _files = [];

    private sealed class FileImage
    {
        public byte[] Bytes { get; private set; } = [];
        public int Length { get; private set; }
        public List<DiskOperation> Pending { get; } = [];

        public FileImage Copy()
        {
            var copy = new FileImage { Bytes = Bytes.AsSpan(0, Length).ToArray(), Length = Length };
            return copy;
        }

        public void Resize(int length)
        {
            if (length > Bytes.Length)
            {
                var larger = new byte[Math.Max(length, Bytes.Length * 2)];
                Bytes.AsSpan(0, Length).CopyTo(larger);
                Bytes = larger;
            }
            // What a shorter file had behind its end is gone.
            if (length < Length) Bytes.AsSpan(length, Length - length).Clear();
            Length = length;
        }

        public void Put(long offset, ReadOnlySpan<byte> bytes)
        {
            if (offset + bytes.Length > Length) Resize((int)offset + bytes.Length);
            bytes.CopyTo(Bytes.AsSpan((int)offset));
        }

        public void Apply(DiskOperation operation)
        {
            if (operation.Kind == DiskOperationKind.Truncate) Resize((int)operation.Offset);
            else Put(operation.Offset, operation.Bytes.Span);
        }
    }

    /// <summary>As a file lies there, all of it synced.</summary>
    public void Add(string path)
    {
        var file = new FileImage();
        file.Put(0, File.ReadAllBytes(path));
        _files[Path.GetFileName(path)] = file;
    }

    public void Follow(DiskOperation operation)
    {
        // The index of the log is made anew at every start.
        if (operation.File.EndsWith("-shm", StringComparison.Ordinal)) return;
        if (!_files.TryGetValue(operation.File, out var file)) _files[operation.File] = file = new FileImage();
        switch (operation.Kind)
        {
            case DiskOperationKind.Sync:
                foreach (var pending in file.Pending) file.Apply(pending);
                file.Pending.Clear();
                break;
            case DiskOperationKind.Unlink:
                _files.Remove(operation.File);
                break;
            case DiskOperationKind.Rename:
                _files.Remove(operation.File);
                _files[Path.GetFileName(System.Text.Encoding.UTF8.GetString(operation.Bytes.Span))] = file;
                break;
            default:
                file.Pending.Add(operation);
                break;
        }
    }

    /// <summary>Writes what is left after a cut now into an empty folder.</summary>
    public void WriteAfterCut(string folder, Random random)
    {
        foreach (var (name, file) in _files)
        {
            var left = file.Copy();
            // Now all, now nothing, mostly some of it arrived.
            var share = random.Next(5) / 4.0;
            foreach (var operation in file.Pending)
            {
                if (random.NextDouble() >= share) continue;
                if (operation.Kind == DiskOperationKind.Write && random.NextDouble() < Torn) Tear(left, operation, random);
                else left.Apply(operation);
            }
            using var stream = File.Create(Path.Combine(folder, name));
            stream.Write(left.Bytes, 0, left.Length);
        }
    }

    private static void Tear(FileImage file, DiskOperation operation, Random random)
    {
        for (var at = 0; at < operation.Bytes.Length;)
        {
            var end = (int)Math.Min(operation.Bytes.Length, at + Sector - (operation.Offset + at) % Sector);
            if (random.Next(2) == 0) file.Put(operation.Offset + at, operation.Bytes.Span[at..end]);
            at = end;
        }
    }
}
