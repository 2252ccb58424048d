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
        ServerState.Write(data, new ServerState(Environment.ProcessId, url));
        // A console that goes to a log would hand the link to whoever reads logs; where people have passwords nobody needs it.
        if (addresses.BeyondLoopback is not null && accounts.HasAccount)
        {
            const string Hint = "Sign in with your account. For a link that needs no password, run the program again with the word link behind it.";
            Console.Out.WriteLine($"{Environment.NewLine}{Hint}{Environment.NewLine}");
            Console.Out.WriteLine(url + SessionCookie.SignInPath);
        }
        else GiveLink(url);
        Console.Out.WriteLine();
        if (addresses.BeyondLoopback is { } open)
        {
            logger.LogInformation("{Url} can be reached from other machines, under the host names in AllowedHosts: {Hosts}", open.Url, configuration["AllowedHosts"]);
        }
    }

    private void GiveLink(string url)
    {
        // The link stands alone on its line and is the first URL with a path, so that scripts and terminals can pick it up.
        Console.Out.WriteLine($"{Environment.NewLine}Open this link to sign in. It works once, within {SignInLinks.Lifetime.TotalMinutes:0} minutes:{Environment.NewLine}");
        Console.Out.WriteLine(links.IssueUrl(url));
    }
}
