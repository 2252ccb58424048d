using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Observatory.Core.Auditing;

/// <content>The one writer, and the mark that it moves behind the rows.</content>
public sealed partial class AuditLog
{
    /// <summary>Holds the end of the table against the mark. Once, before anything is recorded, when the database is up to date.</summary>
    internal void Begin()
    {
        lock (_writing)
        {
            AuditMark? mark = null;
            string? lost = null;
            try
            {
                mark = _file.Read();
            }
            catch (InvalidDataException)
            {
                lost = "is damaged";
            }
            var (end, run) = (_table.End(), _table.LatestRun());
            _run = run + 1;
            if (mark is null && lost is null && end.Seq > 0) lost = "was missing";
            if (mark is not null)
            {
                _mark = mark;
                if (end.Seq < mark.Last.Seq) Break(end, run < mark.Run ? "an older database was put in the place of the one that they stood in"
                    : "they were cut off, or an older database was put in the place of the one that they stood in");
                else if (end.Seq == mark.Last.Seq && !end.Is(mark.Last)) Break(end, "it was changed while the program did not run");
                // A program that was killed after it wrote rows and before it moved the mark.
                else _mark = mark with { Last = end };
            }
            else if (lost is not null)
            {
                _mark = AuditMark.New with { Last = end, Run = _run, Breaks = [new AuditBreak(end.Seq, end.Seq, null,
                    $"The mark outside the log {lost} when the program started on {Day()}, when the log ended with row {end.Seq}: "
                    + "nothing shows whether rows are missing there.")] };
            }
            KeepMark();
            SeeLatestReads();
        }
    }

    /// <summary>Adds what is recorded until it is cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await _some.WaitAsync(cancel).ConfigureAwait(false);
                await GatherAsync(cancel).ConfigureAwait(false);
                while (!TryWrite()) await Task.Delay(s_again, _clock, cancel).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>One try to store what waits.</summary>
    /// <returns>False = it still waits.</returns>
    internal bool TryWrite()
    {
        lock (_writing)
        {
            List<(long At, AuditEvent Done)> some;
            TaskCompletionSource? flushed;
            lock (_gate)
            {
                (some, _waiting) = (_waiting, []);
                (flushed, _flushed, _isWriting) = (_flushed, null, true);
            }
            var done = 0;
            try
            {
                for (; done < some.Count; done += MostAtOnce) Append(some.GetRange(done, Math.Min(MostAtOnce, some.Count - done)));
                lock (_gate) _isWriting = false;
                flushed?.SetResult();
                if (_isSaid) _log.LogWarning("The audit log is written again");
                _isSaid = false;
                return true;
            }
            catch (Exception e)
            {
                // A full disk, a lock, a database that is gone: the writer of events says so too. Nothing is dropped.
                lock (_gate)
                {
                    _isWriting = false;
                    _waiting.InsertRange(0, some.Skip(done));
                    if (flushed is not null && _flushed is not null) _ = _flushed.Task.ContinueWith(_ => flushed.TrySetResult(), TaskScheduler.Default);
                    else _flushed = flushed ?? _flushed;
                }
                if (!_isSaid) _log.LogWarning("The audit log cannot be written ({Reason}); {Count} rows wait", e.Message, some.Count - done);
                _isSaid = true;
                return false;
            }
        }
    }

    /// <summary>Until somebody is in a hurry, or the time is over.</summary>
    private async Task GatherAsync(CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var hurry = _urgent.WaitAsync(over.Token);
        await Task.WhenAny(hurry, Task.Delay(s_gather, _clock, over.Token)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await hurry.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancel.ThrowIfCancellationRequested();
    }

    private void Append(List<(long At, AuditEvent Done)> some)
    {
        AuditPlace last = null!;
        _table.Append(end =>
        {
            if (!end.Is(_mark.Last)) Break(end, end.Seq < _mark.Last.Seq ? "they were cut off while the program ran" : "somebody else wrote into it");
            var rows = new List<AuditRow>(some.Count);
            last = end;
            foreach (var (at, done) in some)
            {
                var row = _chain.Seal(last, at, done);
                rows.Add(row);
                last = new AuditPlace(row.Seq, row.Hash);
            }
            return rows;
        });
        _mark = _mark with { Last = last, Run = _run };
        KeepMark();
    }

    /// <summary>The table does not end where it had ended: that stays known, whatever is written from here on.</summary>
    private void Break(AuditPlace end, string why)
    {
        var was = _mark.Last.Seq;
        var what = end.Seq > was ? $"Rows {was + 1} to {end.Seq} are none of this program's"
            : end.Seq == was ? $"Row {was} is not what was written there"
            : end.Seq == 0 ? $"All {was} rows are missing" : $"Rows {end.Seq + 1} to {was} are missing at the end";
        long? brokenAt = end.Seq > was ? was + 1 : end.Seq == was ? was : null;
        _mark = _mark with
        {
            Last = end, Breaks = [.. _mark.Breaks, new AuditBreak(was, end.Seq, brokenAt, $"{what}, as was found on {Day()}: {why}.")],
        };
        _log.LogError("Audit log: {Reason}", _mark.Breaks[^1].Reason);
    }

    private string Day() => _clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A mark that lies behind the table is mended by the next one; the rows themselves are stored.</summary>
    private void KeepMark()
    {
        try
        {
            _file.Write(_mark);
            _isMarkSaid = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_isMarkSaid) _log.LogWarning("The mark of the audit log cannot be written: {Reason}", e.Message);
            _isMarkSaid = true;
        }
    }

    private void Keep(AuditMark mark)
    {
        _file.Write(mark);
        _mark = mark;
    }

    /// <summary>What was read in this minute before the program was started again is not taken down twice.</summary>
    private void SeeLatestReads()
    {
        var now = Now;
        var minute = now / 60_000;
        var rows = _table.Read(new AuditQuery(From: minute * 60_000, Action: AuditActions.Read), 1_000);
        lock (_gate)
        {
            _minute = minute;
            foreach (var row in rows) _reads.Add((row.Actor.Kind, row.Actor.Id, row.Actor.Name, row.Target));
        }
    }
}
