using Microsoft.Data.Sqlite;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>A start that finds what it must not touch says so in one line, ends with 1, and changes nothing.</summary>
public sealed class ForeignStoreTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Data => _temp.Folder("data");

    private string Database => Path.Combine(Data, "observatory.db");

    [Fact]
    public async Task A_database_of_another_program()
    {
        Execute("CREATE TABLE x (a)");
        await IsRefusedAsync("is a database of another program");
    }

    [Fact]
    public async Task A_database_that_another_program_has_signed()
    {
        Execute("PRAGMA application_id = 12345");
        await IsRefusedAsync("is a database of another program");
    }

    [Fact]
    public async Task An_empty_file_where_a_database_was()
    {
        await RunOnceAsync();
        await File.WriteAllBytesAsync(Database, [], TestContext.Current.CancellationToken);
        await IsRefusedAsync("is empty, and it was not before");
    }

    [Fact]
    public async Task A_schema_that_is_not_what_its_history_says()
    {
        await RunOnceAsync();
        Execute("DROP TABLE runs");
        await IsRefusedAsync("lacks the table runs");
    }

    [Fact]
    public async Task A_file_that_is_empty_at_the_first_start_is_filled()
    {
        await File.WriteAllBytesAsync(Database, [], TestContext.Current.CancellationToken);
        await RunOnceAsync();
    }

    [Fact]
    public async Task A_database_of_ours_is_signed_and_known_by_its_tables_without()
    {
        await RunOnceAsync();
        Execute("PRAGMA application_id = 0");
        await RunOnceAsync();
        using var connection = StoreAudit.Open(Database);
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA application_id";
        Assert.Equal(0x4F425356L, command.ExecuteScalar());
    }

    /// <summary>Whoever reads it first at the start: it is one line, or the program runs and what is damaged is named later.</summary>
    [Theory]
    [InlineData("accounts")]
    [InlineData("IX_accounts_NormalizedEmail")]
    [InlineData("api_keys")]
    [InlineData("runs")]
    public async Task A_damaged_table_that_is_read_at_the_start_is_one_line(string table)
    {
        const string Bootstrap = "Observatory__Bootstrap__";
        (string, string)[] settings = [(Bootstrap + "AdminEmail", "a@example.com"), (Bootstrap + "AdminPassword", "a horse that nobody battered")];
        await using (var first = await AppProcess.StartAsync(Data, _temp.Folder("claude"), settings)) Assert.Equal(0, await first.StopAsync());
        Damage(table);
        await using var app = AppProcess.Launch(Data, _temp.Folder("claude"), settings);
        await Patience.UntilAsync(() => app.HasExited || app.Output.Contains("/account/link?", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", app.Output, StringComparison.Ordinal);
        if (!app.HasExited) return;
        Assert.Equal(1, await app.WaitForExitAsync());
        Assert.Contains("database", app.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', app.Output.Trim());
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_not_another_server()
    {
        Tools.NeedRoot();
        Tools.Need("mount");
        await RunOnceAsync();
        var mounted = await Tools.TryRunAsync("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", Data);
        Assert.SkipUnless(mounted is null, $"No disk can be mounted here: {mounted}");
        try
        {
            await using var app = AppProcess.Launch(Data, _temp.Folder("claude"));
            Assert.Equal(1, await app.WaitForExitAsync());
            Assert.Contains("Read-only", app.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("Another Observatory", app.Output, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', app.Output.Trim());
        }
        finally
        {
            await Tools.RunAsync("umount", "-l", Data);
        }
    }

    public void Dispose() => _temp.Dispose();

    private async Task RunOnceAsync()
    {
        await using var app = await AppProcess.StartAsync(Data, _temp.Folder("claude"));
        Assert.Equal(0, await app.StopAsync());
    }

    private async Task IsRefusedAsync(string reason)
    {
        var before = await File.ReadAllBytesAsync(Database, TestContext.Current.CancellationToken);
        await using var app = AppProcess.Launch(Data, _temp.Folder("claude"));
        Assert.Equal(1, await app.WaitForExitAsync());
        Assert.Contains(reason, app.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', app.Output.Trim());
        Assert.Equal(before, await File.ReadAllBytesAsync(Database, TestContext.Current.CancellationToken));
    }

    private void Damage(string name)
    {
        long page, size;
        using (var connection = StoreAudit.Open(Database))
        {
            page = Number(connection, $"SELECT rootpage FROM sqlite_master WHERE name = '{name}'");
            size = Number(connection, "PRAGMA page_size");
        }
        using var file = File.OpenWrite(Database);
        file.Position = (page - 1) * size;
        file.Write(new byte[64]);
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private void Execute(string sql)
    {
        using var connection = StoreAudit.Open(Database);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
