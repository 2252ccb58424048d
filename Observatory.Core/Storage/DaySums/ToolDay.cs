using Observatory.Core.Statistics;

namespace Observatory.Core.Storage.DaySums;

/// <summary>
/// Tool calls of one UTC day, and how long they and the answers to prompts (tool 0) took. What belongs to one user, project, model, set of sources and tool
/// stands together; behind it its quarters of an hour, each with calls and a distribution.
/// </summary>
internal static class ToolDay
{
    internal const int NewUser = 1, NewProject = 2, NewSources = 4, NewModel = 8;

    /// <param name="calls">Of one day, in any order.</param>
    /// <param name="bins">Of the same day, in any order.</param>
    public static byte[] Encode(List<ToolQuarterRow> calls, List<BinRow> bins)
    {
        calls.Sort(static (a, b) => Compare(a.Key, b.Key));
        bins.Sort(static (a, b) => Compare(a.Key, b.Key) is not 0 and var order ? order : a.Bin.CompareTo(b.Bin));
        var (all, own) = (new ByteWriter(), new ByteWriter());
        var (before, open, quarter) = (default(ToolKey), default(ToolKey), 0);
        for (int call = 0, bin = 0; call < calls.Count || bin < bins.Count;)
        {
            var key = bin == bins.Count || call < calls.Count && Compare(calls[call].Key, bins[bin].Key) <= 0 ? calls[call].Key : bins[bin].Key;
            if (own.Length > 0 && !IsSameRun(key, open)) Close();
            if (own.Length == 0) (open, quarter) = (key, 0);
            var at = UsageDay.QuarterOfDay(key.Bucket);
            own.Write(at - quarter);
            quarter = at;
            WriteSum(own, call < calls.Count && calls[call].Key == key ? calls[call++].Sum : default);
            var first = bin;
            while (bin < bins.Count && bins[bin].Key == key) bin++;
            own.Write(bin - first);
            for (var last = 0; first < bin; last = bins[first++].Bin)
            {
                own.Write(bins[first].Bin - last);
                own.Write(bins[first].Count);
            }
        }
        if (own.Length > 0) Close();
        return all.ToBlock();

        void Close()
        {
            var flags = (open.UserId != before.UserId ? NewUser : 0) | (open.ProjectId != before.ProjectId ? NewProject : 0)
                | (open.Sources != before.Sources ? NewSources : 0) | (open.ModelId != before.ModelId ? NewModel : 0);
            all.Write(flags);
            if ((flags & NewUser) != 0) all.Write(open.UserId);
            if ((flags & NewProject) != 0) all.Write(open.ProjectId);
            if ((flags & NewSources) != 0) all.Write(open.Sources);
            if ((flags & NewModel) != 0) all.Write(open.ModelId);
            all.Write(open.ToolId);
            all.Write(own);
            own.Clear();
            before = open;
        }
    }

    internal static void WriteSum(ByteWriter own, in ToolMeasures sum)
    {
        own.Write(sum.Calls);
        own.Write(sum.Errors);
        own.Write(sum.DurationMs);
        own.Write(sum.DurationCount);
    }

    internal static ToolMeasures ReadSum(ref ByteReader bytes) =>
        new((long)bytes.Read(), (long)bytes.Read(), (long)bytes.Read(), (long)bytes.Read());

    /// <param name="into">Null = the distribution is left out.</param>
    internal static void ReadBins(ref ByteReader bytes, QuantileSketch? into)
    {
        var bin = 0;
        for (var left = bytes.ReadInt(); left > 0; left--)
        {
            bin += bytes.ReadInt();
            var count = (long)bytes.Read();
            into?.Add(bin, count);
        }
    }

    private static bool IsSameRun(in ToolKey a, in ToolKey b) =>
        a.UserId == b.UserId && a.ProjectId == b.ProjectId && a.Sources == b.Sources && a.ModelId == b.ModelId && a.ToolId == b.ToolId;

    private static int Compare(ToolKey a, ToolKey b) =>
        a.UserId != b.UserId ? a.UserId.CompareTo(b.UserId) : a.ProjectId != b.ProjectId ? a.ProjectId.CompareTo(b.ProjectId)
        : a.Sources != b.Sources ? a.Sources.CompareTo(b.Sources) : a.ModelId != b.ModelId ? a.ModelId.CompareTo(b.ModelId)
        : a.ToolId != b.ToolId ? a.ToolId.CompareTo(b.ToolId) : a.Bucket.CompareTo(b.Bucket);
}

/// <summary>Walks through a <see cref="ToolDay"/>, as <see cref="UsageReader"/> does.</summary>
internal ref struct ToolReader(ReadOnlySpan<byte> block)
{
    private ByteReader _bytes = new(block[DayBlock.Head..]);
    private int _end;

    public int User { get; private set; }

    public int Project { get; private set; }

    public int Model { get; private set; }

    public int Sources { get; private set; }

    /// <summary>0 = answers to prompts.</summary>
    public int Tool { get; private set; }

    /// <summary>Of the day, 0–95.</summary>
    public int Quarter { get; private set; }

    public bool NextRun()
    {
        _bytes.At = _end;
        if (_bytes.IsAtEnd) return false;
        var flags = _bytes.ReadInt();
        if ((flags & ToolDay.NewUser) != 0) User = _bytes.ReadInt();
        if ((flags & ToolDay.NewProject) != 0) Project = _bytes.ReadInt();
        if ((flags & ToolDay.NewSources) != 0) Sources = _bytes.ReadInt();
        if ((flags & ToolDay.NewModel) != 0) Model = _bytes.ReadInt();
        Tool = _bytes.ReadInt();
        var length = _bytes.ReadInt();
        _end = _bytes.At + length;
        if (length < 0 || _end > _bytes.Length) throw new DaySumDamagedException();
        Quarter = 0;
        return true;
    }

    /// <summary>To the next quarter of an hour of the run; its calls and its distribution are to be read, in this order.</summary>
    public bool NextCell()
    {
        if (_bytes.At >= _end) return false;
        Quarter += _bytes.ReadInt();
        return true;
    }

    public ToolMeasures ReadSum() => ToolDay.ReadSum(ref _bytes);

    /// <param name="into">Null = it is left out.</param>
    public void ReadBins(QuantileSketch? into) => ToolDay.ReadBins(ref _bytes, into);

    /// <summary>The distribution as bins.</summary>
    public void ReadBins(List<(int Bin, long Count)> into)
    {
        var bin = 0;
        for (var left = _bytes.ReadInt(); left > 0; left--)
        {
            bin += _bytes.ReadInt();
            into.Add((bin, (long)_bytes.Read()));
        }
    }
}
