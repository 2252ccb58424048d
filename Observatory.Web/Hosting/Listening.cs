using System.Net;
using Observatory.Core;

namespace Observatory.Web.Hosting;

/// <summary>Where the web pages and the API are served, as configured.</summary>
/// <param name="Urls">In order.</param>
/// <param name="BeyondLoopback">The first that other machines can reach, or null.</param>
/// <param name="AllHttps">Every one has TLS.</param>
internal sealed record ListenAddresses(IReadOnlyList<string> Urls, string? BeyondLoopback, bool AllHttps);

internal static class Listening
{
    public const string DefaultUrl = "http://127.0.0.1:5080";

    /// <summary>The default address unless <c>ASPNETCORE_URLS</c>, <c>--urls</c> or <c>Urls</c> says otherwise.</summary>
    public static ListenAddresses AddListening(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration[WebHostDefaults.ServerUrlsKey])) builder.WebHost.UseUrls(DefaultUrl);
        var urls = builder.Configuration[WebHostDefaults.ServerUrlsKey]!
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Concat(builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"]).OfType<string>())
            .ToList();
        var parsed = urls.ConvertAll(url => (Url: url, Address: Parse(url)));
        return new ListenAddresses(
            urls, parsed.FirstOrDefault(p => !IsLoopback(p.Address)).Url,
            parsed.TrueForAll(p => p.Address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>An address that a browser on this machine can open: a wildcard host becomes <c>localhost</c>.</summary>
    public static string ForBrowser(string bound)
    {
        var address = BindingAddress.Parse(bound);
        var everywhere = address.Host is "*" or "+" or "0.0.0.0" or "[::]";
        return $"{address.Scheme}://{(everywhere ? "localhost" : address.Host)}:{address.Port}";
    }

    private static BindingAddress Parse(string url)
    {
        try
        {
            return BindingAddress.Parse(url);
        }
        catch (FormatException e)
        {
            throw new StartRefusedException($"Urls: \"{url}\" is not an address such as {DefaultUrl}.", e);
        }
    }

    private static bool IsLoopback(BindingAddress address)
    {
        if (address.IsUnixPipe || address.IsNamedPipe) return true;
        if (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return true;
        return IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip);
    }
}
