using System.Buffers.Binary;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// What rows that are gone gave to their conversation, beside the sums that stand in it: its ends, its active time, its title, its models. Without it, the
/// conversation would
/// be made of the rows that are left. Writer only.
/// </summary>
internal sealed class Carry
{
    private const int ModelSize = sizeof(int) + 3 * sizeof(long), TotalSize = 2 * sizeof(long);

    /// <summary>Nothing that is gone was later, Unix ms. What is left up to here stays as it is: half of what it follows from may be missing.</summary>
    public long Until { get; private set; } = long.MinValue;

    /// <summary>Bit n set = source n had told of the conversation when rows went.</summary>
    public int Sources { get; private set; }

    /// <summary>Earliest moment of messages and tool results that are gone, null = none is.</summary>
    public long? FirstAt { get; private set; }

    public long? LastAt { get; private set; }

    /// <summary>Active milliseconds that do not follow from the moments that are left and the two above.</summary>
    public long ActiveMs { get; set; }

    /// <summary>The earliest prompt with a text that is gone, null = none is.</summary>
    public long? FirstPromptAt { get; private set; }

    /// <summary>The first response of each model among what is gone.</summary>
    public Dictionary<int, (long At, ulong High, ulong Low)> Models { get; } = [];

    /// <summary>How far each running total had come.</summary>
    public Dictionary<ulong, long> Totals { get; } = [];

    public void Take(ItemEntity row, int sources)
    {
        Until = Math.Max(Until, row.At);
        Sources |= sources;
    }

    public void TakeMoment(long at) => (FirstAt, LastAt) = (Math.Min(FirstAt ?? at, at), Math.Max(LastAt ?? at, at));

    public void TakeFirstPrompt(long at) => FirstPromptAt = Math.Min(FirstPromptAt ?? at, at);

    public void TakeModel(int model, long at, ulong high, ulong low)
    {
        if (!Models.TryGetValue(model, out var known) || (at, high, low).CompareTo(known) < 0) Models[model] = (at, high, low);
    }

    public void TakeTotal(ulong series, long amount) => Totals[series] = Math.Max(Totals.GetValueOrDefault(series), amount);

    public static Carry From(CarryEntity row)
    {
        var carry = new Carry
        {
            Until = row.Until, Sources = row.Sources, FirstAt = row.FirstAt, LastAt = row.LastAt, ActiveMs = row.ActiveMs, FirstPromptAt = row.FirstPromptAt,
        };
        for (var data = row.Models.AsSpan(); data.Length >= ModelSize; data = data[ModelSize..])
        {
            carry.Models[BinaryPrimitives.ReadInt32LittleEndian(data)] =
                (Long(data[sizeof(int)..]), (ulong)Long(data[(sizeof(int) + 8)..]), (ulong)Long(data[(sizeof(int) + 16)..]));
        }
        for (var data = row.Totals.AsSpan(); data.Length >= TotalSize; data = data[TotalSize..]) carry.Totals[(ulong)Long(data)] = Long(data[sizeof(long)..]);
        return carry;

        static long Long(Span<byte> data) => BinaryPrimitives.ReadInt64LittleEndian(data);
    }

    public CarryEntity ToRow(int conversation)
    {
        var (models, totals) = (new byte[Models.Count * ModelSize], new byte[Totals.Count * TotalSize]);
        var data = models.AsSpan();
        foreach (var (model, (at, high, low)) in Models)
        {
            BinaryPrimitives.WriteInt32LittleEndian(data, model);
            BinaryPrimitives.WriteInt64LittleEndian(data[sizeof(int)..], at);
            BinaryPrimitives.WriteUInt64LittleEndian(data[(sizeof(int) + 8)..], high);
            BinaryPrimitives.WriteUInt64LittleEndian(data[(sizeof(int) + 16)..], low);
            data = data[ModelSize..];
        }
        data = totals;
        foreach (var (series, amount) in Totals)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data, series);
            BinaryPrimitives.WriteInt64LittleEndian(data[sizeof(long)..], amount);
            data = data[TotalSize..];
        }
        return new CarryEntity
        {
            ConversationId = conversation, Until = Until, Sources = Sources, FirstAt = FirstAt, LastAt = LastAt, ActiveMs = ActiveMs,
            FirstPromptAt = FirstPromptAt, Models = models, Totals = totals,
        };
    }
}
