using Observatory.Core.Time;

namespace Observatory.Core.Storage.DaySums;

/// <summary>A moment at which a conversation was active, of a row that is gone.</summary>
/// <param name="At">Of the row: by it rows are looked for. Unix ms.</param>
/// <param name="First">Unix ms.</param>
/// <param name="Last">Unix ms.</param>
/// <param name="Sources">Bit mask.</param>
/// <param name="IsActivity">A prompt or an answer on the main chain.</param>
public readonly record struct GoneMoment(long At, long First, long Last, int Conversation, int User, int Project, int Model, int Sources, bool IsActivity);

/// <summary>An event that counted in no other figure, and is gone.</summary>
/// <param name="At">Unix ms.</param>
/// <param name="Sources">Bit mask.</param>
public readonly record struct GoneEvent(long At, int User, int Project, int Sources, int Type);

/// <summary>What is kept of rows that are gone. All in no order.</summary>
public sealed record GoneRowsKept(List<GoneMoment> Moments, List<GoneEvent> Events, List<ToolUseRow> Tools)
{
    public GoneRowsKept() : this([], [], [])
    {
    }
}

/// <summary>
/// What is kept of rows of one UTC day that one transaction deleted, for figures that are no sums: when whose conversation was active, which events there
/// were, and who called which tool. Some bytes a row; with the rows that are left it is what all of them were.
/// </summary>
internal static class GoneDay
{
    /// <param name="day">Days since 1970-01-01.</param>
    public static byte[] Encode(int day, GoneRowsKept kept)
    {
        var (moments, events, tools) = kept;
        var all = new ByteWriter();
        all.Write(moments.Count);
        var before = default(GoneMoment);
        var at = day * BucketClock.Day;
        foreach (var moment in moments.OrderBy(m => m.Conversation).ThenBy(m => m.At))
        {
            Difference(all, moment.At - at);
            Difference(all, moment.First - moment.At);
            all.Write(moment.Last - moment.First);
            var isSame = moment with { At = 0, First = 0, Last = 0 } == before with { At = 0, First = 0, Last = 0 };
            all.Write(isSame ? 1 : 0);
            (at, before) = (moment.At, moment);
            if (isSame) continue;
            all.Write(moment.Conversation);
            all.Write(moment.User);
            all.Write(moment.Project);
            all.Write(moment.Model);
            all.Write(moment.Sources);
            all.Write(moment.IsActivity ? 1 : 0);
        }
        all.Write(events.Count);
        at = day * BucketClock.Day;
        foreach (var one in events.OrderBy(e => e.At))
        {
            all.Write(one.At - at);
            all.Write(one.User);
            all.Write(one.Project);
            all.Write(one.Sources);
            all.Write(one.Type);
            at = one.At;
        }
        all.Write(tools.Count);
        at = day * BucketClock.Day;
        foreach (var call in tools.OrderBy(t => t.At))
        {
            all.Write(call.At - at);
            all.Write(call.Tool);
            all.Write(call.User);
            all.Write(call.Project);
            all.Write(call.Model);
            all.Write(call.Sources);
            all.Write(call.Conversation);
            at = call.At;
        }
        return all.ToBlock();
    }

    /// <param name="block">As made by <see cref="Encode"/>.</param>
    /// <param name="day">Days since 1970-01-01.</param>
    /// <exception cref="DaySumDamagedException">The bytes are not those that were written.</exception>
    public static void Read(ReadOnlySpan<byte> block, int day, GoneRowsKept into)
    {
        var (moments, events, tools) = into;
        if (!DayBlock.IsWhole(block)) throw new DaySumDamagedException();
        var bytes = new ByteReader(block[DayBlock.Head..]);
        var before = default(GoneMoment);
        var at = day * BucketClock.Day;
        for (var left = bytes.ReadInt(); left > 0; left--)
        {
            at += Difference(ref bytes);
            var first = at + Difference(ref bytes);
            var last = first + (long)bytes.Read();
            if (bytes.ReadInt() == 0)
            {
                before = new GoneMoment(0, 0, 0, bytes.ReadInt(), bytes.ReadInt(), bytes.ReadInt(), bytes.ReadInt(), bytes.ReadInt(), bytes.ReadInt() != 0);
            }
            moments.Add(before with { At = at, First = first, Last = last });
        }
        at = day * BucketClock.Day;
        for (var left = bytes.ReadInt(); left > 0; left--)
        {
            at += (long)bytes.Read();
            events.Add(new GoneEvent(at, bytes.ReadInt(), bytes.ReadInt(), bytes.ReadInt(), bytes.ReadInt()));
        }
        if (bytes.IsAtEnd) return;
        at = day * BucketClock.Day;
        for (var left = bytes.ReadInt(); left > 0; left--)
        {
            at += (long)bytes.Read();
            tools.Add(new ToolUseRow(at, bytes.ReadInt(), bytes.ReadInt(), bytes.ReadInt(), bytes.ReadInt(), bytes.ReadInt(), bytes.ReadInt()));
        }
    }

    /// <summary>Small differences of either sign take few bytes.</summary>
    private static void Difference(ByteWriter into, long value) => into.Write((value << 1) ^ (value >> 63));

    private static long Difference(ref ByteReader bytes)
    {
        var value = (long)bytes.Read();
        return (long)((ulong)value >> 1) ^ -(value & 1);
    }
}
