using System.Net;
using Observatory.Core;

namespace Observatory.Web.Hosting;

/// <summary>Where the web pages and the API are served, as configured.</summary>
/// <param name="Urls">In order.</param>
/// <param name="BeyondLoopback">The first that other machines can reach, or null.</param>
/// <param name="AllHttps">Every one has TLS.</param>
/// <param name="Hosts">Names and addresses that they name; wildcards name none.</param>
internal sealed record ListenAddresses(IReadOnlyList<string> Urls, string? BeyondLoopback, bool AllHttps, IReadOnlyList<string> Hosts);

internal static class Listening
{
    public const string DefaultUrl = "http://127.0.0.1:5080";

    /// <summary>The default address unless <c>ASPNETCORE_URLS</c>, <c>--urls</c> or <c>Urls</c> says otherwise.</summary>
    public static ListenAddresses AddListening(this WebApplicationBuilder builder)
    {
        builder.WebHost.UseUrls(Choose(builder.Configuration, Environment.GetEnvironmentVariable("ASPNETCORE_URLS")));
        var urls = builder.Configuration[WebHostDefaults.ServerUrlsKey]!
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Concat(builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"]).OfType<string>())
            .ToList();
        var parsed = urls.ConvertAll(url => (Url: url, Address: Parse(url)));
        return new ListenAddresses(
            urls, parsed.FirstOrDefault(p => !IsLoopback(p.Address)).Url,
            parsed.TrueForAll(p => p.Address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase)),
            [.. parsed.Select(p => p.Address).Where(a => !a.IsUnixPipe && !a.IsNamedPipe && !IsEverywhere(a.Host)).Select(a => a.Host).Distinct(StringComparer.OrdinalIgnoreCase)]);
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

    private static bool IsEverywhere(string host) => host is "*" or "+" or "0.0.0.0" or "[::]";

    /// <exception cref="StartRefusedException">The server could not listen there; it would say so with a stack trace.</exception>
    internal static BindingAddress Parse(string url)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException e)
        {
            throw new StartRefusedException($"Urls: \"{url}\" is not an address such as {DefaultUrl}.", e);
        }
        if (address.Scheme.ToLowerInvariant() is not ("http" or "https")) throw new StartRefusedException($"Urls: \"{url}\" is neither http nor https.");
        if (address.IsUnixPipe || address.IsNamedPipe) return address;
        if (address.Port is < 0 or > 65_535) throw new StartRefusedException($"Urls: \"{url}\" has a port beyond 65535.");
        if (address.PathBase.Trim('/').Length > 0) throw new StartRefusedException($"Urls: \"{url}\" has a path. Name scheme, host and port only.");
        return address;
    }

    private static bool IsLoopback(BindingAddress address)
    {
        if (address.IsUnixPipe || address.IsNamedPipe) return true;
        if (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return true;
        return IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip);
    }
}
