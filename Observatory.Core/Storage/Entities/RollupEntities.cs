using Observatory.Core.Storage.DaySums;

namespace Observatory.Core.Storage.Entities;

/// <summary>The additive figures of a bucket. Tokens are counts, cost is nano-dollars, response time is milliseconds.</summary>
public abstract class MeasuresEntity
{
    public long UserMessages { get; set; }
    public long AssistantMessages { get; set; }
    public long Input { get; set; }
    public long Output { get; set; }
    public long CacheWrite5m { get; set; }
    public long CacheWrite1h { get; set; }
    public long CacheRead { get; set; }
    public long Cost { get; set; }
    public long UnpricedTokens { get; set; }
    public long ToolCalls { get; set; }
    public long ToolErrors { get; set; }
    public long ApiErrors { get; set; }
    public long ResponseCount { get; set; }
    public long ResponseMs { get; set; }
    /// <summary>What the priced calls would have cost had no token been cached.</summary>
    public long UncachedCost { get; set; }
}

/// <summary>15 minutes of one conversation: the tier that answers any zone and counts conversations and users exactly.</summary>
public sealed class QuarterEntity : MeasuresEntity
{
    /// <summary>Unix time in quarters of an hour.</summary>
    public int Bucket { get; set; }
    public int ConversationId { get; set; }
    public int UserId { get; set; }
    public int ProjectId { get; set; }
    public int ModelId { get; set; }
    public int Sources { get; set; }
}

/// <summary>An hour of all conversations together.</summary>
public sealed class HourEntity : MeasuresEntity
{
    /// <summary>Unix time in hours.</summary>
    public int Bucket { get; set; }
    public int UserId { get; set; }
    public int ProjectId { get; set; }
    public int ModelId { get; set; }
    public int Sources { get; set; }
}

/// <summary>15 minutes of one tool.</summary>
public sealed class ToolQuarterEntity
{
    public int Bucket { get; set; }
    public int ToolId { get; set; }
    public int UserId { get; set; }
    public int ProjectId { get; set; }
    public int ModelId { get; set; }
    public int Sources { get; set; }
    public long Calls { get; set; }
    public long Errors { get; set; }
    public long DurationMs { get; set; }
    public long DurationCount { get; set; }
}

/// <summary>A UTC day that rows belong to. What is read of a day can be kept as long as its version stays.</summary>
public sealed class DayEntity
{
    /// <summary>Days since 1970-01-01.</summary>
    public int Day { get; set; }

    /// <summary>Grows with every transaction that adds or changes a row of the day. Rows are never deleted: a version must not come again.</summary>
    public long Version { get; set; }

    /// <summary>Raw rows of the day that were deleted: sums of it hold, and do not follow from the rows any more.</summary>
    public long Gone { get; set; }
}

/// <summary>How many durations fell into one bin of a quantile sketch in 15 minutes: of a tool, or of answers (tool 0).</summary>
public sealed class SketchEntity
{
    public int Bucket { get; set; }
    public int ToolId { get; set; }
    public int UserId { get; set; }
    public int ProjectId { get; set; }
    public int ModelId { get; set; }
    public int Sources { get; set; }
    public int Bin { get; set; }
    public long Count { get; set; }
}

/// <summary>A part of a UTC day, summed up as one block. It repeats the roll-ups of its version; where they have gone on, it counts for nothing.</summary>
public sealed class DaySumEntity
{
    /// <summary>Days before 1970 have numbers too.</summary>
    private const int Offset = 1 << 30;

    /// <summary>Part and day: <see cref="IdOf"/>.</summary>
    public long Id { get; set; }

    /// <summary>Of the day (<see cref="DayEntity"/>), when it was made; 0 = it had none.</summary>
    public long Version { get; set; }

    /// <summary>Of the block.</summary>
    public int Form { get; set; }

    public byte[] Data { get; set; } = [];

    /// <param name="day">Days since 1970-01-01.</param>
    public static long IdOf(DaySumPart part, int day) => ((long)part << 32) + Offset + day;

    public static int DayOf(long id) => (int)((id & uint.MaxValue) - Offset);
}
