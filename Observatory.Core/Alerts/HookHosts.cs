using System.Net;
using System.Net.Sockets;

namespace Observatory.Core.Alerts;

/// <summary>
/// Which addresses a message may go to: those of the open network, and what an administrator allowed by name. A rule is written by people who may not see the
/// machine's own network, and must not be made to knock there.
/// </summary>
/// <param name="allowed">Hosts, with or without a port.</param>
public sealed class HookHosts(IEnumerable<string> allowed)
{
    private static readonly IPNetwork[] s_private =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4", "::/128", "::1/128", "64:ff9b:1::/48", "100::/64", "fc00::/7", "fe80::/10",
                "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>Addresses of the old network that are written inside those of the new one.</summary>
    private static readonly (IPNetwork Network, int At)[] s_inside = [(IPNetwork.Parse("64:ff9b::/96"), 12), (IPNetwork.Parse("2002::/16"), 2)];

    private readonly HashSet<string> _allowed = allowed.Select(a => a.Trim().Trim('[', ']')).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Null = it may be called, as far as can be told without asking for its name.</summary>
    public string? WhyNot(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http") || address.Host.Length == 0)
            return "It is an address that begins with https://.";
        if (address.UserInfo.Length > 0) return "Leave out the name and the password.";
        if (IsAllowed(address)) return null;
        var host = address.IdnHost.TrimEnd('.');
        if (IPAddress.TryParse(host.Trim('[', ']'), out var ip))
            return IsPrivate(ip) ? $"{host} is a private address. Use a public one, or have an administrator add it to AllowedPrivateHosts." : null;
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            ? $"{host} is this machine. Use a public address, or have an administrator add it to AllowedPrivateHosts." : null;
    }

    public bool IsAllowed(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return IsAllowed(address.IdnHost, address.Port);
    }

    public bool IsAllowed(string host, int port)
    {
        ArgumentNullException.ThrowIfNull(host);
        var name = host.Trim('[', ']').TrimEnd('.');
        return _allowed.Contains(name) || _allowed.Contains(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}:{port}"));
    }

    /// <summary>It is no address of the open network.</summary>
    public static bool IsPrivate(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (s_private.Any(n => n.BaseAddress.AddressFamily == address.AddressFamily && n.Contains(address))) return true;
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return false;
        foreach (var (network, at) in s_inside)
        {
            if (network.Contains(address)) return IsPrivate(new IPAddress(address.GetAddressBytes().AsSpan(at, 4)));
        }
        return false;
    }
}
