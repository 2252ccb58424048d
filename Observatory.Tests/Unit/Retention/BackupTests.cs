using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core;
using Observatory.Core.Auditing;
using Observatory.Core.Retention.Backups;
using Observatory.Tests.Support;
using Observatory.Web.Hosting;
using Observatory.Web.Operations;
using Xunit;

namespace Observatory.Tests.Unit.Retention;

/// <summary>A backup is all of the database at one moment, and can be put in its place again.</summary>
public sealed class BackupTests
{
    private static readonly DateTimeOffset s_from = new(2026, 10, 20, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Whatever waits for ever is found, and not waited for.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_restored_is_what_there_was_and_the_audit_log_stays_whole()
    {
        using var data = new TempFolder();
        using var corpus = new TempFolder();
        new CorpusWriter(96).Write(corpus.Path, 6, s_from, 4);
        var files = Directory.GetFiles(corpus.Path, "*.jsonl", SearchOption.AllDirectories);
        var clock = new FakeTimeProvider(s_from.AddDays(8));
        string backup, lasting;
        await using (var core = await CoreHost.StartAsync(clock, data.Path))
        {
            foreach (var file in files[..^2]) await core.ReadAsync(file);
            lasting = await core.LastingAsync();
            Record(core, "before");
            var shelf = core.Services.GetRequiredService<BackupShelf>();
            backup = await MadeAsync(shelf);
            Assert.True((await shelf.VerifyAsync(backup, Cancel))!.Ok);
            foreach (var file in files[^2..]) await core.ReadAsync(file);
            Record(core, "after");
            Assert.NotEqual(lasting, await core.LastingAsync());
            await core.StopAsync().WaitAsync(s_limit, Cancel);
        }
        var file1 = Path.Combine(data.Path, "backups", backup + ".db");
        var console = new StringWriter();
        var folder = DataDirectory.Resolve(data.Path);
        // While a server runs the lock is held: the command does not come to this.
        using (DataDirectoryLock.Acquire(folder)) Assert.Throws<StartRefusedException>(() => DataDirectoryLock.Acquire(folder));
        Assert.Equal(0, await RestoreCommand.RunAsync(folder, file1, clock, console).WaitAsync(s_limit, Cancel));
        var said = console.ToString();
        Assert.Contains("conversations", said, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(data.Path, "observatory.db.before-restore-*"));
        Assert.Single(Directory.GetFiles(data.Path, "*.db"));
        Assert.False(Directory.Exists(data.File("restoring")));

        await using var later = await CoreHost.StartAsync(clock, data.Path).WaitAsync(s_limit, Cancel);
        Assert.Equal(lasting, await later.LastingAsync());
        var log = later.Services.GetRequiredService<AuditLog>();
        Assert.True((await log.VerifyAsync(Cancel)).Ok);
        var targets = (await log.ReadAsync(new AuditQuery(), 100, Cancel)).Select(r => r.Target).ToList();
        Assert.Superset(new HashSet<string> { "before", "after", backup + ".db" }, targets.ToHashSet());
        // What came since is read again.
        foreach (var file in files) await later.ReadAsync(file);
        await later.StopAsync().WaitAsync(s_limit, Cancel);
    }

    [Fact]
    public async Task What_is_no_backup_is_refused_and_what_is_there_stays()
    {
        using var data = new TempFolder();
        var clock = new FakeTimeProvider(s_from);
        await using (var core = await CoreHost.StartAsync(clock, data.Path))
        {
            var id = await MadeAsync(core.Services.GetRequiredService<BackupShelf>());
            var path = Path.Combine(data.Path, "backups", id + ".db");
            var bytes = await File.ReadAllBytesAsync(path, Cancel);
            bytes[bytes.Length / 2] ^= 0xFF;
            await File.WriteAllBytesAsync(path, bytes, Cancel);
            Assert.False((await core.Services.GetRequiredService<BackupShelf>().VerifyAsync(id, Cancel))!.Ok);
            await File.WriteAllBytesAsync(data.File("cut.db"), bytes[..(bytes.Length / 2)], Cancel);
            await File.WriteAllTextAsync(data.File("none.db"), new string('x', 5_000), Cancel);
            await core.StopAsync().WaitAsync(s_limit, Cancel);
            await RefusedAsync(path, "hash");
        }
        await RefusedAsync(data.File("cut.db"), "cannot be restored");
        await RefusedAsync(data.File("none.db"), "cannot be restored");
        await RefusedAsync(data.File("nowhere"), "There is no file");
        await RefusedAsync(data.File("observatory.db"), "itself");
        Assert.Empty(Directory.GetFiles(data.Path, "observatory.db.before-restore-*"));

        async Task RefusedAsync(string file, string why)
        {
            var before = await File.ReadAllBytesAsync(data.File("observatory.db"), Cancel);
            var refused = await Assert.ThrowsAsync<StartRefusedException>(() => ObservatoryCore.RestoreAsync(data.Path, file, clock, Cancel));
            Assert.Contains(why, refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("restoring", refused.Message, StringComparison.Ordinal);
            Assert.Equal(before, await File.ReadAllBytesAsync(data.File("observatory.db"), Cancel));
        }
    }

    [Fact]
    public async Task The_newest_so_many_stay()
    {
        var clock = new FakeTimeProvider(s_from);
        await using var core = await CoreHost.StartAsync(clock);
        var (shelf, settings) = (core.Services.GetRequiredService<BackupShelf>(), core.Services.GetRequiredService<BackupSettingsStore>());
        await settings.PutAsync(BackupSettings.Default with { Keep = 2 }, Cancel);
        var made = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            clock.Advance(TimeSpan.FromMinutes(i));
            made.Add(await MadeAsync(shelf));
        }
        // What is too many goes once the new one is there.
        await Patience.UntilAsync(async () => (await shelf.ListAsync(Cancel)).Select(b => b.Id).SequenceEqual([made[2], made[1]]));
        Assert.True(await shelf.DeleteAsync(made[1], Cancel));
        Assert.False(await shelf.DeleteAsync(made[1], Cancel));
        Assert.Null(shelf.FileOf("../observatory"));
    }

    private static void Record(CoreHost core, string target) => core.Services.GetRequiredService<IAudit>()
        .Record(new AuditEvent(AuditActor.Job("test"), AuditActions.SettingChanged, target));

    private static async Task<string> MadeAsync(BackupShelf shelf)
    {
        var id = await shelf.MakeAsync(Cancel);
        await Patience.UntilAsync(async () => (await shelf.ListAsync(Cancel)).Any(b => b.Id == id && b.State == "done"));
        return id;
    }
}
