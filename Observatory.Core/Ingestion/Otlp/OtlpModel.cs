namespace Observatory.Core.Ingestion.Otlp;

/// <summary>
/// What both readers report, one call an item, in the order of the request. The objects are used again for the next item: take what is
/// needed before returning.
/// </summary>
internal interface IOtlpHandler
{
    void Log(OtlpScope scope, OtlpLog log);

    void Point(OtlpScope scope, OtlpPoint point);

    void Span(OtlpScope scope, OtlpSpan span);
}

/// <summary>Takes nothing: whether a body can be read is all that is asked.</summary>
internal sealed class OtlpNobody : IOtlpHandler
{
    public static OtlpNobody Instance { get; } = new();

    public void Log(OtlpScope scope, OtlpLog log) { }

    public void Point(OtlpScope scope, OtlpPoint point) { }

    public void Span(OtlpScope scope, OtlpSpan span) { }
}

/// <summary>Where items come from.</summary>
internal sealed class OtlpScope
{
    public OtlpAttributes Resource { get; } = new();

    /// <summary>Empty where none is given.</summary>
    public string Name { get; set; } = "";
}

internal sealed class OtlpLog
{
    /// <summary>Unix nanoseconds, 0 = not given.</summary>
    public ulong Time { get; set; }

    public ulong ObservedTime { get; set; }

    public string? EventName { get; set; }

    public OtlpValue Body { get; set; }

    public OtlpAttributes Attributes { get; } = new();

    public void Clear()
    {
        (Time, ObservedTime, EventName, Body) = (0, 0, null, default);
        Attributes.Clear();
    }
}

internal enum OtlpPointKind
{
    Gauge,
    Sum,
    /// <summary>Histograms of both kinds and summaries, of which sum and count are read.</summary>
    Distribution,
}

/// <summary>One data point with what its metric says.</summary>
internal sealed class OtlpPoint
{
    public string Metric { get; set; } = "";

    public OtlpPointKind Kind { get; set; }

    public bool IsCumulative { get; set; }

    public bool IsMonotonic { get; set; }

    public ulong StartTime { get; set; }

    public ulong Time { get; set; }

    /// <summary>Value, or sum of a distribution; null = not given.</summary>
    public double? Value { get; set; }

    /// <summary>Of a distribution.</summary>
    public ulong Count { get; set; }

    /// <summary>Says that there was nothing to record.</summary>
    public bool HasNoValue { get; set; }

    public OtlpAttributes Attributes { get; } = new();

    /// <summary>Forgets the point, not its metric.</summary>
    public void Clear()
    {
        (StartTime, Time, Value, Count, HasNoValue) = (0, 0, null, 0, false);
        Attributes.Clear();
    }
}

internal sealed class OtlpSpan
{
    /// <summary>Lower-case hexadecimal, as all ids here.</summary>
    public string TraceId { get; set; } = "";

    public string SpanId { get; set; } = "";

    public string ParentId { get; set; } = "";

    public string Name { get; set; } = "";

    public ulong Start { get; set; }

    public ulong End { get; set; }

    public bool IsError { get; set; }

    public string? StatusMessage { get; set; }

    /// <summary>Names of the events within, with how often they came.</summary>
    public Dictionary<string, int> Events { get; } = [];

    public OtlpAttributes Attributes { get; } = new();

    public void AddEvent(string name)
    {
        if (Events.Count < OtlpLimits.Attributes || Events.ContainsKey(name)) Events[name] = Events.GetValueOrDefault(name) + 1;
    }

    public void Clear()
    {
        (TraceId, SpanId, ParentId, Name, Start, End, IsError, StatusMessage) = ("", "", "", "", 0, 0, false, null);
        Events.Clear();
        Attributes.Clear();
    }
}
