using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Sqlite.Blocks;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Storage;

/// <summary>A page or a block of the database is damaged: what touches it is refused, everything else goes on, and it is named.</summary>
public sealed class StoreDamageTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Database => _temp.File("observatory.db");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Bytes => ["version", "value", "last"];

    [Theory]
    [MemberData(nameof(Bytes))]
    public async Task A_damaged_block_stops_its_own_conversations_only(string which)
    {
        await using (var core = await CoreHost.StartAsync(null, _temp.Path))
        {
            await core.WriteAsync(Usages("broken", 0, 20));
            await core.WriteAsync(Usages("whole", 100, 20));
        }
        DamageBlock(which);
        await using var later = await CoreHost.StartAsync(null, _temp.Path);
        var health = later.Services.GetRequiredService<StoreHealth>();
        await later.WriteAsync(Usages("whole", 200, 5));
        await later.WriteAsync(Usages("new", 300, 5));
        await Assert.ThrowsAnyAsync<Exception>(() => later.WriteAsync(Usages("broken", 400, 5)));
        Assert.Equal(StoreFaultKind.Damaged, Assert.Single(health.Faults).Kind);
        await later.WriteAsync(Usages("new", 500, 5));
        Assert.Null(later.Writer.Figures.Fault);
        // Nothing was written over, and nothing set aside: its sender still has it.
        Assert.Equal((20L + 20 + 5 + 5 + 5, 0L), (Number("SELECT COUNT(*) FROM (SELECT Id FROM response_rows) ") + await InBlocksAsync(),
            Number("SELECT COUNT(*) FROM dead_letters")));
    }

    [Fact]
    public async Task The_check_finds_damage_and_says_so_until_it_is_mended()
    {
        await using (var core = await CoreHost.StartAsync(null, _temp.Path)) await core.WriteAsync(Usages("c", 0, 40));
        var before = await File.ReadAllBytesAsync(Database, Cancel);
        await using (var core = await CoreHost.StartAsync(null, _temp.Path))
        {
            var check = core.Services.GetRequiredService<IStoreCheck>();
            Assert.Empty(await check.RunAsync(Cancel));
            Assert.True(core.Services.GetRequiredService<StoreHealth>().IsWell);
        }
        DamageBlock("value");
        await using var later = await CoreHost.StartAsync(null, _temp.Path);
        var found = await later.Services.GetRequiredService<IStoreCheck>().RunAsync(Cancel);
        Assert.Contains("block", Assert.Single(found), StringComparison.Ordinal);
        Assert.Contains("imported anew", Assert.Single(later.Services.GetRequiredService<StoreHealth>().Faults).Reason, StringComparison.Ordinal);
        Assert.NotEmpty(before);
    }

    [Theory]
    [InlineData("hours")]
    [InlineData("IX_conversations_LastActivity")]
    public async Task A_damaged_page_is_named_and_its_senders_are_told_at_once(string table)
    {
        await using (var core = await CoreHost.StartAsync(null, _temp.Path)) await core.WriteAsync(Usages("c", 0, 40));
        DamagePage(table);
        await using var later = await CoreHost.StartAsync(null, _temp.Path);
        await Assert.ThrowsAnyAsync<Exception>(() => later.WriteAsync(Usages("d", 100, 5)));
        Assert.Equal(StoreFaultKind.Damaged, Assert.Single(later.Services.GetRequiredService<StoreHealth>().Faults).Kind);
        Assert.NotEmpty(await later.Services.GetRequiredService<IStoreCheck>().RunAsync(Cancel));
    }

    /// <summary>The program before was killed: its state says so, and the check is due. One that closed the database is not.</summary>
    [Fact]
    public async Task The_check_is_due_after_an_end_that_was_none()
    {
        await using (var core = await CoreHost.StartAsync(null, _temp.Path)) Assert.False(core.Services.GetRequiredService<IStoreCheck>().IsDue);
        await using (var core = await CoreHost.StartAsync(null, _temp.Path)) Assert.False(core.Services.GetRequiredService<IStoreCheck>().IsDue);
        await File.WriteAllTextAsync(Database + ".state", "open", Cancel);
        await using var later = await CoreHost.StartAsync(null, _temp.Path);
        Assert.True(later.Services.GetRequiredService<IStoreCheck>().IsDue);
    }

    [Fact]
    public unsafe void Whatever_byte_of_a_block_is_another_it_is_known()
    {
        var builder = new BlockBuilder(3);
        var row = new Observatory.Core.Storage.Sqlite.RowBuffer(3);
        for (var i = 0; i < 70; i++)
        {
            row.Clear();
            row.Add((long)i);
            row.Add(i * 1_000_003L);
            row.Add($"text {i}");
            builder.Add(row);
        }
        var whole = builder.Build().ToArray();
        fixed (byte* bytes = whole) new ItemBlock(bytes, whole.Length).Verify();
        for (var at = 0; at < whole.Length; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0x10;
            Assert.Throws<InvalidDataException>(() => Verify(damaged));
        }
        static void Verify(byte[] block)
        {
            fixed (byte* bytes = block) new ItemBlock(bytes, block.Length).Verify();
        }
    }

    public void Dispose() => _temp.Dispose();

    private async Task<long> InBlocksAsync()
    {
        // The two bytes behind the first two of a block are its rows.
        await using var connection = Open();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT Data FROM item_blocks";
        await using var rows = await command.ExecuteReaderAsync(Cancel);
        var sum = 0L;
        while (await rows.ReadAsync(Cancel)) sum += BitConverter.ToUInt16((byte[])rows[0], 2);
        return sum;
    }

    private void DamageBlock(string which)
    {
        using var connection = Open();
        using var read = connection.CreateCommand();
        read.CommandText = "SELECT Id, Data FROM item_blocks ORDER BY Id LIMIT 1";
        using var row = read.ExecuteReader();
        Assert.True(row.Read());
        var (id, data) = (row.GetInt64(0), (byte[])row[1]);
        row.Close();
        data[which switch { "version" => 0, "value" => data.Length / 2, _ => data.Length - 1 }] ^= 0x40;
        using var write = connection.CreateCommand();
        write.CommandText = "UPDATE item_blocks SET Data = $data WHERE Id = $id";
        write.Parameters.AddWithValue("$data", data);
        write.Parameters.AddWithValue("$id", id);
        Assert.Equal(1, write.ExecuteNonQuery());
    }

    private void DamagePage(string name)
    {
        var (page, size) = (Number($"SELECT rootpage FROM sqlite_master WHERE name = '{name}'"), Number("PRAGMA page_size"));
        using (var connection = Open())
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            command.ExecuteNonQuery();
        }
        using var file = File.OpenWrite(Database);
        file.Position = (page - 1) * size;
        file.Write(new byte[64]);
    }

    private long Number(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        return connection;
    }

    private static EventBatch Usages(string session, int first, int count)
    {
        var batch = new EventBatch { Source = EventSource.Api, User = "me" };
        for (var i = first; i < first + count; i++)
        {
            var key = EventKey.Of(KeySpace.Event, $"u{i}");
            batch.Events.Add(new ResponseEvent
            {
                Key = key, EventId = key, Kind = CallKind.Usage, At = 1_790_000_000_000 + i * 1_000, Conversation = session, Model = "claude-opus-5-5",
                Usage = new TokenUsage(0, i + 1, 0, 0, 0), IsAuxiliary = true,
            });
        }
        return batch;
    }
}
