using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Observatory.Web.Identity;

namespace Observatory.Web.Hosting;

/// <summary>When the server answers: says where on the console, with a link that signs in once, and notes it for other processes.</summary>
internal sealed class Greeting(
    IServer server, IHostApplicationLifetime lifetime, StartGate gate, DataDirectory data, SignInLinks links, AccountSeeder accounts, ListenAddresses addresses,
    IConfiguration configuration, ILogger<Greeting> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(Greet);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        ServerState.Delete(data);
        return Task.CompletedTask;
    }

    private void Greet()
    {
        gate.Open();
        // An in-memory server (tests) has no address: nothing could follow a link to it.
        if (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(a => !addresses.Otlp.Has(a)) is not { } bound) return;
        var url = Listening.ForBrowser(bound);
        Note(url);
        // On a thread of its own: where nobody reads the console this waits for it, and nobody for this.
        var lines = Lines(url);
        new Thread(() => Console.Out.WriteLine(lines)) { IsBackground = true, Name = "Greeting" }.Start();
        if (data.IsOpen)
        {
            logger.LogWarning(
                "{Folder} can be read by other accounts. What is kept there is closed to them; to close the folder too: chmod 700 {Same}", data.Path,
                    data.Path);
        }
        if (addresses.BeyondLoopback is { } open)
        {
            logger.LogInformation("{Url} can be reached from other machines, under the host names in AllowedHosts: {Hosts}", open.Url,
                configuration["AllowedHosts"]);
        }
    }

    private string Lines(string url)
    {
        var end = Environment.NewLine;
        // A console that goes to a log would hand the link to whoever reads logs; where people have passwords nobody needs it.
        if (addresses.BeyondLoopback is not null && accounts.HasAccount)
        {
            const string Hint = "Sign in with your account. For a link that needs no password, run the program again with the word link behind it.";
            return $"{end}{Hint}{end}{end}{url}{SessionCookie.SignInPath}{end}";
        }
        try
        {
            // The link stands alone on its line and is the first URL with a path, so that scripts and terminals can pick it up.
            return $"{end}Open this link to sign in. It works once, within {SignInLinks.Lifetime.TotalMinutes:0} minutes:{end}{end}{links.IssueUrl(url)}{end}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{end}{url}{end}{end}No sign-in link could be made: {data.Path} cannot be written ({e.Message}). Mend that, and print one with the word "
                + $"link.{end}";
        }
    }

    private void Note(string url)
    {
        try
        {
            ServerState.Write(data, new ServerState(Environment.ProcessId, url));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning("{Folder} cannot be written ({Reason}): the word link does not find this server", data.Path, e.Message);
        }
    }
}
