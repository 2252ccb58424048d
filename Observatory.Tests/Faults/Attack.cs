using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Observatory.Tests.Support;

namespace Observatory.Tests.Faults;

/// <summary>What one key, or nobody, can send to use up what others need. Each is small where it is sent and was dear where it was read.</summary>
/// <param name="Name">As <c>bench faults --attack NAME</c> has it.</param>
/// <param name="RunAsync">Sends it and waits for the answers; says what they were.</param>
internal sealed record Attack(string Name, Func<AttackedApp, Task<string>> RunAsync)
{
    private const string Upload = "/api/claude-code/transcripts?owner=z";
    private const string Events = "/api/analytics/events", Json = "application/json", Lines = "application/x-ndjson";
    private static readonly TimeSpan s_drip = TimeSpan.FromSeconds(20);

    public static IReadOnlyList<Attack> All { get; } =
    [
        new("bad-lines", app => app.SendAsync(Upload, Zip("a.jsonl", "{\n", 1_000_000), "application/zip")),
        new("dead-letters", async app =>
        {
            var body = Gzip("[" + string.Join(',', Enumerable.Repeat("{}", 49_999)) + "]");
            return await RepeatAsync(4, () => app.SendAsync(Events, body, Json, "gzip"));
        }),
        new("dripping-bodies", DripAsync),
        new("sign-ins", SignInAsync),
        new("wide-event", app => app.SendAsync(Events, Gzip(Wide(1_000_000)), Json, "gzip")),
        new("new-users", app => app.SendAsync(Events, Gzip(Users(49_999)), Lines, "gzip")),
        new("zip-bomb", app => app.SendAsync(Upload, Zip("a.jsonl", new string(' ', 1_023) + "\n", 1_000_000), "application/zip")),
        new("sockets", SocketsAsync),
        new("large-answers", LargeAnswersAsync),
    ];

    private static async Task<string> DripAsync(AttackedApp app)
    {
        using var end = new CancellationTokenSource(s_drip);
        var sent = await Task.WhenAll(((int[])[33_554_432, 16_777_214]).Select(async length =>
        {
            using var client = new TcpClient();
            var host = app.Address.Authority;
            await client.ConnectAsync(app.Address.Host, app.Address.Port);
            var stream = client.GetStream();
            var head = $"POST {Events} HTTP/1.1\r\nHost: {host}\r\nx-api-key: {app.IngestKey}\r\nContent-Type: {Json}\r\nContent-Length: {length}\r\n\r\n[";
            var bytes = 0;
            try
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
                for (; !end.IsCancellationRequested; bytes += 150)
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(new string(' ', 150)));
                    await Task.Delay(500);
                }
            }
            catch (IOException)
            {
                // It was cut off, as it should be one day.
            }
            return bytes;
        }));
        return $"{sent.Sum()} bytes in {s_drip.TotalSeconds} s";
    }

    private static async Task<string> SignInAsync(AttackedApp app)
    {
        // Ten an address, of ten addresses, all at once.
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            using var http = new HttpClient(new SocketsHttpHandler
            {
                UseCookies = false, AllowAutoRedirect = false,
                ConnectCallback = async (context, cancel) =>
                {
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                    socket.Bind(new IPEndPoint(IPAddress.Parse($"127.0.0.{i / 10 + 10}"), 0));
                    await socket.ConnectAsync(context.DnsEndPoint, cancel);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }) { BaseAddress = app.Address };
            using var form = await http.GetAsync("/account/sign-in");
            var html = await form.Content.ReadAsStringAsync();
            var token = Between(html, "name=\"__RequestVerificationToken\" value=\"", "\"");
            using var request = new HttpRequestMessage(HttpMethod.Post, "/account/sign-in");
            request.Headers.Add("Cookie", string.Join("; ", form.Headers.GetValues("Set-Cookie").Select(c => c.Split(';')[0])));
            request.Content = new FormUrlEncodedContent([
                new("email", "admin@example.com"), new("password", $"wrong password {i}"), new("__RequestVerificationToken", token),
            ]);
            using var answer = await http.SendAsync(request);
            return (int)answer.StatusCode;
        }));
        return Counts(answers);
    }

    private static async Task<string> SocketsAsync(AttackedApp app)
    {
        var sockets = new List<ClientWebSocket>();
        var refused = 0;
        try
        {
            for (var i = 0; i < 640; i++)
            {
                var socket = new ClientWebSocket();
                sockets.Add(socket);
                socket.Options.SetRequestHeader("x-api-key", app.ReadKey);
                try
                {
                    await socket.ConnectAsync(new Uri($"ws://{app.Address.Authority}/_blazor"), CancellationToken.None);
                }
                catch (WebSocketException)
                {
                    refused++;
                }
            }
            await Task.Delay(TimeSpan.FromSeconds(5));
        }
        finally
        {
            foreach (var socket in sockets) socket.Dispose();
        }
        return $"{sockets.Count - refused} taken, {refused} refused";
    }

    private static async Task<string> LargeAnswersAsync(AttackedApp app)
    {
        using var http = new HttpClient { BaseAddress = app.Address, Timeout = TimeSpan.FromMinutes(5) };
        http.DefaultRequestHeaders.Add("x-api-key", app.ReadKey);
        var now = TimeProvider.System.GetUtcNow();
        var path = $"/api/analytics/dashboard?interval=1h&start={now.AddDays(-730):yyyy-MM-dd}T00:00:00Z&end={now:yyyy-MM-dd}T00:00:00Z";
        return Counts(await Task.WhenAll(Enumerable.Range(0, 30).Select(async _ =>
        {
            using var answer = await http.GetAsync(path);
            await answer.Content.ReadAsByteArrayAsync();
            return (int)answer.StatusCode;
        })));
    }

    private static async Task<string> RepeatAsync(int times, Func<Task<string>> send)
    {
        var answers = new List<string>();
        for (var i = 0; i < times; i++) answers.Add(await send());
        return string.Join(", ", answers);
    }

    private static string Counts(IEnumerable<int> statuses) =>
        string.Join(", ", statuses.GroupBy(s => s).OrderBy(g => g.Key).Select(g => $"{g.Count()} × {g.Key}"));

    private static string Between(string text, string before, string after)
    {
        var start = text.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return text[start..text.IndexOf(after, start, StringComparison.Ordinal)];
    }

    private static string Wide(int names)
    {
        var fields = string.Join(',', Enumerable.Range(0, names).Select(i => $"\"k{i}\":1"));
        return $$$"""{"id":"wide","type":"t","timestamp":"{{{TimeProvider.System.GetUtcNow():O}}}","data":{ {{{fields}}} } }""";
    }

    private static string Users(int count)
    {
        var now = TimeProvider.System.GetUtcNow().ToString("O");
        var lines = Enumerable.Range(0, count).Select(i =>
            $$$"""{"id":"u{{{i}}}","type":"user_activity","timestamp":"{{{now}}}","userId":"user {{{i}}}","data":{"activity":"x"}}""");
        return string.Join('\n', lines);
    }

    private static byte[] Gzip(string text)
    {
        var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.SmallestSize)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }

    private static byte[] Zip(string name, string line, int lines)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry(name, CompressionLevel.SmallestSize).Open();
            var block = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(line, 1_000)));
            for (var i = 0; i < lines / 1_000; i++) entry.Write(block);
        }
        return bytes.ToArray();
    }
}

/// <summary>The program that is attacked, and what the attacker has of it.</summary>
internal sealed record AttackedApp(AppProcess Process, string IngestKey, string ReadKey)
{
    public Uri Address => Process.Http.BaseAddress!;

    /// <returns>What was sent and answered.</returns>
    public async Task<string> SendAsync(string path, byte[] body, string type, string? encoding = null)
    {
        using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(10) };
        http.DefaultRequestHeaders.Add("x-api-key", IngestKey);
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (encoding is not null) content.Headers.ContentEncoding.Add(encoding);
        using var answer = await http.PostAsync(path, content);
        var text = await answer.Content.ReadAsByteArrayAsync();
        return $"{body.Length} bytes: {(int)answer.StatusCode}, {text.Length} bytes";
    }
}
