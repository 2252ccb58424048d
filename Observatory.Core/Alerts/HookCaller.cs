using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Observatory.Core.Alerts;

/// <param name="Error">Null = it was taken.</param>
/// <param name="MayPass">Another try may succeed.</param>
public sealed record HookResult(string? Error, bool MayPass = true);

/// <summary>
/// Calls addresses that people wrote down. It never follows a redirect, never goes through a proxy, and looks at the address that a name stands for at the
/// moment of the call: what was public when it was written may lead into the machine's own network now.
/// </summary>
public sealed class HookCaller : IDisposable
{
    public const string TimestampHeader = "X-Observatory-Timestamp";
    public const string SignatureHeader = "X-Observatory-Signature";
    private const string Version = "v1=";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly HookHosts _hosts;
    private readonly TimeProvider _clock;
    private readonly HttpClient _client;

    public HookCaller(HookHosts hosts, TimeProvider clock)
    {
        (_hosts, _clock) = (hosts, clock);
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseProxy = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1), ConnectCallback = ConnectAsync,
            MaxResponseHeadersLength = 32,
        }) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>One try, ten seconds.</summary>
    /// <param name="secret">Signs the call; null = it is not signed.</param>
    public async Task<HookResult> CallAsync(string address, string body, string? secret, CancellationToken cancel = default)
    {
        if (_hosts.WhyNot(address) is { } refused) return new HookResult(refused, MayPass: false);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(s_patience);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.UserAgent.ParseAdd("Observatory");
        if (secret is not null)
        {
            var timestamp = _clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            request.Headers.Add(TimestampHeader, timestamp);
            request.Headers.Add(SignatureHeader, Sign(secret, timestamp, body));
        }
        try
        {
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            var status = (int)answer.StatusCode;
            return status is >= 200 and < 300 ? new HookResult(null)
                : status is >= 300 and < 400 ? new HookResult($"It answered {status}, which leads elsewhere; that is not followed.")
                : new HookResult($"It answered {status}.");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new HookResult($"It did not answer within {s_patience.TotalSeconds:0} seconds.");
        }
        catch (HttpRequestException error)
        {
            var inner = error.GetBaseException();
            return new HookResult(inner is PrivateAddressException ? inner.Message : $"It could not be reached: {inner.Message}",
                inner is not PrivateAddressException);
        }
    }

    /// <summary><c>v1=</c> and lower-case hex of HMAC-SHA-256 over the time stamp, a dot and the body.</summary>
    public static string Sign(string secret, string timestamp, string body) =>
        Version + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{timestamp}.{body}")));

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var found = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancel).ConfigureAwait(false);
        // One private address among others is enough: whoever owns the name chooses which is taken.
        if (!_hosts.IsAllowed(host, port) && found.FirstOrDefault(HookHosts.IsPrivate) is { } hidden)
            throw new PrivateAddressException($"{host} leads to the private address {hidden}, which is not called.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(found, port, cancel).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => _client.Dispose();
}

internal sealed class PrivateAddressException(string message) : IOException(message);
