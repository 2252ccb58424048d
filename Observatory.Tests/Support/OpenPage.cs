using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Observatory.Tests.Support;

/// <summary>
/// A page as an open browser has it, without a browser: its circuit is started, what the server draws is acknowledged, and calls of scripts are
/// answered with nothing. Many of them cost little.
/// </summary>
internal sealed partial class OpenPage : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly WebSocket _socket;
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly TaskCompletionSource _drawn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;
    private int _batches;

    private OpenPage(WebSocket socket) => _socket = socket;

    /// <summary>How often the server drew something.</summary>
    public int Batches => Volatile.Read(ref _batches);

    /// <summary>What the server said as it ended the circuit; null = it did not.</summary>
    public string? Error { get; private set; }

    /// <summary>Opens the page and waits until its circuit has drawn.</summary>
    /// <param name="http">With base address and identity.</param>
    /// <param name="connect">Opens the socket where the server is in memory; null = over the network.</param>
    public static async Task<OpenPage> OpenAsync(HttpClient http, string path, Func<Uri, CancellationToken, Task<WebSocket>>? connect = null)
    {
        using var patience = new CancellationTokenSource(s_patience);
        var html = await http.GetStringAsync(path, patience.Token);
        using var negotiated = await http.PostAsync("/_blazor/negotiate?negotiateVersion=1", null, patience.Token);
        var token = (await negotiated.Content.ReadFromJsonAsync<JsonElement>(patience.Token)).GetProperty("connectionToken").GetString()!;
        var server = http.BaseAddress!;
        var address = new Uri($"ws://{server.Authority}/_blazor?id={Uri.EscapeDataString(token)}");
        var page = new OpenPage(connect is null ? await ConnectAsync(http, address, patience.Token) : await connect(address, patience.Token));
        try
        {
            await page.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"blazorpack\",\"version\":1}\x1e"));
            // Its answer comes in a frame of its own.
            await page.ReceiveAsync(patience.Token);
            page._reading = page.ReadAsync();
            await page.SendAsync(HubPack.Call("StartCircuit", server.ToString(), new Uri(server, path).ToString(), "[]", ""));
            await page.SendAsync(HubPack.Call("UpdateRootComponents", Operations(html), State().Match(html).Groups[1].Value));
            await page._drawn.Task.WaitAsync(patience.Token);
            return page;
        }
        catch
        {
            await page.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _socket.Abort();
        await _reading;
        _socket.Dispose();
        _end.Dispose();
        _sending.Dispose();
    }

    private static async Task<WebSocket> ConnectAsync(HttpClient http, Uri address, CancellationToken cancel)
    {
        var socket = new ClientWebSocket();
        foreach (var (name, values) in http.DefaultRequestHeaders) socket.Options.SetRequestHeader(name, string.Join(", ", values));
        try
        {
            await socket.ConnectAsync(address, cancel);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Operations(string html)
    {
        var markers = Marker().Matches(html).Select(m => m.Groups[1].Value).Where(m => m.Contains("\"descriptor\"", StringComparison.Ordinal)).ToList();
        var adds = markers.Select((marker, i) => $$"""{"type":"add","ssrComponentId":{{i + 1}},"marker":{{marker}}}""");
        return $$"""{"batchId":1,"operations":[{{string.Join(',', adds)}}]}""";
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await ReceiveAsync(_end.Token) is { } frame)
            {
                foreach (var message in HubPack.Read(frame)) await TakeAsync(message);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or ObjectDisposedException)
        {
            // The page is closed, or the server is gone.
        }
        _drawn.TrySetException(new InvalidOperationException(Error ?? "The connection ended before anything was drawn."));
    }

    private async Task TakeAsync(object?[] message)
    {
        const long Invocation = 1;
        if (message[0] is not Invocation) return;
        var arguments = (object?[])message[4]!;
        switch (message[3])
        {
            case "JS.RenderBatch":
                Interlocked.Increment(ref _batches);
                await SendAsync(HubPack.Call("OnRenderCompleted", arguments[0], null));
                _drawn.TrySetResult();
                break;
            case "JS.BeginInvokeJS" when arguments[0] is long call and not 0:
                await SendAsync(HubPack.Call("EndInvokeJSFromDotNet", call, true, $"[{call},true,null]"));
                break;
            case "JS.Error":
                Error = arguments[0] as string;
                break;
        }
    }

    private async Task SendAsync(byte[] frame)
    {
        await _sending.WaitAsync(_end.Token);
        try
        {
            await _socket.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, _end.Token);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task<byte[]?> ReceiveAsync(CancellationToken cancel)
    {
        using var whole = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(), cancel);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            whole.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return whole.ToArray();
        }
    }

    [GeneratedRegex("<!--Blazor:(\\{.*?\\})-->")]
    private static partial Regex Marker();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(.*?)-->")]
    private static partial Regex State();
}
