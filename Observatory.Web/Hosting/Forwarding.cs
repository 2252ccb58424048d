using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using Observatory.Core;
using IPNetwork = System.Net.IPNetwork;

namespace Observatory.Web.Hosting;

/// <summary>
/// Behind a proxy a request looks as if it came from that machine, over http and to another host. Who asked, how and where is told by
/// headers, which are believed of known proxies only, and by <c>Observatory:PublicUrl</c>.
/// </summary>
internal static class Forwarding
{
    private static readonly IPNetwork[] s_thisMachine = [new(IPAddress.Parse("127.0.0.0"), 8), new(IPAddress.IPv6Loopback, 128)];

    public static void AddForwarding(this IServiceCollection services, ObservatoryOptions settings)
    {
        var address = PublicAddress.Parse(settings.PublicUrl);
        var proxies = ReadProxies(settings.Proxies);
        services.AddSingleton(address);
        services.PostConfigure<HostFilteringOptions>(hosts =>
        {
            if (address.Host.HasValue && !hosts.AllowedHosts.Contains("*")) hosts.AllowedHosts = [.. hosts.AllowedHosts, address.Host.Host];
        });
        // After everybody else: ASPNETCORE_FORWARDEDHEADERS_ENABLED believes whoever sends such headers.
        services.AddOptions<ForwardedHeadersOptions>().PostConfigure<IOptions<HostFilteringOptions>>((forwarded, hosts) =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.All;
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in proxies) forwarded.KnownIPNetworks.Add(network);
            forwarded.AllowedHosts = hosts.Value.AllowedHosts.Contains("*") ? [] : [.. hosts.Value.AllowedHosts];
        });
    }

    public static void UseForwarding(this WebApplication app)
    {
        app.UseForwardedHeaders();
        var address = app.Services.GetRequiredService<PublicAddress>();
        app.Use((context, next) =>
        {
            Place(context.Request, address);
            return next(context);
        });
    }

    /// <summary>Single addresses and networks alike, as networks.</summary>
    /// <exception cref="StartRefusedException">One is neither.</exception>
    public static IReadOnlyList<IPNetwork> ReadProxies(IList<string> proxies)
    {
        var networks = proxies.Select((text, i) => Read(text, i)).ToList();
        return networks.Count > 0 ? networks : s_thisMachine;
    }

    private static IPNetwork Read(string text, int index)
    {
        if (IPAddress.TryParse(text.Trim(), out var address)) return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        if (IPNetwork.TryParse(text.Trim(), out var network)) return network;
        var key = string.Create(CultureInfo.InvariantCulture, $"Proxies:{index}");
        throw SettingsReader.Wrong(key, $"\"{SettingsReader.Shown(text)}\" is neither an address nor a network such as 10.0.0.0/8.");
    }

    /// <summary>The path before all pages is there whether the proxy takes it away, leaves it or names it, and for callers that come past the proxy.</summary>
    private static void Place(HttpRequest request, PublicAddress address)
    {
        if (address.Path.HasValue) request.PathBase = address.Path;
        else if (request.PathBase.Value is [.., '/'] given) request.PathBase = given.TrimEnd('/');
        if (request.PathBase.HasValue && request.Path.StartsWithSegments(request.PathBase, out var rest)) request.Path = rest.HasValue ? rest : "/";
        // A proxy that ends TLS and does not say so: whoever asks for the public address did it over TLS.
        var isPublic = request.Host == address.Host || request.Headers.Origin == address.Origin;
        if (address.IsHttps && !request.IsHttps && isPublic) request.Scheme = Uri.UriSchemeHttps;
    }
}
