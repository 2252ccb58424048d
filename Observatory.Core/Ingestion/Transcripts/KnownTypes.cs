using System.Collections.Frozen;
using System.Text;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>Line types that are known to carry nothing that counts. What stands neither here nor in the interpreter is drift.</summary>
internal static class KnownTypes
{
    private static readonly FrozenSet<string> s_types = new[]
    {
        "attachment", "progress", "agent-name", "agent-setting", "agent-color", "tag", "mode", "permission-mode", "file-history-snapshot", "file-history-delta",
        "bridge-session", "worktree-state", "relocated", "continued-in", "fork-context-ref", "frame-link", "content-replacement", "attribution-snapshot",
            "atis-latch",
        "api-request-blob", "api-request-shape", "tools-used", "started", "result", "session-owner",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> s_system = new[]
    {
        "turn_duration", "stop_hook_summary", "local_command", "away_summary", "informational", "bridge_status", "scheduled_task_fire",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool IsKnown(ReadOnlySpan<byte> type) => Has(s_types, type);

    public static bool IsKnownSystem(ReadOnlySpan<byte> subtype) => Has(s_system, subtype);

    private static bool Has(FrozenSet<string> set, ReadOnlySpan<byte> value)
    {
        if (value.Length > 64) return false;
        Span<char> chars = stackalloc char[64];
        return Encoding.UTF8.TryGetChars(value, chars, out var length) && set.GetAlternateLookup<ReadOnlySpan<char>>().Contains(chars[..length]);
    }
}
