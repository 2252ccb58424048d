namespace Observatory.Core.Ingestion.Otlp;

/// <summary>What a reader fills again and again. A request borrows one; the last that came back is kept, so that names stay known from request to
/// request.</summary>
internal sealed class OtlpBuffers
{
    private static OtlpBuffers? s_kept;

    public OtlpTexts Texts { get; } = new();

    public OtlpScope Scope { get; } = new();

    public OtlpLog Log { get; } = new();

    public OtlpPoint Point { get; } = new();

    public OtlpSpan Span { get; } = new();

    /// <summary>Records, points and spans of the request.</summary>
    public int Items { get; set; }

    /// <summary>Items before those that are read.</summary>
    public int First { get; set; }

    /// <summary>Items that are read.</summary>
    public int Count { get; set; } = int.MaxValue;

    /// <summary>Elements of the value that is read.</summary>
    public int Elements { get; set; }

    public static OtlpBuffers Take() => Interlocked.Exchange(ref s_kept, null) ?? new OtlpBuffers();

    public void Return()
    {
        (Items, First, Count, Elements, Scope.Name) = (0, 0, int.MaxValue, 0, "");
        Scope.Resource.Clear();
        Log.Clear();
        Point.Clear();
        Span.Clear();
        Volatile.Write(ref s_kept, this);
    }

    /// <summary>Counts one more; false where it lies outside the part that is read, and is to be skipped.</summary>
    public bool TakesItem()
    {
        if (++Items > OtlpLimits.Items) throw OtlpFaults.TooManyItems();
        return Items > First && Items - First <= Count;
    }

    /// <summary>Whether the value may have one more element there; where not, what it belongs to is at fault.</summary>
    public bool MayHold(OtlpAttributes target, int depth)
    {
        if (depth > OtlpLimits.ValueDepth) target.Fail(OtlpFaults.TooDeep);
        else if (++Elements > OtlpLimits.ValueElements) target.Fail(OtlpFaults.TooMany);
        else return true;
        return false;
    }
}
