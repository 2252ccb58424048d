using System.Net;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>A start that cannot be says why in one line, and one that was interrupted does not stand in the way of the next.</summary>
public sealed class StartTests : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public async Task ASecondProcessOnOneDataFolderSaysSoAndStops()
    {
        await using var first = await AppProcess.StartAsync(_temp.Folder("data"), _temp.Folder("claude"));
        await using var second = AppProcess.Launch(_temp.Folder("data"), _temp.Folder("claude"));
        Assert.Equal(1, await second.WaitForExitAsync());
        Assert.Contains("Another Observatory already runs on", second.Output, StringComparison.Ordinal);
        Assert.Contains(first.Http.BaseAddress!.ToString().TrimEnd('/'), second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Output, StringComparison.Ordinal);
        await first.GetAsync("/api/analytics/system");
    }

    [Fact]
    public async Task ALogLevelThatIsNoneSaysSoInOneLine()
    {
        await using var app = AppProcess.Launch(_temp.Folder("data"), _temp.Folder("claude"), ("Logging__LogLevel__Default", "Nonsense"));
        Assert.Equal(1, await app.WaitForExitAsync());
        Assert.Contains("Logging:LogLevel: ", app.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", app.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("link", "--port", "5090")]
    public async Task An_unknown_word_starts_no_server(params string[] words)
    {
        await using var app = AppProcess.Launch(words, _temp.Folder("data"), _temp.Folder("claude"));
        Assert.Equal(1, await app.WaitForExitAsync());
        Assert.Single(app.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains($"\"{words.First(w => w != "link")}\" is not known", app.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_temp.Path, "data")));
    }

    [Fact]
    public async Task AMigrationLockThatAKillLeftDoesNotBlockTheNextStart()
    {
        var data = _temp.Folder("data");
        await using (var app = await AppProcess.StartAsync(data, _temp.Folder("claude"))) await app.StopAsync();
        Execute(data, "CREATE TABLE \"__EFMigrationsLock\" (\"Id\" INTEGER NOT NULL PRIMARY KEY, \"Timestamp\" TEXT NOT NULL)");
        Execute(data, "INSERT INTO \"__EFMigrationsLock\" (\"Id\", \"Timestamp\") VALUES (1, '2026-01-01 00:00:00')");
        await using var next = await AppProcess.StartAsync(data, _temp.Folder("claude"));
        Assert.True(next.ReadyAfter < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task ADatabaseOfANewerVersionIsRefusedAndLeftAlone()
    {
        var data = _temp.Folder("data");
        await using (var app = await AppProcess.StartAsync(data, _temp.Folder("claude"))) await app.StopAsync();
        Execute(data, "INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101000000_FromTheFuture', '99.0.0')");
        await using var next = AppProcess.Launch(data, _temp.Folder("claude"));
        Assert.Equal(1, await next.WaitForExitAsync());
        Assert.Contains("newer version", next.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", next.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADamagedDatabaseIsSaidAndLeftAlone()
    {
        var data = _temp.Folder("data");
        await using (var app = await AppProcess.StartAsync(data, _temp.Folder("claude"))) await app.StopAsync();
        var path = Path.Combine(data, "observatory.db");
        var garbage = new byte[8192];
        Array.Fill(garbage, (byte)'x');
        await File.WriteAllBytesAsync(path, garbage);
        await using var next = AppProcess.Launch(data, _temp.Folder("claude"));
        Assert.Equal(1, await next.WaitForExitAsync());
        Assert.Contains("is damaged", next.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", next.Output, StringComparison.Ordinal);
        Assert.Equal(garbage, await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public async Task AWebPortInUseIsOneLine()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        await using var app = AppProcess.Launch(_temp.Folder("data"), _temp.Folder("claude"), ("Kestrel__Endpoints__Web__Url", url));
        Assert.Equal(1, await app.WaitForExitAsync());
        Assert.Contains(url, app.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", app.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Observatory__Privacy__Content", "Everything", "Observatory:Privacy:Content")]
    [InlineData("Observatory__Storage__Provider", "PostgreSql", "Observatory:Storage:Provider")]
    [InlineData("Observatory__Storage__Provider", "7", "Observatory:Storage:Provider")]
    [InlineData("Observatory__Demo", "perhaps", "Observatory:Demo")]
    [InlineData("Observatory__Bootstrap__ApiKey", "short", "Observatory:Bootstrap:ApiKey")]
    [InlineData("Observatory__Bootstrap__AdminPassword", "a-long-enough-password", "Observatory:Bootstrap:AdminEmail")]
    public async Task AWrongSettingStopsTheStartWithOneLineThatNamesIt(string name, string value, string key)
    {
        await using var app = AppProcess.Launch(_temp.Folder("data"), _temp.Folder("claude"), (name, value));
        Assert.Equal(1, await app.WaitForExitAsync());
        Assert.StartsWith(key, app.Output.Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', app.Output.Trim());
    }

    [Fact]
    public async Task SigtermEndsItWellAndKeepsWhatWasCommitted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        var data = _temp.Folder("data");
        var root = _temp.Folder("claude");
        new CorpusWriter(3).Write(root, 20, new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), 10);
        string before;
        await using (var app = await AppProcess.StartAsync(data, root))
        {
            await app.WaitIdleAsync();
            before = (await app.GetAsync("/api/analytics/projects?start=2026-10-01T00:00:00Z&end=2026-12-31T00:00:00Z")).GetRawText();
            Assert.Equal(0, await app.StopAsync());
        }
        await using var again = await AppProcess.StartAsync(data, _temp.Folder("nothing"));
        Assert.Equal(before, (await again.GetAsync("/api/analytics/projects?start=2026-10-01T00:00:00Z&end=2026-12-31T00:00:00Z")).GetRawText());
    }

    public void Dispose() => _temp.Dispose();

    private static void Execute(string data, string sql)
    {
        using var connection =
            new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(data, "observatory.db"), Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
