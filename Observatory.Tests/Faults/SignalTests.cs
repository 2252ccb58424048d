using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>Whatever ends the program or stands in the way of its console: what was taken is stored, and nobody waits.</summary>
[Collection(FaultsCollection.Store)]
public sealed class SignalTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_terminal_that_closes_loses_nothing_that_was_taken()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGHUP.");
        Assert.SkipWhen(IsIgnored(AppProcess.Hangup), "Started by nohup, this run and what it starts are meant to live on when the terminal closes.");
        const int Hooks = 60;
        var data = _temp.Folder("data");
        await using (var app = await AppProcess.StartAsync(data, _temp.Folder("claude")))
        {
            // The writer is busy when the hooks come, so that they wait in memory.
            var events = Enumerable.Range(0, 20_000).Select(i =>
                $$"""{"id":"e{{i}}","type":"user_activity","timestamp":"2026-11-10T10:00:00Z","conversationId":"c{{i % 50}}"}""");
            var load = app.Http.PostAsync("/api/analytics/events", new StringContent($"[{string.Join(',', events)}]", Encoding.UTF8, "application/json"),
                Cancel);
            for (var i = 0; i < Hooks; i++)
            {
                using var hook = await app.Http.PostAsync("/api/claude-code/hook", new StringContent(
                    $$"""{"session_id":"s","hook_event_name":"UserPromptSubmit","prompt":"hello {{i}}","prompt_id":"p{{i}}","cwd":"/w"}""", Encoding.UTF8,
                        "application/json"), Cancel);
                Assert.Equal(HttpStatusCode.NoContent, hook.StatusCode);
            }
            Assert.Equal(0, await app.StopAsync(AppProcess.Hangup));
            await ((Task)load).ContinueWith(_ => { }, TaskScheduler.Default);
        }
        Assert.False(File.Exists(Path.Combine(data, "server.json")));
        using var connection = StoreAudit.Open(Path.Combine(data, "observatory.db"));
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM prompts";
        Assert.Equal((long)Hooks, command.ExecuteScalar());
    }

    /// <summary>Programs that are started inherit it.</summary>
    private static bool IsIgnored(int signal)
    {
        const string Name = "SigIgn:";
        const string Status = "/proc/self/status";
        if (!File.Exists(Status)) return false;
        var ignored = File.ReadLines(Status).First(l => l.StartsWith(Name, StringComparison.Ordinal))[Name.Length..].Trim();
        return (ulong.Parse(ignored, NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1) & 1) != 0;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_console_that_nobody_reads_holds_up_neither_requests_nor_the_end_and_what_it_lost_is_counted(bool isReadAgain)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        await using var app = AppProcess.LaunchUnread(FreeUrl(), _temp.Folder("data"), _temp.Folder("claude"),
            ("Logging__Console__LogLevel__Default", "Trace"));
        await Patience.UntilAsync(async () =>
        {
            try
            {
                using var ready = await app.Http.GetAsync("/health/ready", Cancel);
                return ready.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        // A pipe takes 64 kB and the queue its lines; these say many times as much.
        for (var i = 0; i < 600; i++)
        {
            using var live = await app.Http.GetAsync("/health/live", Cancel).WaitAsync(Patience.Usual, Cancel);
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        }
        if (isReadAgain)
        {
            app.Read();
            await Patience.UntilAsync(async () =>
            {
                using var live = await app.Http.GetAsync("/health/live", Cancel);
                return app.Output.Contains("message(s) dropped", StringComparison.Ordinal);
            });
        }
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, await app.StopAsync());
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(12), $"It took {clock.Elapsed}.");
    }

    public void Dispose() => _temp.Dispose();

    private static string FreeUrl()
    {
        using var port = new TcpListener(IPAddress.Loopback, 0);
        port.Start();
        return $"http://127.0.0.1:{((IPEndPoint)port.LocalEndpoint).Port}";
    }
}
