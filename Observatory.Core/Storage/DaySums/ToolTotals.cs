using Observatory.Core.Statistics;

namespace Observatory.Core.Storage.DaySums;

/// <summary>Tool calls of a whole UTC day by tool, with the distribution of their durations; tool 0 has that of the answers to prompts.</summary>
internal static class ToolTotals
{
    /// <param name="day">The same day as a <see cref="ToolDay"/>.</param>
    public static byte[] Encode(ReadOnlySpan<byte> day)
    {
        var tools = new SortedDictionary<int, (ToolMeasures Sum, SortedDictionary<int, long> Bins)>();
        var reader = new ToolReader(day);
        var bins = new List<(int Bin, long Count)>();
        while (reader.NextRun())
        {
            while (reader.NextCell())
            {
                var known = tools.GetValueOrDefault(reader.Tool);
                known = (known.Sum + reader.ReadSum(), known.Bins ?? []);
                bins.Clear();
                reader.ReadBins(bins);
                foreach (var (bin, count) in bins) known.Bins[bin] = known.Bins.GetValueOrDefault(bin) + count;
                tools[reader.Tool] = known;
            }
        }
        var all = new ByteWriter();
        foreach (var (tool, (sum, distribution)) in tools)
        {
            all.Write(tool);
            ToolDay.WriteSum(all, sum);
            all.Write(distribution.Count);
            var before = 0;
            foreach (var (bin, count) in distribution)
            {
                all.Write(bin - before);
                all.Write(count);
                before = bin;
            }
        }
        return all.ToBlock();
    }

    /// <summary>Adds what the day has.</summary>
    /// <param name="block">As made by <see cref="Encode"/>.</param>
    /// <param name="tools">Where the calls go: tool and sum.</param>
    /// <param name="durations">The sketch that takes the times of a tool; null = they are left out.</param>
    public static void Read(ReadOnlySpan<byte> block, Action<int, ToolMeasures> tools, Func<int, QuantileSketch?> durations)
    {
        var bytes = new ByteReader(block[DayBlock.Head..]);
        while (!bytes.IsAtEnd)
        {
            var tool = bytes.ReadInt();
            tools(tool, ToolDay.ReadSum(ref bytes));
            ToolDay.ReadBins(ref bytes, durations(tool));
        }
    }
}
