using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Text;
using Observatory.Tests.Support;

namespace Observatory.Tests.Faults;

/// <summary>What is to happen to an operation on the database's files. The numbers are those of <c>recorder.c</c>.</summary>
internal enum FaultAction
{
    None = 0,

    /// <summary>ENOSPC.</summary>
    FailWrite = 1,

    /// <summary>EIO.</summary>
    FailSync = 2,

    /// <summary>SIGKILL in place of the operation, whichever it is.</summary>
    Kill = 3,
}

internal enum DiskOperationKind
{
    Write = 1,
    Truncate = 2,
    Sync = 3,
    Unlink = 4,
    Rename = 5,
}

/// <param name="Time">On the monotonic clock, after it was done.</param>
/// <param name="File">Name without its folder.</param>
internal sealed record DiskOperation(long Time, DiskOperationKind Kind, string File, long Offset, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// <c>recorder.c</c>, compiled here and loaded into the real program: it sees, records and disturbs what the program does to the files of its
/// database.
/// </summary>
internal sealed class Recorder : IDisposable
{
    private const int Page = 4096;

    private readonly TempFolder _temp = new();
    private readonly MemoryMappedFile _control;
    private readonly MemoryMappedViewAccessor _page;
    private readonly string _library;

    private Recorder()
    {
        _library = _temp.File("recorder.so");
        var control = _temp.File("control");
        File.WriteAllBytes(control, new byte[Page]);
        _control = MemoryMappedFile.CreateFromFile(control, FileMode.Open, null, Page);
        _page = _control.CreateViewAccessor();
        Control = control;
        Log = _temp.File("log");
    }

    private string Control { get; }

    public string Log { get; }

    /// <summary>Operations of the armed kind since <see cref="Arm"/>.</summary>
    public long Met => _page.ReadInt64(24);

    /// <summary>Operations that failed, or that killed the process, since <see cref="Arm"/>.</summary>
    public long Done => _page.ReadInt64(32);

    public static async Task<Recorder> MakeAsync()
    {
        var recorder = new Recorder();
        var source = recorder._temp.File("recorder.c");
        await using (var from = typeof(Recorder).Assembly.GetManifestResourceStream("recorder.c")!)
        await using (var to = File.Create(source)) await from.CopyToAsync(to);
        await Tools.RunAsync("gcc", "-O2", "-shared", "-fPIC", "-o", recorder._library, source, "-ldl", "-lpthread");
        return recorder;
    }

    /// <summary>Environment of the program that is to be watched.</summary>
    /// <param name="data">Its data folder.</param>
    /// <param name="record">Keep what it writes.</param>
    /// <param name="noSync">Syncs do nothing and are not kept.</param>
    public (string Name, string Value)[] Settings(string data, bool record = false, bool noSync = false)
    {
        var settings = new List<(string, string)> { ("LD_PRELOAD", _library), ("FAULTS_PREFIX", Path.Combine(data, "observatory.db")),
            ("FAULTS_CONTROL", Control) };
        if (record) settings.Add(("FAULTS_LOG", Log));
        if (noSync) settings.Add(("FAULTS_NO_SYNC", "1"));
        return [.. settings];
    }

    /// <summary>From now on the <paramref name="at"/>-th operation (1 = the next) and <paramref name="count"/> − 1 more of its kind meet the fault.</summary>
    public void Arm(FaultAction action, long at, long count = 1)
    {
        _page.Write(0, 0L);
        _page.Write(8, at);
        _page.Write(16, count);
        _page.Write(24, 0L);
        _page.Write(32, 0L);
        _page.Write(0, (long)action);
    }

    public void Disarm() => _page.Write(0, 0L);

    /// <summary>Everything recorded so far, in order. What a kill cut off at the end is left out.</summary>
    public List<DiskOperation> Read()
    {
        const int Head = 32;
        var log = File.ReadAllBytes(Log);
        var operations = new List<DiskOperation>();
        for (var at = 0; at + Head <= log.Length;)
        {
            var head = log.AsSpan(at, Head);
            var (time, kind, path) = (BinaryPrimitives.ReadInt64LittleEndian(head), BinaryPrimitives.ReadInt32LittleEndian(head[8..]),
                BinaryPrimitives.ReadInt32LittleEndian(head[12..]));
            var (offset, length) = (BinaryPrimitives.ReadInt64LittleEndian(head[16..]), BinaryPrimitives.ReadInt64LittleEndian(head[24..]));
            if (at + Head + path + length > log.Length) break;
            var name = Path.GetFileName(Encoding.UTF8.GetString(log, at + Head, path));
            operations.Add(new DiskOperation(time, (DiskOperationKind)kind, name, offset, log.AsMemory(at + Head + path, (int)length)));
            at += Head + path + (int)length;
        }
        return operations;
    }

    public void Dispose()
    {
        _page.Dispose();
        _control.Dispose();
        _temp.Dispose();
    }
}
