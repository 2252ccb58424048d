using System.Net;
using System.Net.Http.Json;
using Microsoft.Data.Sqlite;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>The files of the database are taken away under the program: it is said, nothing is acknowledged that a later start would not find, and moved back
/// it goes on.</summary>
[Collection(FaultsCollection.Store)]
public sealed class LostStoreTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Data { get; }

    public LostStoreTests() => Data = _temp.Folder("data");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Ways => ["removed", "log removed", "moved", "replaced", "folder moved"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_is_sent_to_a_database_that_is_gone_is_never_acknowledged(string way)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets nobody take away a file that is open.");
        await using var app = await AppProcess.StartAsync(Data, _temp.Folder("claude"));
        Assert.Equal(HttpStatusCode.Accepted, await SendAsync(app, "before"));
        TakeAway(way);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SendAsync(app, "after"));
        using (var ready = await app.Http.GetAsync("/health/ready", Cancel)) Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(0, await app.StopAsync());
        Assert.Single(app.Output.Split('\n'), line => line.Contains("was removed, moved or replaced", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", app.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_noticed_while_nobody_sends_anything()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets nobody take away a file that is open.");
        await using var app = await AppProcess.StartAsync(Data, _temp.Folder("claude"));
        TakeAway("removed");
        await Patience.UntilAsync(() => app.Output.Contains("was removed, moved or replaced", StringComparison.Ordinal));
        var pipeline = await app.GetAsync("/api/analytics/pipeline");
        Assert.Equal("lost", pipeline.GetProperty("storeFaults")[0].GetProperty("kind").GetString());
        Assert.True(pipeline.GetProperty("writerFailing").GetBoolean());
    }

    [Fact]
    public async Task Moved_back_it_is_whole_and_takes_again()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets nobody take away a file that is open.");
        await using (var app = await AppProcess.StartAsync(Data, _temp.Folder("claude")))
        {
            Assert.Equal(HttpStatusCode.Accepted, await SendAsync(app, "1"));
            TakeAway("folder moved");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await SendAsync(app, "2"));
            Directory.Delete(Data, recursive: true);
            Directory.Move(Data + ".elsewhere", Data);
            await Patience.UntilAsync(async () => await SendAsync(app, "2") == HttpStatusCode.Accepted);
            await Patience.UntilAsync(async () =>
            {
                using var ready = await app.Http.GetAsync("/health/ready", Cancel);
                return ready.IsSuccessStatusCode;
            });
            Assert.Equal(HttpStatusCode.Accepted, await SendAsync(app, "3"));
            Assert.Equal(0, await app.StopAsync());
        }
        await using var connection = StoreAudit.Open(Path.Combine(Data, "observatory.db"));
        Assert.Empty(StoreAudit.Integrity(connection));
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM prompts";
        Assert.Equal(3L, await command.ExecuteScalarAsync(Cancel));
    }

    /// <summary>The lock is not only a file: removed, it still holds.</summary>
    [Fact]
    public async Task A_second_server_is_refused_though_the_lock_file_was_removed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets nobody take away a file that is open.");
        await using var first = await AppProcess.StartAsync(Data, _temp.Folder("claude"));
        File.Delete(Path.Combine(Data, "observatory.lock"));
        await using var second = AppProcess.Launch(Data, _temp.Folder("claude"));
        Assert.Equal(1, await second.WaitForExitAsync());
        Assert.Contains("Another Observatory already runs on", second.Output, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, await SendAsync(first, "1"));
        // The command that asks for a link finds the server as before.
        await using var link = AppProcess.Launch(["link"], Data, _temp.Folder("claude"));
        Assert.Equal(0, await link.WaitForExitAsync());
    }

    public void Dispose()
    {
        if (Directory.Exists(Data + ".elsewhere")) Directory.Delete(Data + ".elsewhere", recursive: true);
        _temp.Dispose();
    }

    private void TakeAway(string way)
    {
        var path = Path.Combine(Data, "observatory.db");
        string[] files = [path, path + "-wal", path + "-shm"];
        switch (way)
        {
            case "removed":
                foreach (var file in files) File.Delete(file);
                break;
            case "log removed":
                File.Delete(path + "-wal");
                break;
            case "moved":
                File.Move(path, path + ".moved");
                break;
            case "replaced":
                foreach (var file in files) File.Delete(file);
                using (var other = new SqliteConnection($"Data Source={path};Pooling=False"))
                {
                    other.Open();
                    using var command = other.CreateCommand();
                    command.CommandText = "CREATE TABLE x (a)";
                    command.ExecuteNonQuery();
                }
                break;
            default:
                Directory.Move(Data, Data + ".elsewhere");
                Directory.CreateDirectory(Data);
                break;
        }
    }

    private static async Task<HttpStatusCode> SendAsync(AppProcess app, string id)
    {
        using var answer = await app.Http.PostAsJsonAsync("/api/analytics/events", new
        {
            id, type = "message_sent", timestamp = "2026-11-10T10:00:00Z", conversationId = "c", data = new { messageId = id, role = "user" },
        }, Cancel);
        return answer.StatusCode;
    }
}
