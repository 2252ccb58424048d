using System.IO.Hashing;

namespace Observatory.Core.Ingestion.EventsApi;

/// <summary>Names for events that come without one: the same content has the same name, in whatever order its fields stand.</summary>
internal static class EventIds
{
    public static string Of(ReadOnlySpan<byte> json) => $"auto-{XxHash128.HashToUInt128(CanonicalJson.Bytes(json)):x32}";
}
