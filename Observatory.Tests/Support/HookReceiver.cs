using System.Net;
using System.Net.Sockets;

namespace Observatory.Tests.Support;

/// <param name="Body">As it came.</param>
internal sealed record ReceivedCall(string Body, string? Timestamp, string? Signature, string Path);

/// <summary>Takes calls of webhooks, on this machine.</summary>
internal sealed class HookReceiver : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly List<ReceivedCall> _calls = [];

    public HookReceiver()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        }
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public string Address { get; }

    /// <summary>Status of the answer, by the number of the call.</summary>
    public Func<int, int> Answer { get; set; } = _ => 200;

    public IReadOnlyList<ReceivedCall> Calls
    {
        get { lock (_calls) return [.. _calls]; }
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                var body = await reader.ReadToEndAsync();
                int number;
                lock (_calls)
                {
                    number = _calls.Count;
                    _calls.Add(new ReceivedCall(body, context.Request.Headers["X-Observatory-Timestamp"], context.Request.Headers["X-Observatory-Signature"],
                        context.Request.Url!.AbsolutePath));
                }
                context.Response.StatusCode = Answer(number);
                if (context.Response.StatusCode is 302 or 307) context.Response.RedirectLocation = Address + "elsewhere";
                context.Response.Close();
            }
        }
        catch (Exception end) when (end is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    public void Dispose() => _listener.Close();
}
