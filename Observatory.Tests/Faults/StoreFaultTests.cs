using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Microsoft.Data.Sqlite;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>The store cannot write, once or for a while: senders hear 429 or 503, reading goes on, nothing is lost, and no restart is needed.</summary>
[Collection(FaultsCollection.Store)]
public sealed class StoreFaultTests(ITestOutputHelper output) : IDisposable
{
    private const int Connections = 4;

    private readonly TempFolder _temp = new();
    private readonly LoadSender _sender = new(Connections);

    private string Data => _temp.Folder("data");

    private string Database => Path.Combine(Data, "observatory.db");

    [Fact]
    public async Task EveryWriteAndEverySyncOfABatchMayFail()
    {
        Tools.Need("gcc");
        var result = await FailedWriteRig.RunAsync(5, step: 1);
        output.WriteLine(result.ToString());
        Assert.Empty(result.Problems);
        Assert.True(result is { Writes: > 10, Syncs: > 0, Busy: > 0 }, result.ToString());
    }

    [Fact]
    public async Task AFullDiskIsSaidAndOnceThereIsRoomItGoesOn()
    {
        Tools.NeedRoot();
        Tools.Need("mount");
        var data = Data;
        var mounted = await Tools.TryRunAsync("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", data);
        Assert.SkipUnless(mounted is null, $"No small disk can be mounted here: {mounted}");
        try
        {
            var load = new EventLoad(11, largest: 100);
            await using (var app = await AppProcess.StartAsync(data, _temp.Folder("claude")))
            {
                // The disk fills up: by the program itself.
                using var full = new CancellationTokenSource();
                var sending = _sender.RunAsync(app.Http.BaseAddress!, Next(load), full.Token);
                var clock = Stopwatch.StartNew();
                while (_sender.Busy == 0 && clock.Elapsed < TimeSpan.FromSeconds(40)) await Task.Delay(20);
                Assert.True(_sender.Busy > 0, "The disk did not fill up.");
                await app.GetAsync("/api/analytics/dashboard?" + EventLoad.Range);
                await app.GetAsync("/api/analytics/pipeline");
                // Whoever writes beside the writer hears the same: come again.
                await Patience.UntilAsync(async () =>
                {
                    using var key = await app.Http.PostAsJsonAsync("/api/admin/keys", new { name = "one more", scopes = (string[])["read"] });
                    Assert.NotEqual(HttpStatusCode.InternalServerError, key.StatusCode);
                    return key is { StatusCode: HttpStatusCode.ServiceUnavailable, Headers.RetryAfter: not null };
                });
                await full.CancelAsync();
                await sending.WaitAsync(Patience.Usual);

                await Tools.RunAsync("mount", "-o", "remount,size=200m", data);
                var few = 5;
                await _sender.RunAsync(app.Http.BaseAddress!, () => few-- > 0 ? Next(load)() : null, CancellationToken.None).WaitAsync(Patience.Usual);
                Assert.Empty(await StoreAudit.CheckAnswersAsync(app, load.Made));
                Assert.Equal(0, await app.StopAsync());
            }
            Assert.Empty(StoreAudit.Check(Database, load.Made, r => r.AcknowledgedAt is not null));
            Assert.Empty(_sender.Faults);
        }
        finally
        {
            await Tools.RunAsync("umount", "-l", data);
        }
    }

    [Fact]
    public async Task A_full_disk_at_the_start_still_says_where_it_answers()
    {
        Tools.NeedRoot();
        Tools.Need("mount");
        var data = Data;
        var mounted = await Tools.TryRunAsync("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", data);
        Assert.SkipUnless(mounted is null, $"No small disk can be mounted here: {mounted}");
        try
        {
            await using (var app = await AppProcess.StartAsync(data, _temp.Folder("claude"))) await app.KillAsync();
            await Tools.TryRunAsync("dd", "if=/dev/zero", $"of={Path.Combine(data, "fill")}", "bs=4096");
            await using var full = AppProcess.Launch(data, _temp.Folder("claude"));
            await Patience.UntilAsync(() => full.HasExited || full.Output.Contains("No sign-in link could be made", StringComparison.Ordinal));
            Assert.False(full.HasExited, full.Output);
            Assert.Contains("http://127.0.0.1:", full.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", full.Output, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(Path.Combine(data, "links"), "*.part"));
            Assert.Equal(0, await full.StopAsync());
        }
        finally
        {
            await Tools.RunAsync("umount", "-l", data);
        }
    }

    [Fact]
    public async Task ADatabaseThatAnotherProcessHoldsIsWaitedFor()
    {
        var load = new EventLoad(12);
        await using (var app = await AppProcess.StartAsync(Data, _temp.Folder("claude")))
        {
            using (var other = StoreAudit.Open(Database))
            {
                Execute(other, "BEGIN IMMEDIATE");
                using var stop = new CancellationTokenSource();
                var sending = _sender.RunAsync(app.Http.BaseAddress!, Next(load), stop.Token);
                await Patience.UntilAsync(async () => (await app.GetAsync("/api/analytics/pipeline")).GetProperty("writerFailing").GetBoolean());
                // The lock is about writing and is held: an answer at all says that reading does not wait for it.
                await app.GetAsync("/api/analytics/dashboard?" + EventLoad.Range).WaitAsync(Patience.Usual);
                using var ready = await app.Http.GetAsync("/health/ready");
                Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
                await Patience.UntilAsync(() => _sender.Busy > 0);
                await stop.CancelAsync();
                Execute(other, "ROLLBACK");
                await sending.WaitAsync(Patience.Usual);
            }
            await _sender.RunAsync(app.Http.BaseAddress!, () => null, CancellationToken.None).WaitAsync(Patience.Usual);
            Assert.Empty(await StoreAudit.CheckAnswersAsync(app, load.Made));
            Assert.Equal(0, await app.StopAsync());
        }
        Assert.Empty(StoreAudit.Check(Database, load.Made, _ => true));
        Assert.Empty(_sender.Faults);
    }

    [Fact]
    public async Task SigtermInABurstEndsItWellAndKeepsWhatWasAcknowledged()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        var result = await DrainRig.RunAsync(2, 13);
        output.WriteLine(result.ToString());
        Assert.Empty(result.Problems);
    }

    public void Dispose() => _temp.Dispose();

    private static Func<LoadRequest?> Next(EventLoad load) => () => { lock (load) return load.Next(); };

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
