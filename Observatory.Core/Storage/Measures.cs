using System.Runtime.CompilerServices;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage;

/// <summary>The additive figures of a bucket as a vector, in the order of <see cref="Measure"/>.</summary>
[InlineArray(Count)]
public struct Measures
{
    public const int Count = 15;

    private long _first;

    public long this[Measure measure]
    {
        readonly get => this[(int)measure];
        set => this[(int)measure] = value;
    }

    public readonly long Messages => this[Measure.UserMessages] + this[Measure.AssistantMessages];

    public readonly long CacheWrites => this[Measure.CacheWrite5m] + this[Measure.CacheWrite1h];

    /// <summary>Of all kinds.</summary>
    public readonly long Tokens => this[Measure.Input] + this[Measure.Output] + CacheWrites + this[Measure.CacheRead];

    public void Add(in Measures other, int sign = 1)
    {
        Span<long> sums = this;
        ReadOnlySpan<long> more = other;
        for (var i = 0; i < sums.Length; i++) sums[i] += sign * more[i];
    }

    public readonly bool IsZero
    {
        get
        {
            for (var i = 0; i < Count; i++)
            {
                if (this[i] != 0) return false;
            }
            return true;
        }
    }

    public readonly bool HasNegative
    {
        get
        {
            for (var i = 0; i < Count; i++)
            {
                if (this[i] < 0) return true;
            }
            return false;
        }
    }

    public static Measures Of(MeasuresEntity row)
    {
        var m = new Measures();
        m[0] = row.UserMessages;
        m[1] = row.AssistantMessages;
        m[2] = row.Input;
        m[3] = row.Output;
        m[4] = row.CacheWrite5m;
        m[5] = row.CacheWrite1h;
        m[6] = row.CacheRead;
        m[7] = row.Cost;
        m[8] = row.UnpricedTokens;
        m[9] = row.ToolCalls;
        m[10] = row.ToolErrors;
        m[11] = row.ApiErrors;
        m[12] = row.ResponseCount;
        m[13] = row.ResponseMs;
        m[14] = row.UncachedCost;
        return m;
    }

    /// <summary>Column names in order.</summary>
    public static IReadOnlyList<string> Columns { get; } = Enum.GetNames<Measure>();
}

/// <summary>Names and order are those of the columns of <see cref="MeasuresEntity"/>.</summary>
public enum Measure
{
    UserMessages,
    AssistantMessages,
    Input,
    Output,
    CacheWrite5m,
    CacheWrite1h,
    CacheRead,
    Cost,
    UnpricedTokens,
    ToolCalls,
    ToolErrors,
    ApiErrors,
    ResponseCount,
    ResponseMs,
    UncachedCost,
}
