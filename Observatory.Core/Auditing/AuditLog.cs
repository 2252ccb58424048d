using Microsoft.Extensions.Logging;

namespace Observatory.Core.Auditing;

/// <summary>
/// The log of what was done: one writer, that adds what was recorded since in one transaction and then moves the mark beside the database. Thread-safe.
/// </summary>
public sealed partial class AuditLog : IAudit, IDisposable
{
    private const int LongestTarget = 400, LongestDetails = 2_000, LongestName = 256, MostAtOnce = 5_000;

    /// <summary>While nothing can be written, reads beyond these are not taken down; everything else is.</summary>
    private const int MostReads = 20_000;

    /// <summary>Reads wait for others so long; all else is written at once.</summary>
    private static readonly TimeSpan s_gather = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(2);

    private readonly IAuditTable _table;
    private readonly AuditMarkFile _file;
    private readonly TimeProvider _clock;
    private readonly ILogger<AuditLog> _log;
    private readonly Lock _gate = new();
    private readonly Lock _writing = new();
    private readonly SemaphoreSlim _verifying = new(1);
    private readonly SemaphoreSlim _some = new(0);
    private readonly SemaphoreSlim _urgent = new(0);
    private readonly HashSet<(string Kind, string Id, string Name, string Target)> _reads = [];
    private readonly AuditChain _chain = new();
    private List<(long At, AuditEvent Done)> _waiting = [];
    private TaskCompletionSource? _flushed;
    private AuditMark _mark = AuditMark.New;
    private long _minute;
    private long _run;
    private bool _isWriting;
    private bool _isSaid;
    private bool _isMarkSaid;

    internal AuditLog(IAuditTable table, AuditMarkFile file, TimeProvider clock, ILogger<AuditLog> log) =>
        (_table, _file, _clock, _log) = (table, file, clock, log);

    /// <summary>The latest verification since the program began; null = there was none.</summary>
    public AuditVerification? Latest { get; private set; }

    public void Record(AuditEvent done)
    {
        ArgumentNullException.ThrowIfNull(done);
        var now = Now;
        var isRead = done.Action == AuditActions.Read;
        lock (_gate)
        {
            if (isRead && (!IsFirst(done, now) || _waiting.Count > MostReads)) return;
            _waiting.Add((now, Cut(done)));
        }
        Wake(_some);
        if (!isRead) Wake(_urgent);
    }

    public Task FlushAsync(CancellationToken cancel = default)
    {
        Task stored;
        lock (_gate)
        {
            if (_waiting.Count == 0 && _flushed is null && !_isWriting) return Task.CompletedTask;
            stored = (_flushed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
        Wake(_some);
        Wake(_urgent);
        return stored.WaitAsync(cancel);
    }

    /// <summary>The newest first, or the oldest where <see cref="AuditQuery.After"/> is given. What was recorded before is among them.</summary>
    public async Task<IReadOnlyList<AuditRow>> ReadAsync(AuditQuery query, int limit, CancellationToken cancel = default)
    {
        await FlushAsync(cancel).ConfigureAwait(false);
        return _table.Read(query, limit);
    }

    /// <summary>Looks at all that is stored. One at a time.</summary>
    public async Task<AuditVerdict> VerifyAsync(CancellationToken cancel = default)
    {
        await FlushAsync(cancel).ConfigureAwait(false);
        await _verifying.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            // The mark of before: rows that are added meanwhile lie behind it.
            AuditMark mark;
            lock (_writing) mark = _mark;
            var verdict = await Task.Run(() => AuditVerifier.Verify(_table, mark, cancel), cancel).ConfigureAwait(false);
            Latest = new AuditVerification(verdict, _clock.GetUtcNow());
            if (!verdict.Ok) _log.LogError("The audit log is not what was written: {Reason}", verdict.Reason);
            return verdict;
        }
        finally
        {
            _verifying.Release();
        }
    }

    /// <summary>Removes rows that are older, from the first on.</summary>
    /// <param name="before">Unix ms.</param>
    public async Task<long> TrimAsync(long before, CancellationToken cancel = default)
    {
        await FlushAsync(cancel).ConfigureAwait(false);
        lock (_writing)
        {
            if (_table.LastBefore(before) is not { } last) return 0;
            // First the new beginning beside the old one: a program that is killed between the two finds the log beginning at either.
            Keep(_mark with { Bases = [.. _mark.Bases.TakeLast(1), last] });
            var gone = _table.Trim(last.Seq);
            Keep(_mark with { Bases = [last], Breaks = [.. _mark.Breaks.Where(b => b.Found > last.Seq)] });
            return gone;
        }
    }

    public void Dispose()
    {
        _verifying.Dispose();
        _some.Dispose();
        _urgent.Dispose();
    }

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static void Wake(SemaphoreSlim sleeper)
    {
        try
        {
            if (sleeper.CurrentCount == 0) sleeper.Release();
        }
        catch (ObjectDisposedException)
        {
            // The program has ended.
        }
    }

    private bool IsFirst(AuditEvent done, long now)
    {
        if (now / 60_000 != _minute)
        {
            _minute = now / 60_000;
            _reads.Clear();
        }
        return _reads.Add((done.Actor.Kind, done.Actor.Id, done.Actor.Name, done.Target));
    }

    private static AuditEvent Cut(AuditEvent done) => done with
    {
        Actor = done.Actor with { Id = Cut(done.Actor.Id, LongestName), Name = Cut(done.Actor.Name, LongestName) },
        Target = Cut(done.Target, LongestTarget), Address = done.Address is null ? null : Cut(done.Address, LongestName),
        Details = done.Details is null ? null : Cut(done.Details, LongestDetails),
    };

    private static string Cut(string text, int longest)
    {
        var clean = text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;
        return clean.Length <= longest ? clean : clean[..(char.IsHighSurrogate(clean[longest - 2]) ? longest - 2 : longest - 1)] + "…";
    }
}
