using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Storage.Writing.Keys;

/// <summary>A store of a version that kept no sets of keys: what is in it is known, whoever sends it again, and the old form is given up.</summary>
public sealed class KeyUpgradeTests
{
    private const int Calls = 150;

    private static readonly DateTimeOffset s_start = new(2026, 11, 10, 9, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_sent_and_read_again_after_the_upgrade_counts_once()
    {
        using var temp = new TempFolder();
        var transcripts = temp.Folder("claude");
        new CorpusWriter(7).Write(transcripts, 3, s_start, 2);
        var (files, clock) = (Directory.EnumerateFiles(transcripts, "*.jsonl", SearchOption.AllDirectories).Order().ToList(),
            new FakeTimeProvider(s_start.AddDays(5)));
        string before;
        await using (var core = await CoreHost.StartAsync(clock, temp.Path))
        {
            await SendAsync(core, files);
            before = await FigureImage.OfAsync(core, s_start.AddDays(-1), s_start.AddDays(5));
        }
        MakeOld(temp);
        for (var round = 0; round < 2; round++)
        {
            await using var core = await CoreHost.StartAsync(clock, temp.Path);
            await SendAsync(core, files);
            Assert.Equal(before, await FigureImage.OfAsync(core, s_start.AddDays(-1), s_start.AddDays(5)));
        }
        using var connection = Open(temp);
        Assert.Equal(0, Number(connection, "SELECT COUNT(*) FROM seen_events"));
        Assert.True(Number(connection, "SELECT COUNT(*) FROM key_sets WHERE State = 0") > 0);
    }

    [Fact]
    public async Task An_upgrade_that_is_cut_short_goes_on_behind_what_is_done()
    {
        using var temp = new TempFolder();
        await using (var core = await CoreHost.StartAsync(null, temp.Path)) await SendAsync(core, []);
        MakeOld(temp);
        using (var connection = Open(temp))
        {
            // The third set cannot be written: what came before it is committed.
            Run(connection, "CREATE TRIGGER full BEFORE INSERT ON key_sets WHEN (SELECT COUNT(*) FROM key_sets) >= 2 BEGIN SELECT RAISE(ABORT, 'full'); END");
        }
        await using (var core = await CoreHost.StartAsync(null, temp.Path))
        {
            await core.Writer.WriteAsync(Usages(0, 1), Cancel);
            await Patience.UntilAsync(() => Task.FromResult(core.Writer.Figures.Fault is not null));
            using var connection = Open(temp);
            Assert.Equal(2, Number(connection, "SELECT COUNT(*) FROM key_sets"));
            Run(connection, "DROP TRIGGER full");
        }
        await using var later = await CoreHost.StartAsync(null, temp.Path);
        await SendAsync(later, []);
        await using var db = await later.OpenAsync();
        Assert.Equal(Calls, db.Responses.Count());
    }

    private static async Task SendAsync(CoreHost core, IEnumerable<string> files)
    {
        await core.WriteAsync(Usages(0, Calls));
        foreach (var file in files) await core.ReadAsync(file);
    }

    private static EventBatch Usages(int first, int count)
    {
        var batch = new EventBatch { Source = EventSource.Api, User = "me" };
        for (var i = first; i < first + count; i++)
        {
            var key = Name(i);
            batch.Events.Add(new ResponseEvent
            {
                // Some are known by their sender's name alone, others by their request too.
                Key = i % 2 == 0 ? key : EventKey.Of(KeySpace.Request, $"q{i}"), EventId = key, Kind = CallKind.Usage,
                Request = i % 2 == 0 ? 0 : EventKey.Fingerprint($"q{i}"), At = s_start.ToUnixTimeMilliseconds() + i * 1_000,
                Conversation = $"s{i % 3}", Model = "claude-opus-5-5", Usage = new TokenUsage(0, i + 1, 0, 0, 0), IsAuxiliary = true,
            });
        }
        return batch;
    }

    private static EventKey Name(int i) => EventKey.Of(KeySpace.Event, $"u{i}");

    /// <summary>As versions before kept keys: those of rows nowhere but in the rows, names of events in pieces.</summary>
    private static void MakeOld(TempFolder temp)
    {
        using var connection = Open(temp);
        Run(connection, "DELETE FROM key_sets; DELETE FROM key_pages; DELETE FROM key_pieces; DELETE FROM key_marks");
        for (var piece = 0; piece < Calls / 10; piece++)
        {
            var data = new byte[10 * 16];
            for (var i = 0; i < 10; i++)
            {
                var name = Name(piece * 10 + i);
                BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(i * 16), name.High);
                BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(i * 16 + 8), name.Low);
            }
            using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO seen_events (Id, Data) VALUES ($id, $data)";
            command.Parameters.AddWithValue("$id", piece + 1);
            command.Parameters.AddWithValue("$data", data);
            command.ExecuteNonQuery();
        }
    }

    private static SqliteConnection Open(TempFolder temp)
    {
        var connection = new SqliteConnection($"Data Source={temp.File("observatory.db")};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
