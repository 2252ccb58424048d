using System.Net.Sockets;
using System.Text;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>What is hardly a request is answered with the same headers as all others, by whatever part of the server.</summary>
public sealed class RefusedRequestTests
{
    private static readonly string[] s_headers =
    [
        "content-security-policy: default-src 'none'", "x-content-type-options: nosniff", "referrer-policy: no-referrer",
        "cross-origin-opener-policy: same-origin", "cross-origin-resource-policy: same-origin", "permissions-policy: ", "cache-control: no-store",
    ];

    [Fact]
    public async Task Every_answer_bears_our_headers()
    {
        using var temp = new TempFolder();
        await using var app = await AppProcess.StartAsync(temp.Folder("data"), temp.Folder("claude"));
        var host = app.Link.Authority;
        // What the server refuses before it has a request, and what it lets pass to us.
        (string Request, int Status)[] odd =
        [
            ($"GET /%00 HTTP/1.1\r\nHost: {host}\r\n\r\n", 400),
            ($"GET /a%00b?x=1 HTTP/1.1\r\nHost: {host}\r\n\r\n", 400),
            ($"GET nothing HTTP/1.1\r\nHost: {host}\r\n\r\n", 405),
            ($"GET  / HTTP/1.1\r\nHost: {host}\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\n\r\n", 400),
            ($"GET / HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n", 400),
            ($"GET / HTTP/1.1\r\nHost: {host}\r\nno colon\r\n\r\n", 400),
            ($"GET / HTTP/9.9\r\nHost: {host}\r\n\r\n", 505),
            ($"GET /{new string('a', 200_000)} HTTP/1.1\r\nHost: {host}\r\n\r\n", 414),
            ($"GET / HTTP/1.1\r\nHost: {host}\r\nX-Long: {new string('a', 200_000)}\r\n\r\n", 431),
            ($"POST /account/sign-in HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
            ($"GET /..%2f..%2fetc/passwd HTTP/1.1\r\nHost: {host}\r\n\r\n", 0),
            ($"GET /%c0%ae%ff HTTP/1.1\r\nHost: {host}\r\n\r\n", 0),
            ($"GET //;x HTTP/1.1\r\nHost: {host}\r\n\r\n", 0),
            ($"GET /health/live HTTP/1.1\r\nHost: other.example\r\n\r\n", 400),
            ($"OPTIONS * HTTP/1.1\r\nHost: {host}\r\n\r\n", 0),
            ($"TRACE / HTTP/1.1\r\nHost: {host}\r\n\r\n", 0),
            ($"GET /health/live HTTP/1.1\r\nHost: {host}\r\n\r\n", 200),
        ];
        foreach (var (request, status) in odd)
        {
            var name = request.Length > 80 ? request[..80] : request;
            var answer = await AskAsync(app.Link.Port, request);
            Assert.True(answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal), $"{name}: {answer}");
            if (status != 0) Assert.True(answer.StartsWith($"HTTP/1.1 {status} ", StringComparison.Ordinal), $"{name}: {answer}");
            var head = answer.Split("\r\n\r\n")[0];
            foreach (var header in s_headers) Assert.True(head.Contains("\r\n" + header, StringComparison.OrdinalIgnoreCase), $"{name}: no {header} in {head}");
            Assert.False(head.Contains("\r\nserver:", StringComparison.OrdinalIgnoreCase), name);
        }
    }

    /// <summary>The head of the answer, and what came with it.</summary>
    private static async Task<string> AskAsync(int port, string request)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, patience.Token);
        var stream = client.GetStream();
        var sending = SendAsync(stream, request, patience.Token);
        var answer = new StringBuilder();
        var buffer = new byte[4_096];
        while (!answer.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(buffer, patience.Token) is > 0 and var read)
            answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
        await sending;
        return answer.ToString();
    }

    private static async Task SendAsync(NetworkStream to, string request, CancellationToken cancel)
    {
        try
        {
            await to.WriteAsync(Encoding.Latin1.GetBytes(request), cancel);
        }
        catch (IOException)
        {
            // It was refused before it ended.
        }
    }
}
