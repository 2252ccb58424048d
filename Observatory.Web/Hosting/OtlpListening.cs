using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Observatory.Core;

namespace Observatory.Web.Hosting;

/// <summary>A further address at which telemetry is received.</summary>
/// <param name="Key">Of its setting.</param>
internal sealed record Receiver(Listener Listener, string Key, string Url, BindingAddress Address)
{
    public bool HasTls => Address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase);

    public HttpProtocols Protocols => Listener == Listener.OtlpGrpc ? HttpProtocols.Http2 : HasTls ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
}

/// <summary>
/// The receivers of telemetry beside the web port. A port that another program holds costs a warning, not the start: its socket is opened
/// here, while the server is set up, and handed over.
/// </summary>
internal sealed class OtlpListening(IReadOnlyList<Receiver> receivers)
{
    private readonly Dictionary<IPEndPoint, Socket> _sockets = [];
    private readonly HashSet<string> _bound = [];
    private readonly Dictionary<Listener, string> _urls = [];

    public IReadOnlyList<Receiver> Receivers => receivers;

    /// <summary>The first that other machines can reach, or null.</summary>
    public OpenAddress? BeyondLoopback => receivers.Where(r => !Listening.IsLoopback(r.Address)).Select(r => new OpenAddress(r.Key, r.Url)).FirstOrDefault();

    public IEnumerable<string> Hosts => receivers.Select(r => r.Address).Where(a => !Listening.IsEverywhere(a.Host)).Select(a => a.Host);

    /// <summary>An address of the running server is one of ours, and no pages are there.</summary>
    public bool Has(string address)
    {
        var parsed = BindingAddress.Parse(address);
        return _bound.Contains($"{parsed.Host}:{parsed.Port}");
    }

    /// <summary>Where telemetry is received over this protocol, or null: off, or the port is another program's. Known once the server listens.</summary>
    public string? UrlOf(Listener listener) => _urls.GetValueOrDefault(listener);

    /// <exception cref="StartRefusedException">An address is none, or is taken by the program itself.</exception>
    public static OtlpListening Read(OtlpOptions options, IEnumerable<BindingAddress> web)
    {
        var receivers = new List<Receiver>();
        var taken = web.ToList();
        foreach (var (listener, name, url) in new[] { (Listener.OtlpHttp, nameof(options.HttpUrl), options.HttpUrl),
            (Listener.OtlpGrpc, nameof(options.GrpcUrl), options.GrpcUrl) })
        {
            if (string.IsNullOrWhiteSpace(url)) continue;
            var key = $"{ObservatoryOptions.Section}:Otlp:{name}";
            var address = Parse(key, url);
            if (taken.Exists(other => Overlap(other, address)))
            {
                // The web port takes OTLP over HTTP by itself.
                if (listener == Listener.OtlpHttp) continue;
                throw new StartRefusedException($"{key}: {url} has another use already. gRPC needs a port of its own; leave it empty to turn it off.");
            }
            taken.Add(address);
            receivers.Add(new Receiver(listener, key, url, address));
        }
        return new OtlpListening(receivers);
    }

    /// <exception cref="StartRefusedException">It is no address; the message names the key.</exception>
    internal static BindingAddress Parse(string key, string url)
    {
        var address = Listening.Parse(url, key, "http://127.0.0.1:4318");
        if (address.IsUnixPipe || address.IsNamedPipe) throw new StartRefusedException($"{key}: \"{url}\" is a pipe. Name scheme, host and port.");
        return address;
    }

    public void Configure(KestrelServerOptions kestrel)
    {
        var log = kestrel.ApplicationServices.GetRequiredService<ILogger<OtlpListening>>();
        foreach (var receiver in receivers)
        {
            foreach (var endpoint in EndpointsOf(receiver.Address))
            {
                if (Open(receiver, endpoint, log) is { } bound) Listen(kestrel, receiver, bound);
            }
        }
    }

    /// <summary>The transport asks here for the socket of each address.</summary>
    public Socket SocketFor(EndPoint endpoint) =>
        endpoint is IPEndPoint ip && _sockets.Remove(ip, out var own) ? own : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);

    private IPEndPoint? Open(Receiver receiver, IPEndPoint endpoint, ILogger log)
    {
        try
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            // Port 0 has become a real one.
            var bound = (IPEndPoint)socket.LocalEndPoint!;
            _sockets[bound] = socket;
            return bound;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            log.LogWarning("{Key}: {Url} is in use by another program or not open to this account. No telemetry is received there; the web port takes OTLP "
                + "over HTTP too", receiver.Key, receiver.Url);
        }
        catch (SocketException) when (receiver.Address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            && endpoint.AddressFamily == AddressFamily.InterNetworkV6)
        {
            // A machine without IPv6: the other loopback address is enough.
        }
        catch (SocketException e)
        {
            throw new StartRefusedException($"{receiver.Key}: the server cannot listen on {receiver.Url}: {e.Message}.", e);
        }
        return null;
    }

    private void Listen(KestrelServerOptions kestrel, Receiver receiver, IPEndPoint endpoint)
    {
        var tag = new ListenerTag(receiver.Listener);
        _bound.Add(endpoint.ToString());
        _urls.TryAdd(receiver.Listener,
            $"{receiver.Address.Scheme}://{(Listening.IsEverywhere(receiver.Address.Host) ? "localhost" : receiver.Address.Host)}:{endpoint.Port}");
        kestrel.Listen(endpoint, listen =>
        {
            listen.Protocols = receiver.Protocols;
            listen.Use(next => connection =>
            {
                connection.Features.Set(tag);
                return next(connection);
            });
            if (receiver.HasTls) listen.UseHttps();
        });
    }

    /// <summary>As the server itself reads addresses: a name that is none of this machine's own stands for all of them.</summary>
    private static IEnumerable<IPEndPoint> EndpointsOf(BindingAddress address)
    {
        if (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return [new(IPAddress.Loopback, address.Port),
            new(IPAddress.IPv6Loopback, address.Port)];
        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip)) return [new(ip, address.Port)];
        return [new(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, address.Port)];
    }

    private static bool Overlap(BindingAddress one, BindingAddress other) =>
        one.Port == other.Port && one.Port != 0
        && (one.Host.Equals(other.Host, StringComparison.OrdinalIgnoreCase) || !IsOneAddress(one) || !IsOneAddress(other)
            || Listening.IsLoopback(one) && Listening.IsLoopback(other)
                && (one.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || other.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)));

    private static bool IsOneAddress(BindingAddress address) =>
        address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && !ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any);
}
