using Microsoft.Extensions.Logging.Console;

namespace Observatory.Web.Hosting;

internal static class QuietConsole
{
    /// <summary>Lines that wait for a console which takes none.</summary>
    private const int Longest = 2_500;

    /// <summary>
    /// A console that nobody reads (a stopped terminal, a collector that hangs) loses lines and never holds anybody up: how many were lost is a line of its own
    /// once it is read again.
    /// </summary>
    public static void AddQuietConsole(this IServiceCollection services) => services.PostConfigure<ConsoleLoggerOptions>(o =>
    {
        o.MaxQueueLength = Longest;
        o.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
    });
}
