using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Auditing;
using Observatory.Core.Storage.Sqlite;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Auditing;

/// <summary>Whoever changes the log with the rights to change the database is found out, and where.</summary>
public sealed class AuditTamperTests
{
    private const int Rows = 12;

    private static readonly DateTimeOffset s_now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("UPDATE audit_log SET at = at + 1 WHERE seq = 5", 5)]
    [InlineData("UPDATE audit_log SET actor_kind = 'key' WHERE seq = 5", 5)]
    [InlineData("UPDATE audit_log SET actor_id = '' WHERE seq = 5", 5)]
    [InlineData("UPDATE audit_log SET actor_name = actor_name || ' ' WHERE seq = 5", 5)]
    [InlineData("UPDATE audit_log SET action = 'read' WHERE seq = 5", 5)]
    [InlineData("UPDATE audit_log SET target = upper(target) WHERE seq = 5", 5)]
    [InlineData("UPDATE audit_log SET address = '' WHERE seq = 5", 5)]
    [InlineData("UPDATE audit_log SET details = details || 'x' WHERE seq = 5", 5)]
    [InlineData("UPDATE audit_log SET details = CAST(details AS BLOB) WHERE seq = 5", 5)]
    [InlineData("UPDATE audit_log SET target = target || substr(details, 1, 1), details = substr(details, 2) WHERE seq = 5", 5)]
    [InlineData("UPDATE audit_log SET hash = zeroblob(32) WHERE seq = 5", 5)]
    [InlineData("UPDATE audit_log SET hash = x'00' WHERE seq = 5", 5)]
    [InlineData("UPDATE audit_log SET details = 'x' WHERE seq = 12", 12)]
    [InlineData("UPDATE audit_log SET details = 'x' WHERE seq = 1", 1)]
    [InlineData("DELETE FROM audit_log WHERE seq = 5", 6)]
    [InlineData("DELETE FROM audit_log WHERE seq = 1", 2)]
    [InlineData("DELETE FROM audit_log WHERE seq = 5; UPDATE audit_log SET seq = seq - 1 WHERE seq > 5", 5)]
    [InlineData("UPDATE audit_log SET seq = 99 WHERE seq = 5; UPDATE audit_log SET seq = 5 WHERE seq = 7; UPDATE audit_log SET seq = 7 WHERE seq = 99", 5)]
    [InlineData("DELETE FROM audit_log WHERE seq > 9", null)]
    [InlineData("DELETE FROM audit_log WHERE seq = 12", null)]
    [InlineData("DELETE FROM audit_log", null)]
    public async Task What_is_changed_is_named(string tampering, int? brokenAt)
    {
        using var data = new TempFolder();
        await using (var core = await StartAsync(data)) await FillAsync(core);
        Change(data, tampering);
        await using var again = await StartAsync(data);
        var audit = again.Services.GetRequiredService<AuditLog>();
        // What is written on top hides nothing.
        for (var i = 0; i < 2; i++)
        {
            var verdict = await audit.VerifyAsync(Cancel);
            Assert.Equal((false, brokenAt), (verdict.Ok, (int?)verdict.BrokenAt));
            Assert.False(string.IsNullOrEmpty(verdict.Reason));
            await FillAsync(again);
        }
    }

    [Fact]
    public async Task What_is_cut_off_while_the_program_runs_is_named_and_the_log_goes_on_without_gaps()
    {
        using var data = new TempFolder();
        await using var core = await StartAsync(data);
        await FillAsync(core);
        Change(data, "DELETE FROM audit_log WHERE seq > 9");
        var audit = core.Services.GetRequiredService<AuditLog>();
        Assert.Equal((false, null), (await audit.VerifyAsync(Cancel)) is var cut ? (cut.Ok, cut.BrokenAt) : default);
        await FillAsync(core);
        var verdict = await audit.VerifyAsync(Cancel);
        Assert.Equal((false, null), (verdict.Ok, verdict.BrokenAt));
        Assert.Contains("Rows 10 to 12", verdict.Reason, StringComparison.Ordinal);
        var rows = await audit.ReadAsync(new AuditQuery(After: 0), 1_000, Cancel);
        Assert.Equal(Enumerable.Range(1, 9 + Rows).Select(i => (long)i), rows.Select(r => r.Seq));
    }

    [Fact]
    public async Task An_older_database_in_the_place_of_the_present_one_is_named()
    {
        using var data = new TempFolder();
        using var kept = new TempFolder();
        await using (var core = await StartAsync(data)) await FillAsync(core);
        Copy(data.Path, kept.Path);
        await using (var core = await StartAsync(data))
        {
            await FillAsync(core);
            // Another process would hold no connection to what is taken away.
            using var pool = new SqliteConnection(core.Services.GetRequiredService<SqliteDatabase>().ConnectionString);
            await core.StopAsync();
            SqliteConnection.ClearPool(pool);
        }
        foreach (var file in Directory.GetFiles(data.Path, "observatory.db*")) File.Delete(file);
        Copy(kept.Path, data.Path);
        await using var again = await StartAsync(data);
        var verdict = await again.Services.GetRequiredService<AuditLog>().VerifyAsync(Cancel);
        Assert.Equal((false, null), (verdict.Ok, verdict.BrokenAt));
        Assert.Contains("older database", verdict.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{}")]
    public async Task A_mark_that_is_gone_or_damaged_is_said(string? text)
    {
        using var data = new TempFolder();
        await using (var core = await StartAsync(data)) await FillAsync(core);
        var mark = Path.Combine(data.Path, "audit-mark.json");
        Assert.True(File.Exists(mark));
        if (text is null) File.Delete(mark);
        else await File.WriteAllTextAsync(mark, text, Cancel);
        await using var again = await StartAsync(data);
        var verdict = await again.Services.GetRequiredService<AuditLog>().VerifyAsync(Cancel);
        Assert.Equal((false, null), (verdict.Ok, verdict.BrokenAt));
        Assert.Contains("mark", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_was_killed_before_it_moved_the_mark_goes_on()
    {
        using var data = new TempFolder();
        string mark;
        await using (var core = await StartAsync(data))
        {
            await FillAsync(core);
            mark = await File.ReadAllTextAsync(Path.Combine(data.Path, "audit-mark.json"), Cancel);
            await FillAsync(core);
        }
        await File.WriteAllTextAsync(Path.Combine(data.Path, "audit-mark.json"), mark, Cancel);
        await using var again = await StartAsync(data);
        await FillAsync(again);
        Assert.Equal(new AuditVerdict(true, 3 * Rows, null, null), await again.Services.GetRequiredService<AuditLog>().VerifyAsync(Cancel));
    }

    internal static Task<CoreHost> StartAsync(TempFolder data) => CoreHost.StartAsync(new FakeTimeProvider(s_now), data.Path);

    internal static async Task FillAsync(CoreHost core)
    {
        var audit = core.Services.GetRequiredService<IAudit>();
        for (var i = 0; i < Rows; i++)
        {
            audit.Record(new AuditEvent(
                new AuditActor(AuditActor.User, "7", "ann"), AuditActions.SettingChanged, $"retention {i}", "198.51.100.7", $"raw {i} days"));
        }
        await audit.FlushAsync(Cancel);
    }

    private static void Change(TempFolder data, string sql)
    {
        using var db = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(data.Path, "observatory.db"), Pooling = false }
            .ToString());
        db.Open();
        using var command = db.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "observatory.db*")) File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
    }
}
