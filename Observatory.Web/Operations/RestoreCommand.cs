using System.Globalization;
using Observatory.Core;
using Observatory.Web.Hosting;

namespace Observatory.Web.Operations;

/// <summary><c>restore FILE</c>: puts a backup in the place of the database. The caller holds the lock on the data directory: no server runs.</summary>
internal static class RestoreCommand
{
    public static async Task<int> RunAsync(DataDirectory data, string file, TimeProvider clock, TextWriter console)
    {
        var path = Path.GetFullPath(HomePath.Expand(file));
        var found = await ObservatoryCore.RestoreAsync(data.Path, path, clock);
        await console.WriteLineAsync($"Restored {path}.");
        await console.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"There are {found.Conversations} conversations, {found.Messages} messages, {found.ToolCalls} tool calls and {found.Events} other events."));
        if (found.Aside is { } aside) await console.WriteLineAsync($"What was there before is kept as {aside}. Delete it when you do not need it any more.");
        await console.WriteLineAsync(found.AuditRows is { } rows
            ? string.Create(CultureInfo.InvariantCulture, $"The audit log was kept as it was, {rows} rows, and says that this was done.")
            : "The audit log that was there could not be taken over: the one of the backup goes on, and its verification says what is missing.");
        await console.WriteLineAsync("Accounts, keys and settings are those of the backup. Look through them before others sign in.");
        return 0;
    }
}
