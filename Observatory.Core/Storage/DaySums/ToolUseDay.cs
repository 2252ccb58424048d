using Observatory.Core.Time;

namespace Observatory.Core.Storage.DaySums;

/// <summary>
/// Who used which tool in which conversation in one UTC day, and when: by tool, user, project, model, sources and conversation the quarters of an hour with a
/// call, each with the time of its last one.
/// </summary>
internal static class ToolUseDay
{
    /// <param name="day">Days since 1970-01-01.</param>
    /// <param name="rows">Of that day, in any order.</param>
    public static byte[] Encode(int day, List<ToolUseRow> rows)
    {
        var (all, cells) = (new ByteWriter(), new ByteWriter());
        var start = day * BucketClock.Day;
        var runs = rows.GroupBy(r => (r.Tool, r.User, r.Project, r.Model, r.Sources, r.Conversation)).OrderBy(g => g.Key);
        foreach (var run in runs)
        {
            cells.Clear();
            var before = 0L;
            foreach (var quarter in run.GroupBy(r => (r.At - start) / BucketClock.Quarter).OrderBy(g => g.Key))
            {
                cells.Write(quarter.Key - before);
                cells.Write(quarter.Max(r => r.At) - start - quarter.Key * BucketClock.Quarter);
                before = quarter.Key;
            }
            all.Write(run.Key.Tool);
            all.Write(run.Key.User);
            all.Write(run.Key.Project);
            all.Write(run.Key.Model);
            all.Write(run.Key.Sources);
            all.Write(run.Key.Conversation);
            all.Write(cells);
        }
        return all.ToBlock();
    }
}

/// <summary>Walks through a <see cref="ToolUseDay"/>: <see cref="NextRun"/>, and of each run the last call within some quarters.</summary>
internal ref struct ToolUseReader(ReadOnlySpan<byte> block, int day)
{
    private readonly long _start = day * BucketClock.Day;
    private ByteReader _bytes = new(block[DayBlock.Head..]);
    private int _end;

    public int Tool { get; private set; }

    public int User { get; private set; }

    public int Project { get; private set; }

    public int Model { get; private set; }

    public int Sources { get; private set; }

    public int Conversation { get; private set; }

    /// <summary>To the next run, whatever of this one was read.</summary>
    public bool NextRun()
    {
        _bytes.At = _end;
        if (_bytes.IsAtEnd) return false;
        (Tool, User, Project) = (_bytes.ReadInt(), _bytes.ReadInt(), _bytes.ReadInt());
        (Model, Sources, Conversation) = (_bytes.ReadInt(), _bytes.ReadInt(), _bytes.ReadInt());
        var length = _bytes.ReadInt();
        _end = _bytes.At + length;
        if (length < 0 || _end > _bytes.Length) throw new DaySumDamagedException();
        return true;
    }

    /// <summary>Unix ms; null where the run has none there.</summary>
    /// <param name="first">Quarter of the day, 0–95.</param>
    /// <param name="end">First that is not asked for.</param>
    public long? LastCall(int first, int end)
    {
        long? last = null;
        for (var quarter = 0; _bytes.At < _end;)
        {
            quarter += _bytes.ReadInt();
            var within = (long)_bytes.Read();
            if (quarter >= end) break;
            if (quarter >= first) last = _start + quarter * BucketClock.Quarter + within;
        }
        return last;
    }
}
