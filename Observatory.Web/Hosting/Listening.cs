using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Observatory.Core;

namespace Observatory.Web.Hosting;

/// <summary>Where the web pages and the API are served, as configured.</summary>
/// <param name="Urls">In order.</param>
/// <param name="BeyondLoopback">The first that other machines can reach, telemetry's included, or null.</param>
/// <param name="AllHttps">Every one has TLS.</param>
/// <param name="Hosts">Names and addresses that they and those of <paramref name="Otlp"/> name; wildcards name none.</param>
/// <param name="Otlp">Where telemetry is received beside the web port.</param>
internal sealed record ListenAddresses(IReadOnlyList<string> Urls, OpenAddress? BeyondLoopback, bool AllHttps, IReadOnlyList<string> Hosts, OtlpListening Otlp);

/// <summary>An address that other machines can reach.</summary>
/// <param name="Key">The setting that names it.</param>
internal sealed record OpenAddress(string Key, string Url);

internal static class Listening
{
    public const string DefaultUrl = "http://127.0.0.1:5080";

    /// <summary>The default address unless <c>ASPNETCORE_URLS</c>, <c>--urls</c> or <c>Urls</c> says otherwise.</summary>
    /// <exception cref="StartRefusedException">An address cannot be listened on.</exception>
    public static ListenAddresses AddListening(this WebApplicationBuilder builder, OtlpOptions otlp)
    {
        builder.WebHost.UseUrls(Choose(builder.Configuration, Environment.GetEnvironmentVariable("ASPNETCORE_URLS")));
        var own = builder.Configuration[WebHostDefaults.ServerUrlsKey]!.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var named = builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"]).OfType<string>().ToList();
        var parsed = own.Concat(named).Select(url => (Url: url, Address: Parse(url))).ToList();
        // Named endpoints replace the others.
        var receivers = OtlpListening.Read(otlp, named.Count > 0 ? named.Select(url => Parse(url)) : parsed.Select(p => p.Address));
        if (receivers.Receivers.Count > 0)
        {
            builder.Services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = receivers.SocketFor);
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                // Addresses that are set in code replace those of the setting: so all of them are.
                if (named.Count == 0) parsed.ForEach(p => Listen(kestrel, p.Address));
                receivers.Configure(kestrel);
            });
        }
        return new ListenAddresses(
            [.. parsed.Select(p => p.Url)], parsed.FirstOrDefault(p => !IsLoopback(p.Address)).Url is { } open ? new OpenAddress("Urls", open)
                : receivers.BeyondLoopback,
            parsed.TrueForAll(p => p.Address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase)),
            [.. parsed.Select(p => p.Address).Where(a => !a.IsUnixPipe && !a.IsNamedPipe && !IsEverywhere(a.Host)).Select(a => a.Host).Concat(receivers.Hosts)
                .Distinct(StringComparer.OrdinalIgnoreCase)],
            receivers);
    }

    /// <summary>As the server itself does with an address of the setting.</summary>
    private static void Listen(KestrelServerOptions kestrel, BindingAddress address)
    {
        Action<ListenOptions> configure = listen =>
        {
            if (address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase)) listen.UseHttps();
        };
        if (address.IsUnixPipe) kestrel.ListenUnixSocket(address.UnixPipePath, configure);
        else if (address.IsNamedPipe) kestrel.ListenNamedPipe(address.NamedPipeName, configure);
        else if (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) kestrel.ListenLocalhost(address.Port, configure);
        else if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip)) kestrel.Listen(ip, address.Port, configure);
        else kestrel.ListenAnyIP(address.Port, configure);
    }

    /// <summary>An address that a browser on this machine can open: a wildcard host becomes <c>localhost</c>.</summary>
    public static string ForBrowser(string bound)
    {
        var address = BindingAddress.Parse(bound);
        return $"{address.Scheme}://{(IsEverywhere(address.Host) ? "localhost" : address.Host)}:{address.Port}";
    }

    /// <summary>The framework lets <c>Urls</c> of a file win over <c>ASPNETCORE_URLS</c>; here the environment wins over the file, as for every key.</summary>
    internal static string Choose(IConfigurationRoot configuration, string? environment)
    {
        var last = configuration.Providers.Reverse().FirstOrDefault(p => p.TryGet(WebHostDefaults.ServerUrlsKey, out _));
        var chosen = last is FileConfigurationProvider && !string.IsNullOrWhiteSpace(environment) ? environment : configuration[WebHostDefaults.ServerUrlsKey];
        return string.IsNullOrWhiteSpace(chosen) ? DefaultUrl : chosen;
    }

    internal static bool IsEverywhere(string host) => host is "*" or "+" or "0.0.0.0" or "[::]";

    /// <exception cref="StartRefusedException">The server could not listen there; it would say so with a stack trace.</exception>
    internal static BindingAddress Parse(string url, string key = "Urls", string example = DefaultUrl)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException e)
        {
            throw new StartRefusedException($"{key}: \"{url}\" is not an address such as {example}.", e);
        }
        if (address.Scheme.ToLowerInvariant() is not ("http" or "https")) throw new StartRefusedException($"{key}: \"{url}\" is neither http nor https.");
        if (address.IsUnixPipe || address.IsNamedPipe) return address;
        if (address.Port is < 0 or > 65_535) throw new StartRefusedException($"{key}: \"{url}\" has a port beyond 65535.");
        if (address.PathBase.Trim('/').Length > 0) throw new StartRefusedException($"{key}: \"{url}\" has a path. Name scheme, host and port only.");
        return address;
    }

    internal static bool IsLoopback(BindingAddress address)
    {
        if (address.IsUnixPipe || address.IsNamedPipe) return true;
        if (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return true;
        return IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip);
    }
}
