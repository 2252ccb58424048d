namespace Observatory.Core.Events;

/// <summary>What a span of the client says beyond that it was: how long something took. Its figures go by these alone, whatever texts are kept.</summary>
/// <param name="Kind">Of what.</param>
/// <param name="Group">Fingerprint of the tool's span, its own or that which it lies in; 0 = it is of no tool.</param>
/// <param name="Ms">How long, milliseconds.</param>
/// <param name="FirstTokenMs">Of a call: to the first token, milliseconds; null = it does not say.</param>
public sealed record SpanFacts(SpanKind Kind, ulong Group, long Ms, long? FirstTokenMs)
{
    /// <summary>Of a call.</summary>
    public string? Model { get; set; }

    /// <summary>Of a tool's own span: name as the client wrote it.</summary>
    public string? Tool { get; set; }
}

/// <summary>The numbers are stored: never change one.</summary>
[Flags]
public enum SpanKind
{
    None = 0,

    /// <summary>A call to the API.</summary>
    Call = 1,

    /// <summary>A tool from its call to its result, with what lies within: waiting, and the work itself.</summary>
    Tool = 2,

    /// <summary>A tool at work.</summary>
    Execution = 4,

    /// <summary>A tool that waits for leave.</summary>
    Wait = 8,

    /// <summary>Of a wait: the answer was no, so that no work follows.</summary>
    Refused = 16,

    /// <summary>Of a wait: a setting answered, nobody was asked.</summary>
    ByRule = 32,
}
