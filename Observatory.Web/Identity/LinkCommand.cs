using Observatory.Core;
using Observatory.Web.Hosting;

namespace Observatory.Web.Identity;

/// <summary><c>link</c>: prints a fresh sign-in link for the server that runs on the same data directory.</summary>
internal static class LinkCommand
{
    public static int Run(DataDirectory data, TimeProvider clock, TextWriter console)
    {
        if (!DataDirectoryLock.IsHeld(data) || ServerState.Read(data) is not { } server)
        {
            throw new StartRefusedException($"No Observatory runs on {data.Path}. Start it: it prints a link by itself.");
        }
        try
        {
            console.WriteLine(new SignInLinks(data, clock).IssueUrl(server.Url));
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"{DataDirectory.Key}: {data.Path} cannot be used: {e.Message}", e);
        }
    }
}
