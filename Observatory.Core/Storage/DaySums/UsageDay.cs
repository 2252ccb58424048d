using System.Numerics;
using System.Runtime.CompilerServices;

namespace Observatory.Core.Storage.DaySums;

/// <summary>
/// Figures of one UTC day. What belongs to one conversation, user, project, model and set of sources stands together, so that its names are told, filtered and
/// grouped by once; behind them its quarters of an hour, each with the figures that are not 0.
/// </summary>
internal static class UsageDay
{
    internal const int NewUser = 1, NewProject = 2, NewSources = 4, NewModel = 8, HasMessages = 16;

    /// <param name="rows">Of one day, in any order.</param>
    public static byte[] Encode(List<QuarterRow> rows)
    {
        rows.Sort(static (a, b) => Compare(a.Key, b.Key));
        var (all, cells) = (new ByteWriter(), new ByteWriter());
        var before = default(QuarterKey);
        for (var i = 0; i < rows.Count;)
        {
            var key = rows[i].Key;
            cells.Clear();
            var (quarter, hasMessages) = (0, false);
            for (; i < rows.Count && IsSameRun(rows[i].Key, key); i++)
            {
                ref readonly var row = ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rows)[i];
                var own = QuarterOfDay(row.Key.Bucket);
                hasMessages |= row.Figures.Messages != 0;
                Write(cells, own - quarter, row.Figures);
                quarter = own;
            }
            var flags = (key.UserId != before.UserId ? NewUser : 0) | (key.ProjectId != before.ProjectId ? NewProject : 0)
                | (key.Sources != before.Sources ? NewSources : 0) | (key.ModelId != before.ModelId ? NewModel : 0) | (hasMessages ? HasMessages : 0);
            all.Write(flags);
            all.Write(key.ConversationId - before.ConversationId);
            if ((flags & NewUser) != 0) all.Write(key.UserId);
            if ((flags & NewProject) != 0) all.Write(key.ProjectId);
            if ((flags & NewSources) != 0) all.Write(key.Sources);
            if ((flags & NewModel) != 0) all.Write(key.ModelId);
            all.Write(cells);
            before = key;
        }
        return all.ToBlock();
    }

    public static int QuarterOfDay(int bucket) => ((bucket % DayBlock.Quarters) + DayBlock.Quarters) % DayBlock.Quarters;

    private static void Write(ByteWriter cells, int quarters, in Measures figures)
    {
        var mask = 0;
        for (var i = 0; i < Measures.Count; i++) mask |= figures[i] != 0 ? 1 << i : 0;
        cells.Write(quarters);
        cells.Write(mask);
        for (; mask != 0; mask &= mask - 1) cells.Write(figures[BitOperations.TrailingZeroCount(mask)]);
    }

    private static bool IsSameRun(in QuarterKey a, in QuarterKey b) => a with { Bucket = 0 } == b with { Bucket = 0 };

    private static int Compare(in QuarterKey a, in QuarterKey b) =>
        a.ConversationId != b.ConversationId ? a.ConversationId.CompareTo(b.ConversationId) : a.UserId != b.UserId ? a.UserId.CompareTo(b.UserId)
        : a.ProjectId != b.ProjectId ? a.ProjectId.CompareTo(b.ProjectId) : a.Sources != b.Sources ? a.Sources.CompareTo(b.Sources)
        : a.ModelId != b.ModelId ? a.ModelId.CompareTo(b.ModelId) : a.Bucket.CompareTo(b.Bucket);
}

/// <summary>
/// Walks through a <see cref="UsageDay"/>: <see cref="NextRun"/>, within it <see cref="NextCell"/>, and behind each cell one way to take its figures.
/// </summary>
internal ref struct UsageReader(ReadOnlySpan<byte> block)
{
    private ByteReader _bytes = new(block[DayBlock.Head..]);
    private int _end;
    private uint _mask;

    public int Conversation { get; private set; }

    public int User { get; private set; }

    public int Project { get; private set; }

    public int Model { get; private set; }

    public int Sources { get; private set; }

    /// <summary>Some cell of the run has a prompt or an answer.</summary>
    public bool HasMessages { get; private set; }

    /// <summary>Of the day, 0–95.</summary>
    public int Quarter { get; private set; }

    public readonly bool CellHasPrompts => (_mask & (1u << (int)Measure.UserMessages)) != 0;

    public readonly bool CellHasMessages => (_mask & ((1u << (int)Measure.UserMessages) | (1u << (int)Measure.AssistantMessages))) != 0;

    /// <summary>To the next run, whatever of this one was read.</summary>
    public bool NextRun()
    {
        _bytes.At = _end;
        if (_bytes.IsAtEnd) return false;
        var flags = _bytes.ReadInt();
        Conversation += _bytes.ReadInt();
        if ((flags & UsageDay.NewUser) != 0) User = _bytes.ReadInt();
        if ((flags & UsageDay.NewProject) != 0) Project = _bytes.ReadInt();
        if ((flags & UsageDay.NewSources) != 0) Sources = _bytes.ReadInt();
        if ((flags & UsageDay.NewModel) != 0) Model = _bytes.ReadInt();
        HasMessages = (flags & UsageDay.HasMessages) != 0;
        var length = _bytes.ReadInt();
        _end = _bytes.At + length;
        if (length < 0 || _end > _bytes.Length) throw new DaySumDamagedException();
        Quarter = 0;
        return true;
    }

    /// <summary>To the next quarter of an hour of the run. The figures of the one before must have been taken.</summary>
    public bool NextCell()
    {
        if (_bytes.At >= _end) return false;
        Quarter += _bytes.ReadInt();
        _mask = (uint)_bytes.Read();
        if ((uint)Quarter >= DayBlock.Quarters || _mask >> Measures.Count != 0) throw new DaySumDamagedException();
        return true;
    }

    public void SkipFigures() => _bytes.Skip(BitOperations.PopCount(_mask));

    /// <summary>Adds the figures of the cell to two sums.</summary>
    public CellSums AddFigures(ref Measures a, ref Measures b)
    {
        ref var first = ref Unsafe.As<Measures, long>(ref a);
        ref var second = ref Unsafe.As<Measures, long>(ref b);
        var cell = default(CellSums);
        for (var mask = _mask; mask != 0; mask &= mask - 1)
        {
            var i = BitOperations.TrailingZeroCount(mask);
            var value = (long)_bytes.Read();
            Unsafe.Add(ref first, i) += value;
            Unsafe.Add(ref second, i) += value;
            if (i <= (int)Measure.AssistantMessages) cell.Messages += value;
            else if (i <= (int)Measure.CacheRead) cell.Tokens += value;
            else if (i == (int)Measure.Cost) cell.Cost = value;
        }
        return cell;
    }

    /// <summary>The figures of the cell.</summary>
    public void ReadFigures(out Measures figures)
    {
        figures = default;
        for (var mask = _mask; mask != 0; mask &= mask - 1) figures[BitOperations.TrailingZeroCount(mask)] = (long)_bytes.Read();
    }
}

/// <summary>What is drawn of one quarter of an hour.</summary>
/// <remarks>Nano-dollars.</remarks>
internal struct CellSums
{
    public long Messages;
    public long Tokens;
    public long Cost;
}
