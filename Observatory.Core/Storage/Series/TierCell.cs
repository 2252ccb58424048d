using Observatory.Core.Statistics;
using Observatory.Core.Storage.DaySums;

namespace Observatory.Core.Storage.Series;

/// <summary>What points of one series in one bucket come to.</summary>
internal sealed class TierCell
{
    public long Count { get; set; }

    public double Sum { get; set; }

    public double Min { get; set; } = double.PositiveInfinity;

    public double Max { get; set; } = double.NegativeInfinity;

    public ValueSketch Values { get; } = new();

    /// <summary>A value of it changed: its ends have to be looked for again.</summary>
    public bool IsCorrected { get; set; }

    public void Add(double value)
    {
        Count++;
        Sum += value;
        Min = Math.Min(Min, value);
        Max = Math.Max(Max, value);
        Values.Add(value);
    }

    public void Correct(double before, double after)
    {
        Sum += after - before;
        Values.Add(before, -1);
        Values.Add(after);
        IsCorrected = true;
    }

    public void Merge(TierCell other)
    {
        Count += other.Count;
        Sum += other.Sum;
        Min = Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
        Values.Add(other.Values);
        IsCorrected |= other.IsCorrected;
    }

    /// <summary>The distribution as bytes.</summary>
    public byte[] WriteValues()
    {
        var bytes = new ByteWriter();
        var before = 0;
        foreach (var (bin, count) in Values.Bins)
        {
            var step = (long)bin - before;
            bytes.Write((step << 1) ^ (step >> 63));
            bytes.Write(count);
            before = bin;
        }
        return bytes.ToBlock();
    }

    /// <exception cref="DaySumDamagedException">The bytes are not those that were written.</exception>
    public void ReadValues(ReadOnlySpan<byte> block)
    {
        if (!DayBlock.IsWhole(block)) throw new DaySumDamagedException();
        var bytes = new ByteReader(block[DayBlock.Head..]);
        for (var bin = 0; !bytes.IsAtEnd;)
        {
            var step = (long)bytes.Read();
            bin += (int)((long)((ulong)step >> 1) ^ -(step & 1));
            Values.AddBin(bin, (long)bytes.Read());
        }
    }
}
