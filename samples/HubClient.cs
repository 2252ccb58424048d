using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Observatory.Samples;

/// <summary>
/// Follows an Observatory through its hub, with nothing but a WebSocket: the hub speaks SignalR's JSON protocol, so a SignalR client works just as well.
/// Messages that were missed while the connection was lost are fetched.
/// </summary>
/// <example><code>
/// await foreach (var (type, body) in new HubClient(new Uri("http://127.0.0.1:5080"), key).FollowAsync()) Console.WriteLine(body);
/// </code></example>
public sealed class HubClient(Uri server, string key)
{
    private const char End = '\u001e';
    private const int Call = 1, Ping = 6, Close = 7;

    private static readonly TimeSpan s_pings = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);

    /// <summary>Opens the socket; tests that run the server in their own process put another in its place.</summary>
    public Func<Uri, string, CancellationToken, Task<WebSocket>> Connect { get; init; } = ConnectAsync;

    /// <summary>Sequence of the last message that was seen; null = none.</summary>
    public long? Sequence { get; set; }

    /// <summary><c>initial_data</c>, then <c>batch_update</c>, without an end.</summary>
    public async IAsyncEnumerable<(string Type, JsonElement Body)> FollowAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        for (var failures = 0; ; failures++)
        {
            cancel.ThrowIfCancellationRequested();
            await foreach (var message in OnceAsync(cancel))
            {
                failures = 0;
                Sequence = message.Body.GetProperty("sequence").GetInt64();
                yield return message;
            }
            var pause = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(failures, 5)));
            await Task.Delay(pause < s_longestPause ? pause : s_longestPause, cancel);
        }
    }

    /// <summary>One connection, to its end.</summary>
    private async IAsyncEnumerable<(string Type, JsonElement Body)> OnceAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        using var socket = await TryAsync(async () => await Connect(Address(), key, cancel));
        if (socket is null) yield break;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await SendAsync(socket, """{"protocol":"json","version":1}""", cancel);
        // Before the server begins by itself.
        if (Sequence is { } last) await SendAsync(socket, $$"""{"type":1,"target":"Resume","arguments":[{{last}}]}""", cancel);
        var pings = PingAsync(socket, over.Token);
        try
        {
            var text = new StringBuilder();
            while (await TryAsync(() => ReadAsync(socket, text, cancel)) is { } line)
            {
                var message = JsonDocument.Parse(line).RootElement;
                if (!message.TryGetProperty("type", out var kind)) continue;
                if (kind.GetInt32() == Close) break;
                if (kind.GetInt32() == Call) yield return (message.GetProperty("target").GetString()!, message.GetProperty("arguments")[0]);
            }
        }
        finally
        {
            await over.CancelAsync();
            await pings;
            await LeaveAsync(socket);
        }
    }

    /// <summary>Says goodbye: the server then need not find out by itself.</summary>
    private static async Task LeaveAsync(WebSocket socket)
    {
        try
        {
            if (socket.State == WebSocketState.Open) await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        catch (Exception gone) when (gone is WebSocketException or IOException)
        {
            // It is gone already.
        }
    }

    private Uri Address() => new UriBuilder(server) { Scheme = server.Scheme == Uri.UriSchemeHttps ? "wss" : "ws", Path = "/hubs/analytics" }.Uri;

    private static async Task<WebSocket> ConnectAsync(Uri address, string key, CancellationToken cancel)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {key}");
        await socket.ConnectAsync(address, cancel);
        return socket;
    }

    /// <summary>The next message of the protocol, null = the server is gone.</summary>
    private static async Task<string?> ReadAsync(WebSocket socket, StringBuilder text, CancellationToken cancel)
    {
        var buffer = new byte[16 * 1024];
        var decoder = Encoding.UTF8.GetDecoder();
        var characters = new char[buffer.Length];
        while (true)
        {
            var end = text.ToString().IndexOf(End, StringComparison.Ordinal);
            if (end >= 0)
            {
                var line = text.ToString(0, end);
                text.Remove(0, end + 1);
                return line;
            }
            var part = await socket.ReceiveAsync(buffer.AsMemory(), cancel);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            text.Append(characters, 0, decoder.GetChars(buffer, 0, part.Count, characters, 0));
        }
    }

    /// <summary>The server sends away who says nothing for half a minute.</summary>
    private static async Task PingAsync(WebSocket socket, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await Task.Delay(s_pings, cancel);
                await SendAsync(socket, $$"""{"type":{{Ping}}}""", cancel);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or WebSocketException or ObjectDisposedException)
        {
            // The connection is over.
        }
    }

    private static Task SendAsync(WebSocket socket, string message, CancellationToken cancel) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message + End), WebSocketMessageType.Text, endOfMessage: true, cancel);

    /// <summary>Null = the connection failed: it is tried again.</summary>
    private static async Task<T?> TryAsync<T>(Func<Task<T?>> step) where T : class
    {
        try
        {
            return await step();
        }
        catch (Exception failure) when (failure is WebSocketException or HttpRequestException or IOException)
        {
            return null;
        }
    }
}
