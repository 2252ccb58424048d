using System.Collections.Concurrent;
using SQLitePCL;

namespace Observatory.Core.Storage.Sqlite.Blocks;

/// <summary>
/// Connections that leave out a damaged block where they walk through all of them: the writer's, which could not begin otherwise. What belongs to such a
/// block is refused when it is asked for by its number or conversation. A reader is never given less than there is: it meets an error.
/// </summary>
internal static class BlockDamage
{
    private static readonly ConcurrentDictionary<nint, Action<string>> s_tolerant = [];

    public static void Tolerate(sqlite3 connection, Action<string> report) => s_tolerant[connection.DangerousGetHandle()] = report;

    /// <summary>Before the connection is closed: another may get its address.</summary>
    public static void End(sqlite3 connection) => s_tolerant.TryRemove(connection.DangerousGetHandle(), out _);

    /// <summary>False = the connection wants all or nothing.</summary>
    public static bool TryLeaveOut(nint connection, long block, string reason)
    {
        if (!s_tolerant.TryGetValue(connection, out var report)) return false;
        report($"block {block}: {reason}");
        return true;
    }
}
