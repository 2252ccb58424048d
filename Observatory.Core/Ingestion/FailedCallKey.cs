using Observatory.Core.Events;

namespace Observatory.Core.Ingestion;

/// <summary>The identity of a failed call by the id of its request: what telemetry and the transcript say of one failure meets under it.</summary>
internal static class FailedCallKey
{
    /// <summary>A request may be answered after it failed: its answer has another key.</summary>
    private static readonly ulong s_kind = EventKey.Fingerprint("api_error");

    public static EventKey Of(string request) => EventKey.Of(KeySpace.Request, request).With(s_kind);

    /// <param name="request">As raw UTF-8.</param>
    public static EventKey Of(ReadOnlySpan<byte> request) => EventKey.Of(KeySpace.Request, request).With(s_kind);
}
