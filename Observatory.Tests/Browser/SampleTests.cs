using System.Diagnostics;
using System.Net;
using System.Text;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Browser;

/// <summary>The sample in JavaScript, run as a reader would.</summary>
[Collection(BrowserCollection.Name)]
public sealed class SampleTests(BrowserApp app)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_sample_follows_the_real_program()
    {
        var lines = await RunAsync(app.Address, AppProcess.Key, "1");
        Assert.Matches("^[0-9]+ initial_data: [0-9]+ messages in 30 days$", Assert.Single(lines));
    }

    [Fact]
    public async Task The_sample_fetches_what_it_missed_while_the_connection_was_lost()
    {
        using var server = new HttpListener();
        var port = FreePort();
        server.Prefixes.Add($"http://127.0.0.1:{port}/");
        server.Start();
        var seen = Task.Run(async () =>
        {
            var first = await server.GetContextAsync();
            await AnswerAsync(first, ": hello\n\nevent: initial_data\nid: 5\ndata: {\"sequence\":5,\"overview\":{\"totalMessages\":7}}\n\n");
            var second = await server.GetContextAsync();
            var last = second.Request.Headers["Last-Event-ID"];
            await AnswerAsync(second, "event: batch_update\nid: 6\ndata: {\"sequence\":6,\"updates\":[{\"type\":\"new_message\"}]}\n\n");
            return last;
        }, Cancel);
        Assert.Equal(["5 initial_data: 7 messages in 30 days", "6 batch_update: new_message"], await RunAsync($"http://127.0.0.1:{port}", "any", "2"));
        Assert.Equal("5", await seen);
    }

    private static async Task AnswerAsync(HttpListenerContext context, string body)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body), Cancel);
        context.Response.Close();
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<string[]> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "samples", "live.mjs"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        Process? process = null;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("node is not installed.");
        }
        using (process)
        {
            var output = process!.StandardOutput.ReadToEndAsync(Cancel);
            var errors = process.StandardError.ReadToEndAsync(Cancel);
            await process.WaitForExitAsync(Cancel).WaitAsync(Patience.Usual, Cancel);
            Assert.Equal(("", 0), (await errors, process.ExitCode));
            return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }
}
