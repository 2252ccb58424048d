using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Auditing;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Auditing;

/// <summary>What is recorded is stored once, in order, without gaps, and can be computed again by anyone.</summary>
public sealed class AuditLogTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 30, 12, 0, 30, TimeSpan.Zero);
    private static readonly AuditActor s_ann = new(AuditActor.User, "7", "ann"), s_key = new(AuditActor.Key, "7", "nightly-ci");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_of_many_writers_have_every_number_once_and_each_hash_follows_from_the_row_before()
    {
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_now));
        var audit = core.Services.GetRequiredService<AuditLog>();
        await Parallel.ForAsync(0, 400, Cancel, async (i, cancel) =>
        {
            audit.Record(new AuditEvent(i % 2 == 0 ? s_ann : s_key, AuditActions.KeyCreated, $"key {i} “ü”", i % 3 == 0 ? null : "2001:db8::7", $"\ud800 {i}"));
            if (i % 7 == 0) await audit.FlushAsync(cancel);
        });
        var rows = await audit.ReadAsync(new AuditQuery(After: 0), 1_000, Cancel);
        Assert.Equal(Enumerable.Range(1, 400).Select(i => (long)i), rows.Select(r => r.Seq));
        Assert.Equal(400, rows.Select(r => r.Target).Distinct().Count());
        // The whole rule, by hand: 32 bytes of before, then a type, a length and the bytes of each column.
        var before = new byte[32];
        foreach (var row in rows)
        {
            using var bytes = new MemoryStream();
            await using var writer = new BinaryWriter(bytes);
            writer.Write(before);
            foreach (var number in new[] { row.Seq, row.At })
            {
                writer.Write((byte)1);
                writer.Write(number);
            }
            foreach (var text in new[] { row.Actor.Kind, row.Actor.Id, row.Actor.Name, row.Action, row.Target, row.Address, row.Details })
            {
                var utf8 = Encoding.UTF8.GetBytes(text);
                writer.Write((byte)3);
                writer.Write(utf8.Length);
                writer.Write(utf8);
            }
            before = SHA256.HashData(bytes.ToArray());
            Assert.Equal(before, row.Hash);
        }
        Assert.Equal(new AuditVerdict(true, 400, null, null), await audit.VerifyAsync(Cancel));
    }

    [Fact]
    public async Task A_read_is_one_row_for_each_actor_route_and_minute_over_restarts_too()
    {
        using var data = new TempFolder();
        var clock = new FakeTimeProvider(s_now);
        await using (var core = await CoreHost.StartAsync(clock, data.Path)) await ReadAsync(core);
        await using (var core = await CoreHost.StartAsync(clock, data.Path))
        {
            await ReadAsync(core);
            clock.Advance(TimeSpan.FromSeconds(29));
            await ReadAsync(core);
            Assert.Equal(3, (await core.Services.GetRequiredService<AuditLog>().ReadAsync(new AuditQuery(), 100, Cancel)).Count);
            clock.Advance(TimeSpan.FromSeconds(1));
            await ReadAsync(core);
            Assert.Equal(6, (await core.Services.GetRequiredService<AuditLog>().ReadAsync(new AuditQuery(), 100, Cancel)).Count);
        }

        static async Task ReadAsync(CoreHost core)
        {
            var audit = core.Services.GetRequiredService<IAudit>();
            for (var i = 0; i < 20; i++)
            {
                audit.Record(new AuditEvent(s_ann, AuditActions.Read, "/users"));
                audit.Record(new AuditEvent(s_ann, AuditActions.Read, "/tools"));
                audit.Record(new AuditEvent(s_key, AuditActions.Read, "/users"));
            }
            await audit.FlushAsync(Cancel);
        }
    }

    [Fact]
    public async Task Filters_choose_exactly_and_the_newest_comes_first()
    {
        var clock = new FakeTimeProvider(s_now);
        await using var core = await CoreHost.StartAsync(clock);
        var audit = core.Services.GetRequiredService<AuditLog>();
        audit.Record(new AuditEvent(s_ann, AuditActions.SignIn, "link", "198.51.100.7"));
        clock.Advance(TimeSpan.FromHours(1));
        audit.Record(new AuditEvent(s_key, AuditActions.Export, "messages", "203.0.113.5"));
        clock.Advance(TimeSpan.FromHours(1));
        audit.Record(new AuditEvent(s_ann, AuditActions.SignOut, "session"));
        async Task<string> Of(AuditQuery query) => string.Join(' ', (await audit.ReadAsync(query, 10, Cancel)).Select(r => r.Seq));
        var hour = s_now.AddHours(1).ToUnixTimeMilliseconds();
        Assert.Equal("3 2 1", await Of(new AuditQuery()));
        Assert.Equal("3 2", await Of(new AuditQuery(From: hour)));
        Assert.Equal("1", await Of(new AuditQuery(Until: hour)));
        Assert.Equal("3 1", await Of(new AuditQuery(Actor: "ann")));
        Assert.Equal("2", await Of(new AuditQuery(Actor: "nightly-ci")));
        Assert.Equal("3", await Of(new AuditQuery(Action: "signOut")));
        Assert.Equal("", await Of(new AuditQuery(Action: "sign")));
        Assert.Equal("2", await Of(new AuditQuery(Address: "203.0.113.5")));
        Assert.Equal("2 1", await Of(new AuditQuery(Before: 3)));
        Assert.Equal("2 3", await Of(new AuditQuery(After: 1)));
    }

    [Fact]
    public async Task What_is_older_than_its_policy_goes_and_the_rest_is_still_proved()
    {
        using var data = new TempFolder();
        var clock = new FakeTimeProvider(s_now);
        await using (var core = await CoreHost.StartAsync(clock, data.Path))
        {
            var audit = core.Services.GetRequiredService<AuditLog>();
            for (var i = 0; i < 6; i++)
            {
                audit.Record(new AuditEvent(s_ann, AuditActions.KeyCreated, $"key {i}"));
                clock.Advance(TimeSpan.FromDays(1));
            }
            Assert.Equal(0, await audit.TrimAsync(s_now.ToUnixTimeMilliseconds(), Cancel));
            Assert.Equal(2, await audit.TrimAsync(s_now.AddDays(2).ToUnixTimeMilliseconds(), Cancel));
            Assert.Equal(new AuditVerdict(true, 4, null, null), await audit.VerifyAsync(Cancel));
            // The last row stays: the next one follows it.
            Assert.Equal(3, await audit.TrimAsync(s_now.AddDays(99).ToUnixTimeMilliseconds(), Cancel));
        }
        await using var again = await CoreHost.StartAsync(clock, data.Path);
        var log = again.Services.GetRequiredService<AuditLog>();
        log.Record(new AuditEvent(s_ann, AuditActions.KeyCreated, "key 7"));
        Assert.Equal(new AuditVerdict(true, 2, null, null), await log.VerifyAsync(Cancel));
        Assert.Equal([7L, 6L], (await log.ReadAsync(new AuditQuery(), 9, Cancel)).Select(r => r.Seq));
    }

    [Fact]
    public async Task What_is_recorded_before_the_end_is_there_after_it()
    {
        using var data = new TempFolder();
        await using (var core = await CoreHost.StartAsync(new FakeTimeProvider(s_now), data.Path))
        {
            core.Services.GetRequiredService<IAudit>().Record(
                new AuditEvent(AuditActor.Job("test"), AuditActions.Backup, new string('x', 5_000), null, "a\nb"));
        }
        await using var again = await CoreHost.StartAsync(new FakeTimeProvider(s_now), data.Path);
        var row = Assert.Single(await again.Services.GetRequiredService<AuditLog>().ReadAsync(new AuditQuery(), 9, Cancel));
        Assert.Equal((400, "a b"), (row.Target.Length, row.Details));
    }
}
