namespace Observatory.Core.Metrics;

/// <summary>Tokens and cost of one model or project by bucket.</summary>
internal sealed class SeriesSum(int buckets)
{
    private const long Whole = 1_000_000_000;

    private readonly long[] _nano = new long[buckets];

    /// <summary>
    /// The largest power of ten, up to a dollar, that each cost of the bucket is a multiple of: a sum is told with as many digits as its parts have.
    /// </summary>
    private readonly long[] _unit = new long[buckets];

    public long[] Tokens { get; } = new long[buckets];

    /// <param name="nano">Nano-dollars.</param>
    public void Add(int bucket, long tokens, long nano)
    {
        Tokens[bucket] += tokens;
        if (nano == 0) return;
        _nano[bucket] += nano;
        if (_unit[bucket] == 0) _unit[bucket] = Whole;
        while (nano % _unit[bucket] != 0) _unit[bucket] /= 10;
    }

    /// <summary>Cost in dollars by bucket.</summary>
    public decimal[] Dollars()
    {
        var dollars = new decimal[_nano.Length];
        for (var i = 0; i < dollars.Length; i++) dollars[i] = _unit[i] == 0 ? 0 : _nano[i] / _unit[i] / ((decimal)(Whole / _unit[i])) + ScaleOf(_unit[i]);
        return dollars;
    }

    /// <summary>Nothing, with as many digits behind the point.</summary>
    private static decimal ScaleOf(long unit)
    {
        byte digits = 0;
        for (; unit < Whole; unit *= 10) digits++;
        return new decimal(0, 0, 0, false, digits);
    }
}
